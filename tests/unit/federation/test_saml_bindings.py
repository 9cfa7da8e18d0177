"""Messages in queries and forms: what we send, and which signatures over a query are taken."""

import base64
import zlib
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256, SHA512
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from cenote.federation.errors import FederationError
from cenote.federation.saml import bindings, requests, signatures
from cenote.federation.saml.bindings import Sending
from cenote.federation.saml.requests import Place, Signer
from harness.saml_expected import expected, our_key
from harness.saml_idp import ACS, ENTITY, NOW_MS, keys, one

SSO = "https://idp.example.com/sso"
MORE = "http://www.w3.org/2001/04/xmldsig-more#"


def signer() -> Signer:
    return Signer(our_key(), keys("us")[1].public_bytes(Encoding.DER))


def asked(place: Place, *, force: bool = False, signed: bool = False, relay_state: str = "state") -> Sending:
    return requests.authn_request(
        place,
        request_id="_id",
        entity_id=ENTITY,
        acs=ACS,
        relay_state=relay_state,
        now_ms=NOW_MS,
        force=force,
        signer=signer() if signed else None,
    )


def message_of(sending: Sending) -> Any:
    [packed] = parse_qs(urlsplit(sending.url).query)["SAMLRequest"]
    return etree.fromstring(zlib.decompress(base64.b64decode(packed), -15))


def test_an_app_that_asks_for_a_new_sign_in_makes_the_provider_ask_for_one() -> None:
    assert "true" == message_of(asked(Place(SSO, None), force=True)).get("ForceAuthn")
    assert message_of(asked(Place(SSO, None))).get("ForceAuthn") is None


def test_a_redirect_is_preferred_and_keeps_the_query_of_the_providers_address() -> None:
    sending = asked(Place(f"{SSO}?tenant=1", SSO))
    assert sending.url.startswith(f"{SSO}?tenant=1&SAMLRequest=")
    assert {} == sending.fields


def test_a_form_carries_the_same_request_signed_in_itself() -> None:
    sending = asked(Place(None, SSO), signed=True)
    assert (SSO, "state") == (sending.url, sending.fields["RelayState"])
    root = etree.fromstring(base64.b64decode(sending.fields["SAMLRequest"]))
    certificate = base64.b64encode(keys("us")[1].public_bytes(Encoding.DER)).decode()
    assert "_id" == signatures.verify(root, [certificate]).get("ID")
    assert ENTITY == one(root, "saml:Issuer").text


def test_our_own_query_is_signed_over_its_octets() -> None:
    query = urlsplit(asked(Place(SSO, None), signed=True, relay_state="a b&c=d/ü").url).query
    found = bindings.from_redirect(query, bindings.REQUEST)
    certificate = base64.b64encode(keys("us")[1].public_bytes(Encoding.DER)).decode()
    bindings.verify_query(found, [certificate])
    assert "a b&c=d/ü" == found.relay_state


def query_of(algorithm: str, sign: Any) -> str:
    """A query as a provider signs it, with its own way to escape."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = base64.b64encode(packer.compress(b"<x/>") + packer.flush()).decode()
    query = f"SAMLRequest={quote(packed, safe='')}&SigAlg={quote(algorithm, safe=':/')}"
    return f"{query}&Signature={quote(base64.b64encode(sign(query.encode())).decode(), safe='')}"


def test_a_curve_signs_a_query_as_well() -> None:
    def sign(signed: bytes) -> bytes:
        numbers = decode_dss_signature(keys("curve", "ec")[0].sign(signed, ECDSA(SHA256())))
        return b"".join(number.to_bytes(32) for number in numbers)

    found = bindings.from_redirect(query_of(f"{MORE}ecdsa-sha256", sign), bindings.REQUEST)
    bindings.verify_query(found, expected(certificates=("curve", "ec")).certificates)
    assert b"<x/>" == found.document
    with pytest.raises(FederationError):
        bindings.verify_query(found, expected().certificates)


def by_rsa(signed: bytes) -> bytes:
    return bytes(keys("idp")[0].sign(signed, PKCS1v15(), SHA512()))


def test_rsa_signs_a_query_by_each_hash_of_sha_2() -> None:
    found = bindings.from_redirect(query_of(f"{MORE}rsa-sha512", by_rsa), bindings.REQUEST)
    bindings.verify_query(found, expected().certificates)
    assert f"{MORE}rsa-sha512" == found.algorithm


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("rsa-sha512", "rsa-sha256"), "its signature is invalid"),
        (("rsa-sha512", "rsa-md5"), "its signature algorithm is not accepted"),
        (("xmldsig-more#rsa-sha512", "xmldsig-more#hmac-sha256"), "its signature algorithm is not accepted"),
        (("&Signature=", "&RelayState=x&Signature="), "its signature is invalid"),
        (("&Signature=", "&Signature=AAAA&Ignored="), "its signature is invalid"),
        (("&Signature=", "&SAMLRequest=x&Signature="), "it has SAMLRequest twice"),
        (("&Signature=", "&Ignored="), "it is not signed"),
        (("SAMLRequest=", "SAMLRequest=AAAA"), "it is not deflated"),
        (("SAMLRequest=", "SAMLRequest=*"), "it is not base64"),
        (("SAMLRequest=", "Other="), "it has no SAMLRequest"),
    ],
)
def test_a_query_that_was_changed_is_refused(change: tuple[str, str], why: str) -> None:
    query = query_of(f"{MORE}rsa-sha512", by_rsa)
    changed = query.replace(change[0].replace("#", "%23"), change[1].replace("#", "%23"))
    assert changed != query
    with pytest.raises(FederationError) as caught:
        bindings.verify_query(bindings.from_redirect(changed, bindings.REQUEST), expected().certificates)
    assert why == caught.value.public


@pytest.mark.parametrize(
    "packed", [b"", zlib.compress(b"x" * 100_001, wbits=-15), zlib.compress(b"<x/>", wbits=-15)[:-1]]
)
def test_what_inflates_to_too_much_or_too_little_is_refused(packed: bytes) -> None:
    query = f"SAMLRequest={quote(base64.b64encode(packed).decode(), safe='')}"
    with pytest.raises(FederationError):
        bindings.from_redirect(query, bindings.REQUEST)


@pytest.mark.parametrize("text", ["", "*", "A", "A" * 100_001, "é"])
def test_a_field_that_is_no_message_is_refused(text: str) -> None:
    with pytest.raises(FederationError):
        bindings.from_post(text)
