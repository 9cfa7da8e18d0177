"""CreateUserPoolDomain, DescribeUserPoolDomain, UpdateUserPoolDomain, DeleteUserPoolDomain."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from botocore.config import Config
from refusals import refusal

from cenote.base.quotas import Quotas
from cenote.base.settings import Settings
from cenote.storage import domains
from harness.clock import START, FakeClock
from harness.databases import EVERY_ENGINE
from harness.in_process import InProcess

pytestmark = pytest.mark.parametrize("engine", EVERY_ENGINE, indirect=True)

CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/7f8c1d5e-1111-4222-8333-444455556666"
OTHER_CERTIFICATE = CERTIFICATE.replace("7f8c", "0a0b")
CUSTOM = {"Domain": "auth.example.com", "CustomDomainConfig": {"CertificateArn": CERTIFICATE}}
FAILOVER = {"Failover": {"SecondaryRegion": "us-west-2", "PrimaryRoute53HealthCheckId": "abc-123"}}
GONE = ("InvalidParameterException", "No such domain or user pool exists.")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Room for two custom domains."""
    return replace(settings, quotas=Quotas(custom_domains=2))


def a_pool(endpoint: InProcess, **settings: Any) -> str:
    pool_id: str = endpoint.signed.create_user_pool(PoolName="p", **settings)["UserPool"]["Id"]
    return pool_id


def created(endpoint: InProcess, pool_id: str, domain: str = "my-prefix", **members: Any) -> dict[str, Any]:
    return said(endpoint.signed.create_user_pool_domain(UserPoolId=pool_id, **{"Domain": domain, **members}))


def said(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def described(endpoint: InProcess, domain: str) -> dict[str, Any]:
    found: dict[str, Any] = endpoint.signed.describe_user_pool_domain(Domain=domain)["DomainDescription"]
    return found


def names_of(endpoint: InProcess, pool_id: str) -> tuple[str | None, str | None]:
    pool = endpoint.signed.describe_user_pool(UserPoolId=pool_id)["UserPool"]
    return pool.get("Domain"), pool.get("CustomDomain")


def test_a_prefix_is_made_shown_and_deleted(in_process: InProcess) -> None:
    pool_id = a_pool(in_process)
    assert {"ManagedLoginVersion": 1} == created(in_process, pool_id)
    assert {
        "UserPoolId": pool_id,
        "AWSAccountId": in_process.services.settings.account_id,
        "Domain": "my-prefix",
        "S3Bucket": "cenote-assets",
        "CloudFrontDistribution": "localhost",
        "Version": START.strftime("%Y%m%d%H%M%S"),
        "Status": "ACTIVE",
        "CustomDomainConfig": {},
        "ManagedLoginVersion": 1,
    } == described(in_process, "my-prefix")
    assert ("my-prefix", None) == names_of(in_process, pool_id)
    assert {} == said(in_process.signed.delete_user_pool_domain(UserPoolId=pool_id, Domain="my-prefix"))
    assert {} == described(in_process, "my-prefix")
    assert (None, None) == names_of(in_process, pool_id)
    created(in_process, a_pool(in_process))


def test_a_custom_domain_names_the_host_to_point_at(in_process: InProcess) -> None:
    pool_id = a_pool(in_process)
    created(in_process, pool_id)
    config = {"CertificateArn": CERTIFICATE, "SecurityPolicy": "TLS_V1_3_2025"}
    made = created(
        in_process, pool_id, **{**CUSTOM, "CustomDomainConfig": config}, Routing=FAILOVER, ManagedLoginVersion=2
    )
    assert {"ManagedLoginVersion": 2, "CloudFrontDomain": "localhost", "Routing": FAILOVER} == made
    shown = described(in_process, "auth.example.com")
    assert (config, FAILOVER, 2) == (shown["CustomDomainConfig"], shown["Routing"], shown["ManagedLoginVersion"])
    assert ("my-prefix", "auth.example.com") == names_of(in_process, pool_id)


def test_an_update_changes_what_it_names_and_keeps_the_rest(in_process: InProcess, clock: FakeClock) -> None:
    pool_id = a_pool(in_process)
    created(in_process, pool_id, **CUSTOM, Routing=FAILOVER)
    before = described(in_process, "auth.example.com")
    clock.advance(hours=1)
    update = {"UserPoolId": pool_id, "Domain": "auth.example.com"}
    answer = said(in_process.signed.update_user_pool_domain(**update, ManagedLoginVersion=2))
    assert {"ManagedLoginVersion": 2, "CloudFrontDomain": "localhost", "Routing": FAILOVER} == answer
    changed = {"ManagedLoginVersion": 2, "Version": clock.now.strftime("%Y%m%d%H%M%S")}
    assert before | changed == described(in_process, "auth.example.com")
    config = {"CertificateArn": OTHER_CERTIFICATE, "SecurityPolicy": "TLS_V1_2_2021"}
    answer = said(in_process.signed.update_user_pool_domain(**update, CustomDomainConfig=config, Routing={}))
    assert {"ManagedLoginVersion": 2, "CloudFrontDomain": "localhost"} == answer
    shown = described(in_process, "auth.example.com")
    assert (config, 2) == (shown["CustomDomainConfig"], shown["ManagedLoginVersion"])
    assert "Routing" not in shown
    created(in_process, pool_id)
    answer = in_process.signed.update_user_pool_domain(UserPoolId=pool_id, Domain="my-prefix", ManagedLoginVersion=2)
    assert {"ManagedLoginVersion": 2} == said(answer)


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"Domain": "my-aws"}, "Domain cannot contain reserved word: aws"),
    ({"Domain": "amazonas"}, "Domain cannot contain reserved word: amazon"),
    ({"Domain": "mycognito"}, "Domain cannot contain reserved word: cognito"),
    ({"Domain": "auth.example.com"}, "The domain name contains an invalid character."),
    ({"Domain": "a" * 64}, "The domain name contains an invalid character."),
    ({**CUSTOM, "Domain": "prefix"}, "Custom domain is not a valid subdomain"),
    ({**CUSTOM, "Domain": "example.com"}, "domain parent is a top-level domain."),
    ({**CUSTOM, "Domain": "a..example.com"}, "is not a host name"),
    ({**CUSTOM, "Domain": "-a.example.com"}, "1 validation error detected"),
    ({**CUSTOM, "Domain": "a-.example.com"}, "is not a host name"),
    ({**CUSTOM, "Domain": f"{'a' * 64}.example.com"}, "is not a host name"),
    ({**CUSTOM, "Domain": "10.0.0.1"}, "is not a host name"),
    ({**CUSTOM, "Domain": "Auth.example.com"}, "1 validation error detected"),
    ({"CustomDomainConfig": {}}, "must not be null"),
    ({**CUSTOM, "CustomDomainConfig": {"CertificateArn": CERTIFICATE.replace("us-east-1", "eu-west-1")}}, "us-east-1"),
    ({**CUSTOM, "CustomDomainConfig": {"CertificateArn": "arn:aws:iam::123456789012:server-certificate/x"}}, "us-east-1"),
    ({**CUSTOM, "CustomDomainConfig": {"CertificateArn": CERTIFICATE, "SecurityPolicy": "TLS_V9"}}, "enum value set"),
    ({"ManagedLoginVersion": 0}, "ManagedLoginVersion is 1"),
    ({"ManagedLoginVersion": 3}, "ManagedLoginVersion is 1"),
    ({"Routing": FAILOVER}, "for custom domains only"),
    ({**CUSTOM, "Routing": {"Failover": {**FAILOVER["Failover"], "SecondaryRegion": "us-east-1"}}}, "another one"),
    ({**CUSTOM, "Routing": {"Failover": {**FAILOVER["Failover"], "SecondaryRegion": "nowhere"}}}, "name of a Region"),
    ({**CUSTOM, "Routing": {"Failover": {"SecondaryRegion": "us-west-2"}}}, "must not be null"),
]  # fmt: skip


def test_names_and_settings_that_are_not_allowed_are_refused(in_process: InProcess) -> None:
    pool_id = a_pool(in_process)
    unchecked = in_process.boto3_client(config=Config(parameter_validation=False))
    for members, part in REFUSED:
        with refusal("InvalidParameterException") as seen:
            unchecked.create_user_pool_domain(**{"UserPoolId": pool_id, "Domain": "fine", **members})
        assert part in seen.message, members
    assert (None, None) == names_of(in_process, pool_id)
    created(in_process, pool_id)
    for members in (
        {"ManagedLoginVersion": 3},
        {"Routing": FAILOVER},
        {"CustomDomainConfig": CUSTOM["CustomDomainConfig"]},
    ):
        with refusal("InvalidParameterException"):
            in_process.signed.update_user_pool_domain(UserPoolId=pool_id, Domain="my-prefix", **members)
    assert 1 == described(in_process, "my-prefix")["ManagedLoginVersion"]


def test_managed_login_needs_a_plan_that_has_it(in_process: InProcess) -> None:
    pool_id = a_pool(in_process, UserPoolTier="LITE")
    expected = (
        "FeatureUnavailableInTierException",
        "The following features need to be disabled for the LITE pricing tier configured: Managed Login",
    )
    with refusal() as seen:
        created(in_process, pool_id, ManagedLoginVersion=2)
    assert expected == seen.said
    created(in_process, pool_id, ManagedLoginVersion=1)
    with refusal() as seen:
        in_process.signed.update_user_pool_domain(UserPoolId=pool_id, Domain="my-prefix", ManagedLoginVersion=2)
    assert expected == seen.said


def test_a_pool_has_one_of_each_and_a_name_is_one_pools(in_process: InProcess) -> None:
    pool_id, other = a_pool(in_process), a_pool(in_process)
    created(in_process, pool_id)
    created(in_process, pool_id, **CUSTOM)
    for members in ({"Domain": "another"}, {**CUSTOM, "Domain": "two.example.com"}):
        with refusal() as seen:
            created(in_process, pool_id, **members)
        assert "User pool already has a domain configured." == seen.message
    for members in ({"Domain": "my-prefix"}, CUSTOM):
        with refusal("InvalidParameterException") as seen:
            created(in_process, other, **members)
        assert "Domain already associated with another user pool." == seen.message
    for act in ("update_user_pool_domain", "delete_user_pool_domain"):
        for domain in ("my-prefix", "nobodys"):
            with refusal() as seen:
                getattr(in_process.signed, act)(UserPoolId=other, Domain=domain)
            assert GONE == seen.said, act
    assert pool_id == described(in_process, "my-prefix")["UserPoolId"]


def test_a_pool_with_a_domain_cannot_be_deleted(in_process: InProcess) -> None:
    pool_id = a_pool(in_process)
    for members in ({"Domain": "my-prefix"}, CUSTOM):
        created(in_process, pool_id, **members)
        with refusal() as seen:
            in_process.signed.delete_user_pool(UserPoolId=pool_id)
        message = "User pool cannot be deleted. It has a domain configured that should be deleted first."
        assert ("InvalidParameterException", message) == seen.said
        in_process.signed.delete_user_pool_domain(UserPoolId=pool_id, Domain=members["Domain"])
    in_process.signed.delete_user_pool(UserPoolId=pool_id)
    with refusal("ResourceNotFoundException") as seen:
        created(in_process, pool_id)
    assert f"User pool {pool_id} does not exist." == seen.message


def test_another_region_and_the_unsigned_see_nothing(in_process: InProcess) -> None:
    pool_id = a_pool(in_process)
    created(in_process, pool_id)
    there = in_process.boto3_client(region_name="eu-west-1")
    assert {} == there.describe_user_pool_domain(Domain="my-prefix")["DomainDescription"]
    for act in ("create_user_pool_domain", "update_user_pool_domain", "delete_user_pool_domain"):
        with refusal("ResourceNotFoundException"):
            getattr(there, act)(UserPoolId=pool_id, Domain="my-prefix")
        with refusal("MissingAuthenticationTokenException"):
            getattr(in_process.anonymous, act)(UserPoolId=pool_id, Domain="my-prefix")
    with refusal("MissingAuthenticationTokenException"):
        in_process.anonymous.describe_user_pool_domain(Domain="my-prefix")
    assert pool_id == described(in_process, "my-prefix")["UserPoolId"]


def test_an_account_has_so_many_custom_domains(in_process: InProcess) -> None:
    for number in range(2):
        created(in_process, a_pool(in_process), **{**CUSTOM, "Domain": f"auth{number}.example.com"})
    pool_id = a_pool(in_process)
    with refusal() as seen:
        created(in_process, pool_id, **CUSTOM)
    assert ("LimitExceededException", "The maximum number of custom domains has been reached: 2.") == seen.said
    created(in_process, pool_id)


def outcomes(calls: list[Any]) -> list[str]:
    def outcome(call: Any) -> str:
        try:
            call()
        except Exception as error:  # noqa: BLE001 - what it was is what the test compares
            return str(getattr(error, "response", {}).get("Error", {}).get("Message", error))
        return "done"

    with ThreadPoolExecutor(len(calls)) as threads:
        return sorted(threads.map(outcome, calls))


def test_of_pools_that_want_one_name_at_once_one_gets_it(in_process: InProcess) -> None:
    pools = [a_pool(in_process) for _ in range(4)]
    clients = [in_process.boto3_client() for _ in pools]
    calls = [
        lambda client=client, pool_id=pool_id: client.create_user_pool_domain(UserPoolId=pool_id, Domain="wanted")
        for client, pool_id in zip(clients, pools, strict=True)
    ]
    assert ["Domain already associated with another user pool."] * 3 + ["done"] == outcomes(calls)
    assert ["wanted"] == [name for name, _ in (names_of(in_process, pool_id) for pool_id in pools) if name]


def test_a_lost_race_of_updates_is_told(in_process: InProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    pool_id = a_pool(in_process)
    created(in_process, pool_id)
    get = domains.get

    def get_and_let_another_go_first(tx: Any, domain: str) -> Any:
        found = get(tx, domain)
        assert found is not None
        monkeypatch.setattr(domains, "get", get)
        assert domains.update(tx, found, document=found.document, now_ms=found.modified_at_ms)
        return found

    monkeypatch.setattr(domains, "get", get_and_let_another_go_first)
    with refusal("ConcurrentModificationException") as seen:
        in_process.signed.update_user_pool_domain(UserPoolId=pool_id, Domain="my-prefix", ManagedLoginVersion=2)
    assert "The domain was modified by another request. Please try again." == seen.message
    assert 1 == described(in_process, "my-prefix")["ManagedLoginVersion"]
