"""Whatever is changed in a signed response, nobody else comes out of it, and nothing but a refusal goes wrong."""

import functools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cenote.federation.errors import FederationError
from cenote.federation.saml import bindings
from cenote.federation.saml import response as responses
from harness import saml_idp
from harness.saml_attacks import EVIL, good, whole
from harness.saml_expected import expected, our_key
from harness.saml_idp import Plan, encrypt, keys, one, sign

PIECES = [
    b"<!---->",
    b"<x/>",
    b"<",
    b">",
    b"&",
    b"]]>",
    b"\0",
    b" ",
    b'"',
    b"<?x?>",
    b"&#0;",
    b"&#65;",
    b"\xff",
    EVIL.encode(),
]
PIECES += [b"</saml:NameID><saml:NameID>", b"<ds:Signature/>", b'xmlns:saml="urn:x"', b"<![CDATA[", b"#", b"ID"]


@functools.cache
def document(kind: str) -> bytes:
    """A good response of each sort."""
    if kind == "assertion":
        return saml_idp.document(good())
    if kind == "response":
        return saml_idp.document(whole())
    root: Any = saml_idp.response(Plan())
    sign(one(root, "saml:Assertion"))
    encrypt(one(root, "saml:Assertion"), keys("us")[1], mode=kind)
    return saml_idp.document(root)


KINDS = ["assertion", "response", "aes256-cbc", "aes128-gcm"]


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=250, deadline=None)
@given(data=st.data())
def test_no_change_makes_another_person(kind: str, data: st.DataObject) -> None:
    before = document(kind)
    at = data.draw(st.integers(0, len(before)))
    gone = data.draw(st.integers(0, 40))
    piece = data.draw(st.sampled_from(PIECES) | st.binary(max_size=8))
    after = before[:at] + piece + before[at + gone :]
    assert outcome_of(after) in {"", "wanda@example.com"}


def outcome_of(document: bytes) -> str:
    """Who signs in by a document; nobody by one that is refused."""
    try:
        found = responses.verify(document, expected(encryption_key=our_key()))
    except FederationError:
        return ""
    return found.name_id if {"mail": "wanda@example.com"} == found.attributes else "another's attributes"


@settings(max_examples=250, deadline=None)
@given(st.binary(max_size=300) | st.text(max_size=100).map(str.encode))
def test_nothing_but_a_refusal_comes_of_noise(noise: bytes) -> None:
    with pytest.raises(FederationError):
        responses.verify(noise, expected())


@settings(max_examples=250, deadline=None)
@given(st.text(max_size=200) | st.from_regex(r"SAMLRequest=[A-Za-z0-9%+/=&]{0,80}", fullmatch=True))
def test_nothing_but_a_refusal_comes_of_a_strange_query(query: str) -> None:
    with pytest.raises(FederationError):
        bindings.verify_query(bindings.from_redirect(query, bindings.REQUEST), expected().certificates)
