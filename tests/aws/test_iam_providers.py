"""OpenID Connect and SAML providers of IAM: what is registered, and what is refused."""

import datetime as dt
from typing import Any

import pytest
from botocore.exceptions import ClientError

from harness import saml_pool
from harness.in_process import URL, InProcess

ISSUER = "https://id.example.com/realms/corp"
ARN = "arn:aws:iam::000000000000:oidc-provider/id.example.com/realms/corp"
SAML_ARN = "arn:aws:iam::000000000000:saml-provider/Corp"
THUMBPRINT = "990f4193972f2becf12ddeda5237f9c952f20d9e"


@pytest.fixture
def iam(in_process: InProcess) -> Any:
    return in_process.boto3_client("iam")


def refusal(work: Any, **params: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as refused:
        work(**params)
    error = refused.value.response["Error"]
    return error["Code"], error["Message"]


def made(iam: Any, **params: Any) -> str:
    arn: str = iam.create_open_id_connect_provider(**{"Url": ISSUER, "ClientIDList": ["app"], **params})[
        "OpenIDConnectProviderArn"
    ]
    return arn


def test_an_oidc_provider_is_shown_as_it_was_registered(iam: Any, in_process: InProcess) -> None:
    assert ARN == made(iam, ThumbprintList=[THUMBPRINT], Tags=[{"Key": "team", "Value": "red"}])
    shown = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=ARN)
    assert ("id.example.com/realms/corp", ["app"], [THUMBPRINT], [{"Key": "team", "Value": "red"}]) == (
        shown["Url"],
        shown["ClientIDList"],
        shown["ThumbprintList"],
        shown["Tags"],
    )
    assert in_process.clock.now == shown["CreateDate"]
    assert [{"Arn": ARN}] == iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]


def test_a_provider_is_registered_once(iam: Any) -> None:
    made(iam)
    assert ("EntityAlreadyExists", f"Provider with url {ISSUER} already exists.") == refusal(
        iam.create_open_id_connect_provider, Url=ISSUER
    )


@pytest.mark.parametrize(
    "url",
    [
        "http://id.example.com",
        "ftp://id.example.com",
        "id.example.com",
        "https://",
        "https://id.example.com/?query",
        "https://id.example.com/#fragment",
        "https://user@id.example.com",
        "https://id.example.com/a b",
        "https://id.example.com/*",
        "https://id.example.com\n",
        "HTTPS://id.example.com",
    ],
)
def test_what_is_no_url_of_an_issuer_is_refused(iam: Any, url: str) -> None:
    said = ("ValidationError", "Invalid Open ID Connect Provider URL")
    assert said == refusal(iam.create_open_id_connect_provider, Url=url)


def test_issuers_on_this_machine_may_be_without_tls_in_development(iam: Any) -> None:
    arn = made(iam, Url="http://issuer.localhost:8080")
    assert arn.endswith(":oidc-provider/issuer.localhost:8080")
    assert "http://issuer.localhost:8080" == iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)["Url"]
    assert made(iam, Url=f"{URL}/us-east-1_Ab12Cd34E").endswith("/us-east-1_Ab12Cd34E")


def test_client_ids_come_and_go(iam: Any) -> None:
    made(iam)
    for _ in range(2):
        iam.add_client_id_to_open_id_connect_provider(OpenIDConnectProviderArn=ARN, ClientID="phone")
    assert ["app", "phone"] == iam.get_open_id_connect_provider(OpenIDConnectProviderArn=ARN)["ClientIDList"]
    for _ in range(2):
        iam.remove_client_id_from_open_id_connect_provider(OpenIDConnectProviderArn=ARN, ClientID="app")
    assert ["phone"] == iam.get_open_id_connect_provider(OpenIDConnectProviderArn=ARN)["ClientIDList"]


def test_a_provider_has_a_hundred_client_ids_at_most(iam: Any) -> None:
    made(iam, ClientIDList=[f"app-{number}" for number in range(100)])
    assert ("LimitExceeded", "Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: 100") == refusal(
        iam.add_client_id_to_open_id_connect_provider, OpenIDConnectProviderArn=ARN, ClientID="one more"
    )


def test_thumbprints_are_replaced_and_are_hexadecimal(iam: Any) -> None:
    made(iam)
    iam.update_open_id_connect_provider_thumbprint(OpenIDConnectProviderArn=ARN, ThumbprintList=[THUMBPRINT])
    assert [THUMBPRINT] == iam.get_open_id_connect_provider(OpenIDConnectProviderArn=ARN)["ThumbprintList"]
    update = iam.update_open_id_connect_provider_thumbprint
    for wrong in (["z" * 40], [f"{number:040x}" for number in range(6)]):
        assert "InvalidInput" == refusal(update, OpenIDConnectProviderArn=ARN, ThumbprintList=wrong)[0]


def test_a_deleted_provider_is_gone(iam: Any) -> None:
    made(iam)
    iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=ARN)
    assert ("NoSuchEntity", f"OpenId connect Provider {ARN} cannot be found.") == refusal(
        iam.delete_open_id_connect_provider, OpenIDConnectProviderArn=ARN
    )
    assert ("NoSuchEntity", f"OpenIDConnect Provider not found for arn {ARN}") == refusal(
        iam.get_open_id_connect_provider, OpenIDConnectProviderArn=ARN
    )


def test_an_arn_of_something_else_is_refused(iam: Any) -> None:
    role = "arn:aws:iam::000000000000:role/someone"
    for work in (iam.get_open_id_connect_provider, iam.delete_open_id_connect_provider):
        assert "InvalidInput" == refusal(work, OpenIDConnectProviderArn=role)[0]
    other = ARN.replace("000000000000", "111111111111")
    made(iam)
    assert "NoSuchEntity" == refusal(iam.get_open_id_connect_provider, OpenIDConnectProviderArn=other)[0]


def test_an_oidc_provider_has_tags(iam: Any) -> None:
    made(iam)
    iam.tag_open_id_connect_provider(OpenIDConnectProviderArn=ARN, Tags=[{"Key": "a", "Value": "1"}])
    iam.tag_open_id_connect_provider(OpenIDConnectProviderArn=ARN, Tags=[{"Key": "b", "Value": "2"}])
    iam.untag_open_id_connect_provider(OpenIDConnectProviderArn=ARN, TagKeys=["a"])
    listed = iam.list_open_id_connect_provider_tags(OpenIDConnectProviderArn=ARN)
    assert [{"Key": "b", "Value": "2"}] == listed["Tags"]


def test_a_saml_provider_is_shown_with_its_metadata(iam: Any, in_process: InProcess) -> None:
    document = saml_pool.metadata(validUntil="2027-01-01T00:00:00Z")
    assert SAML_ARN == iam.create_saml_provider(Name="Corp", SAMLMetadataDocument=document)["SAMLProviderArn"]
    shown = iam.get_saml_provider(SAMLProviderArn=SAML_ARN)
    assert (document, in_process.clock.now, dt.datetime(2027, 1, 1, tzinfo=dt.UTC)) == (
        shown["SAMLMetadataDocument"],
        shown["CreateDate"],
        shown["ValidUntil"],
    )
    [listed] = iam.list_saml_providers()["SAMLProviderList"]
    assert (SAML_ARN, shown["ValidUntil"], shown["CreateDate"]) == (
        listed["Arn"],
        listed["ValidUntil"],
        listed["CreateDate"],
    )


def test_metadata_without_an_end_is_good_for_long(iam: Any, in_process: InProcess) -> None:
    iam.create_saml_provider(Name="Corp", SAMLMetadataDocument=saml_pool.metadata())
    shown = iam.get_saml_provider(SAMLProviderArn=SAML_ARN)
    assert shown["ValidUntil"] - in_process.clock.now > dt.timedelta(days=36_000)


@pytest.mark.parametrize(
    "document",
    [
        "x" * 1000,
        saml_pool.metadata(validUntil="2020-01-01T00:00:00Z"),
        f"<!DOCTYPE a>{saml_pool.metadata()}",
        saml_pool.metadata().replace("IDPSSODescriptor", "SPSSODescriptor"),
    ],
)
def test_metadata_that_no_assertion_can_be_verified_by_are_refused(iam: Any, document: str) -> None:
    code, message = refusal(iam.create_saml_provider, Name="Corp", SAMLMetadataDocument=document)
    assert "InvalidInput" == code
    assert message.startswith("Could not parse metadata")


def test_a_saml_provider_is_updated_deleted_and_unique(iam: Any) -> None:
    iam.create_saml_provider(Name="Corp", SAMLMetadataDocument=saml_pool.metadata())
    assert (
        "EntityAlreadyExists"
        == refusal(iam.create_saml_provider, Name="corp", SAMLMetadataDocument=saml_pool.metadata())[0]
    )
    newer = saml_pool.metadata(key="another")
    iam.update_saml_provider(SAMLProviderArn=SAML_ARN, SAMLMetadataDocument=newer)
    assert newer == iam.get_saml_provider(SAMLProviderArn=SAML_ARN)["SAMLMetadataDocument"]
    assert "InvalidInput" == refusal(iam.update_saml_provider, SAMLProviderArn=SAML_ARN)[0]
    iam.delete_saml_provider(SAMLProviderArn=SAML_ARN)
    for work in (iam.get_saml_provider, iam.delete_saml_provider):
        assert ("NoSuchEntity", f"Manifest not found for arn {SAML_ARN}") == refusal(work, SAMLProviderArn=SAML_ARN)


def test_keys_to_open_assertions_with_are_not_taken(iam: Any) -> None:
    asked = {"AssertionEncryptionMode": "Required", "AddPrivateKey": "a key"}
    document = saml_pool.metadata()
    assert "InvalidInput" == refusal(iam.create_saml_provider, Name="Corp", SAMLMetadataDocument=document, **asked)[0]
    assert [] == iam.list_saml_providers()["SAMLProviderList"]


def test_a_saml_provider_has_tags(iam: Any) -> None:
    tags = [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]
    made = iam.create_saml_provider(Name="Corp", SAMLMetadataDocument=saml_pool.metadata(), Tags=tags)
    assert tags == made["Tags"]
    iam.untag_saml_provider(SAMLProviderArn=SAML_ARN, TagKeys=["a"])
    iam.tag_saml_provider(SAMLProviderArn=SAML_ARN, Tags=[{"Key": "c", "Value": "3"}])
    assert [{"Key": "b", "Value": "2"}, {"Key": "c", "Value": "3"}] == iam.list_saml_provider_tags(
        SAMLProviderArn=SAML_ARN
    )["Tags"]
