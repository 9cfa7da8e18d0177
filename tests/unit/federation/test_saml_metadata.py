"""SAML metadata is read strictly: what is needed of it, and nothing that a stranger's XML could do besides."""

import datetime as dt

import pytest
from provider_site import ENTITY, SLO, SSO, certificate, saml_metadata

from cenote.federation.errors import FederationError
from cenote.federation.saml_metadata import MAX_BYTES, SamlMetadata, bytes_of, parse

NOW = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
DTD = '<!DOCTYPE EntityDescriptor [<!ENTITY a "aaaaaaaaaa">]>'
BOMB = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {name} "{f"&{former};" * 10}">' for former, name in zip("abcdefgh", "bcdefghi", strict=True))
    + "]><x>&i;</x>"
)
FOREIGN = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><x>&e;</x>'


def refused(document: bytes) -> str:
    with pytest.raises(FederationError) as caught:
        parse(document, NOW)
    return caught.value.public


def test_metadata_says_who_the_provider_is_and_where() -> None:
    assert SamlMetadata(
        entity_id=ENTITY,
        sso_redirect=SSO,
        sso_post=SSO,
        slo_redirect=SLO,
        slo_post=None,
        certificates=(certificate(),),
        wants_signed_requests=False,
    ) == parse(saml_metadata().encode(), NOW)


def test_one_binding_is_enough() -> None:
    found = parse(saml_metadata(bindings=("POST",)).encode(), NOW)
    assert (None, SSO) == (found.sso_redirect, found.sso_post)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("document", [BOMB, FOREIGN, DTD + "<x/>", "<!DOCTYPE x SYSTEM 'http://127.0.0.1/x.dtd'><x/>"])
def test_a_document_type_is_refused_in_any_encoding(document: str, encoding: str) -> None:
    assert "it has a document type" == refused(document.encode(encoding))


@pytest.mark.parametrize(
    ("document", "why"),
    [
        ("", "it is not well-formed XML"),
        ("no xml", "it is not well-formed XML"),
        ("<a>", "it is not well-formed XML"),
        ("<a>&nothing;</a>", "it is not well-formed XML"),
        ("<a>" * 5000 + "</a>" * 5000, "it is not well-formed XML"),
        ("<EntityDescriptor/>", "its root is not an EntityDescriptor"),
        ('<EntitiesDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata"/>', "its root is not an EntityDescriptor"),
        (saml_metadata(entity=""), "it has no entityID"),
        (saml_metadata(entity="x" * 1025), "it has no entityID"),
        (saml_metadata().replace("IDPSSO", "SPSSO"), "it has no IDPSSODescriptor for SAML 2.0"),
        (saml_metadata().replace("2.0:protocol", "1.1:protocol"), "it has no IDPSSODescriptor for SAML 2.0"),
        (
            saml_metadata(bindings=("Artifact",)),
            "it has no SingleSignOnService with the HTTP-Redirect or HTTP-POST binding",
        ),
        (saml_metadata().replace('use="signing"', 'use="encryption"'), "it has no signing certificate"),
        (saml_metadata().replace(certificate(), "AAAA"), "its signing certificate cannot be read"),
        (saml_metadata().replace(certificate(), "no base64"), "its signing certificate cannot be read"),
        (saml_metadata(attributes='validUntil="2026-10-31T00:00:00Z"'), "it is past its validUntil"),
        (saml_metadata(attributes='validUntil="soon"'), "its validUntil is not a time"),
        (" " * (MAX_BYTES + 1), f"it has more than {MAX_BYTES} bytes"),
    ],
)
def test_what_is_no_metadata_of_an_identity_provider_is_refused(document: str, why: str) -> None:
    assert why == refused(document.encode())


def test_metadata_that_ends_later_is_taken() -> None:
    assert ENTITY == parse(saml_metadata(attributes='validUntil="2027-01-01T00:00:00"').encode(), NOW).entity_id


def test_a_text_loses_the_encoding_of_the_file_that_it_was() -> None:
    text = "\ufeff" + saml_metadata(entity="https://idp.example.com/ä").replace("UTF-8", "utf-16")
    assert "https://idp.example.com/ä" == parse(bytes_of(text), NOW).entity_id
    with pytest.raises(FederationError):
        bytes_of("<\ud800/>")
