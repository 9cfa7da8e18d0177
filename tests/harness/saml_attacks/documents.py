"""Encrypted assertions that nobody vouches for, and documents that no parser should be given."""

import base64
import copy
from typing import Any

from lxml import etree

from harness import saml_idp
from harness.saml_attacks.corpus import EVIL, PLAN, attack, evil_of, good, planned
from harness.saml_idp import Plan, Signing, add, document, encrypt, fill_encrypted, keys, one, sign, tag

UNREADABLE = "its encrypted assertion cannot be read"

# Encryption.


def _encrypted(inner: Any, **options: str) -> Any:
    encrypt(one(inner, "saml:Assertion"), keys("us")[1], **options)
    return inner


@attack(UNREADABLE, our_key=True)
def an_encrypted_assertion_that_nobody_signed() -> Any:
    return _encrypted(saml_idp.response(Plan(name_id=EVIL)))


@attack(UNREADABLE, our_key=True)
def an_encrypted_assertion_that_mallory_signed() -> Any:
    root = saml_idp.response(Plan(name_id=EVIL))
    sign(one(root, "saml:Assertion"), Signing(who="mallory"))
    return _encrypted(root)


@attack(UNREADABLE, our_key=True)
def a_key_carried_by_rsa_of_pkcs_1_5() -> Any:
    return _encrypted(good(), transport="rsa-1_5")


@attack(UNREADABLE, our_key=True)
def an_encrypted_assertion_with_another_inside() -> Any:
    root = good()
    assertion = one(root, "saml:Assertion")
    encrypted = add(root, "saml:EncryptedAssertion")
    wrapped = evil_of(assertion)
    add(wrapped, "saml:Advice").append(assertion)
    fill_encrypted(encrypted, document(wrapped), keys("us")[1])
    return root


@attack(UNREADABLE, our_key=True)
def encrypted_entities() -> Any:
    root = saml_idp.response(PLAN)
    root.remove(one(root, "saml:Assertion"))
    plain = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>'
    fill_encrypted(add(root, "saml:EncryptedAssertion"), plain, keys("us")[1])
    return root


@attack(UNREADABLE, our_key=True)
def encrypted_for_somebody_else() -> Any:
    root = good()
    encrypt(one(root, "saml:Assertion"), keys("another service")[1])
    return root


@attack(UNREADABLE, our_key=True)
def encrypted_data_that_were_changed() -> Any:
    root = _encrypted(good(), mode="aes256-cbc")
    value = list(root.iter(tag("xenc:CipherValue")))[-1]
    sealed = bytearray(base64.b64decode(value.text))
    sealed[-20] ^= 1
    value.text = base64.b64encode(bytes(sealed)).decode()
    return root


@attack("its assertion is not encrypted", our_key=True, encrypted=True)
def in_the_clear_although_encryption_is_asked_for() -> Any:
    return good()


@attack("its Response has unexpected parts", our_key=True)
def two_encrypted_assertions() -> Any:
    root = _encrypted(good())
    root.append(copy.deepcopy(one(root, "saml:EncryptedAssertion")))
    return root


@attack("it has several assertions", our_key=True)
def one_in_the_clear_beside_an_encrypted_one() -> Any:
    root = _encrypted(good())
    root.append(evil_of(saml_idp.assertion(PLAN)))
    return root


# Documents that no parser should be given.


@attack("it has a document type")
def a_document_type() -> bytes:
    return b"<!DOCTYPE Response>" + document(good())


@attack("it has a document type")
def an_entity_of_the_file_system() -> bytes:
    body = document(good()).replace(b"wanda@example.com</saml:NameID>", b"&x;</saml:NameID>")
    return b'<!DOCTYPE Response [<!ENTITY x SYSTEM "file:///etc/hostname">]>' + body


@attack("it has a document type")
def entities_that_grow() -> bytes:
    grown = "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefg", "bcdefgh", strict=True))
    return f'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">{grown}]><x>&h;</x>'.encode()


@attack("it has a document type")
def a_parameter_entity_of_the_network() -> bytes:
    return b'<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:1/x">%p;]>' + document(good())


@attack("it is not well-formed XML")
def an_entity_that_is_not_declared() -> bytes:
    return document(good()).replace(b"wanda@", b"&wanda;@")


@attack("it is not UTF-8")
def another_encoding() -> bytes:
    return bytes(etree.tostring(good(), encoding="utf-16", xml_declaration=True))


@attack("it is not well-formed XML")
def an_encoding_that_hides_markup() -> bytes:
    return b'<?xml version="1.0" encoding="UTF-7"?>+ADw-x/+AD4-'


@attack("it has more than 100000 bytes")
def a_huge_document() -> Any:
    return planned(lambda root: add(root, "samlp:Extensions", "x" * 100_000))


def _nested(depth: int) -> Any:
    return document(good()).replace(b"<samlp:Status>", b"<x>" * depth + b"</x>" * depth + b"<samlp:Status>")


@attack("it is nested too deeply")
def a_deep_document() -> bytes:
    return bytes(_nested(80))


@attack("it is not well-formed XML")
def a_bottomless_document() -> bytes:
    return bytes(_nested(5000))


@attack("it is not well-formed XML")
def no_xml() -> bytes:
    return b"\x89PNG"[1:] + b" is no document"


@attack("it is not well-formed XML")
def two_roots() -> bytes:
    return document(good()) * 2
