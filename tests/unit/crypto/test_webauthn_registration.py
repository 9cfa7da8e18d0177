"""Registering a credential: Web Authentication Level 3, section 7.1."""

import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from fido2 import cbor
from fido2.webauthn import AttestationObject, AuthenticatorData

from cenote.crypto import webauthn
from harness.authenticator import AT, BE, BS, ED, ES256, RS256, UP, UV, Authenticator, b64, unb64

PARTY, ORIGIN = "example.com", "https://login.example.com"
CHALLENGE = bytes(range(32))
OPTIONS: dict[str, Any] = {"rp": {"id": PARTY}, "user": {"id": b64(b"sub")}, "challenge": b64(CHALLENGE)}
EXPECTED = webauthn.Expected(challenge=CHALLENGE, relying_party=PARTY, requires_verification=False)
STRICT = webauthn.Expected(challenge=CHALLENGE, relying_party=PARTY, requires_verification=True)
KEY_OF_P384 = ec.generate_private_key(ec.SECP384R1()).public_key().public_numbers()
KEY_OF_1024 = rsa.generate_private_key(public_exponent=65537, key_size=1024).public_key().public_numbers()  # noqa: S505 - to be refused
KEY_OF_ED = ed25519.Ed25519PrivateKey.generate().public_key().public_bytes_raw()


def verify(document: object, expected: webauthn.Expected = EXPECTED) -> webauthn.Credential:
    """Register what *document* holds."""
    return webauthn.verify_registration(webauthn.registration_response_of(document), expected)


@pytest.mark.parametrize("algorithm", [ES256, RS256])
def test_a_new_credential_is_accepted_with_its_key_and_count(algorithm: int) -> None:
    """What authenticators that keep to the rules make."""
    maker = Authenticator(algorithm=algorithm, flags=UP | UV | BE | BS, aaguid=bytes(range(16)))

    made = verify(maker.create(OPTIONS, ORIGIN))

    expected = webauthn.Credential(
        credential_id=maker.credential_id,
        public_key=cbor.encode(maker.cose_key()),
        aaguid="00010203-0405-0607-0809-0a0b0c0d0e0f",
        sign_count=1,
        is_backup_eligible=True,
    )
    assert {**cbor.decode(expected.public_key)} == cbor.decode(made.public_key)
    assert (expected.credential_id, expected.aaguid, expected.sign_count, expected.is_backup_eligible) == (
        made.credential_id,
        made.aaguid,
        made.sign_count,
        made.is_backup_eligible,
    )


def test_an_authenticator_that_does_not_count_is_accepted() -> None:
    """Synced passkeys do not count."""
    assert verify(Authenticator(step=0).create(OPTIONS, ORIGIN)).sign_count == 0


def test_the_longest_credential_id_is_accepted() -> None:
    """1023 bytes, and no more."""
    maker = Authenticator(credential_id=b"\x01" * 1023)
    assert verify(maker.create(OPTIONS, ORIGIN)).credential_id == maker.credential_id


@pytest.mark.parametrize(
    "attestation",
    [
        {"fmt": "packed", "attStmt": {"alg": -7, "sig": b"no signature"}},
        {"fmt": "packed", "attStmt": {"alg": -7, "sig": b"no", "x5c": [b"no certificate"]}},
        {"fmt": "of tomorrow", "attStmt": {"anything": [1, 2, {"at": "all"}]}},
        {"fmt": "none", "attStmt": {"unasked": "for"}},
        {"fmt": "tpm", "attStmt": {}},
    ],
)
def test_what_an_attestation_claims_is_not_read(attestation: dict[str, Any]) -> None:
    """Anybody's authenticator will do, so that a statement proves nothing and breaks nothing."""
    assert verify(Authenticator().create(OPTIONS, ORIGIN, attestation=attestation)).sign_count == 1


def test_extensions_of_the_authenticator_are_accepted() -> None:
    """They are there and of no interest."""
    document = Authenticator().create(
        OPTIONS, ORIGIN, flags=UP | AT | ED, tail=cbor.encode({"credProtect": 2, "hmac-secret": True})
    )
    assert verify(document).sign_count == 1


def test_what_we_read_is_what_another_implementation_reads() -> None:
    """The test's authenticator and our reading might share a mistake; fido2 shares none with them."""
    maker = Authenticator()
    document = maker.create(OPTIONS, ORIGIN)

    read = AttestationObject(unb64(document["response"]["attestationObject"])).auth_data

    assert isinstance(read, AuthenticatorData)
    assert read.credential_data is not None
    made = verify(document)
    assert read.credential_data.credential_id == made.credential_id
    assert cbor.encode(dict(read.credential_data.public_key)) == cbor.encode(cbor.decode(made.public_key))


def ec_key(changed: dict[int, Any]) -> dict[str, Any]:
    """A COSE key of P-256 with something else in it, or without what is None."""
    key = {**Authenticator().cose_key(), **changed}
    return {"cose_key": cbor.encode({label: value for label, value in key.items() if value is not None})}


def without(name: str) -> dict[str, Any]:
    """A response without a member."""
    return {"response": {name: None}}


MALFORMED: dict[str, dict[str, Any]] = {
    "type is not public-key": {"document": {"type": "password"}},
    "type is missing": {"document": {"type": None}},
    "id is missing": {"document": {"id": None}},
    "id is padded": {"document": {"id": "AAAA=", "rawId": "AAAA="}},
    "id has bits that mean nothing": {"document": {"id": "AB", "rawId": "AB"}},
    "rawId differs": {"document": {"rawId": "AAAA"}},
    "id is not the attested one": {"attested_id": b"another"},
    "response is a list": {"document": {"response": []}},
    "no client data": without("clientDataJSON"),
    "no attestation object": without("attestationObject"),
    "client data is no base64url": {"response": {"clientDataJSON": "a+b/"}},
    "client data is too long": {"response": {"clientDataJSON": "A" * 30_000}},
    "attestation object is too long": {"response": {"attestationObject": "A" * 30_000}},
    "transports are a text": {"response": {"transports": "usb"}},
    "transports are many": {"response": {"transports": ["usb"] * 17}},
    "a transport is a number": {"response": {"transports": [1]}},
    "a transport is a sentence": {"response": {"transports": ["by pigeon, mostly"]}},
    "client data is no JSON": {"raw_client_data": b"{"},
    "client data is UTF-16": {"raw_client_data": json.dumps({"type": "webauthn.create"}).encode("utf-16")},
    "client data is a list": {"raw_client_data": b"[]"},
    "client data is deep": {"raw_client_data": b"[" * 10_000},
    "ceremony of a sign-in": {"client_data": {"type": "webauthn.get"}},
    "ceremony without a type": {"client_data": {"type": None}},
    "challenge is no text": {"client_data": {"challenge": 7}},
    "challenge is no base64url": {"client_data": {"challenge": "!"}},
    "origin is no text": {"client_data": {"origin": [ORIGIN]}},
    "nobody was present": {"flags": UV | AT},
    "backed up, not to be backed up": {"flags": UP | AT | BS},
    "no new credential": {"flags": UP},
    "bytes after the data": {"tail": b"\x00"},
    "extensions that are not there": {"flags": UP | AT | ED},
    "attestation object is no CBOR": {"response": {"attestationObject": b64(b"\xff\xff")}},
    "attestation object is a list": {"response": {"attestationObject": b64(cbor.encode([1, 2]))}},
    "attestation object is deep": {"response": {"attestationObject": b64(b"\x81" * 9000 + b"\x00")}},
    "attestation object without data": {
        "response": {"attestationObject": b64(cbor.encode({"fmt": "none", "attStmt": {}}))}
    },
    "authenticator data is a text": {"attestation": {"authData": "text"}},
    "authenticator data is short": {"attestation": {"authData": b"short"}},
    "format is a number": {"attestation": {"fmt": 1}},
    "key is no CBOR": {"cose_key": b"\xff"},
    "key is cut": {"cose_key": cbor.encode(Authenticator().cose_key())[:-1]},
}


@pytest.mark.parametrize("changed", MALFORMED.values(), ids=MALFORMED)
def test_what_is_malformed_or_contradicts_itself_is_refused(changed: dict[str, Any]) -> None:
    """Each by an error of ours, none by one of whatever it was parsed with."""
    with pytest.raises(webauthn.WebAuthnError):
        verify(Authenticator().create(OPTIONS, ORIGIN, **changed))


@pytest.mark.parametrize("document", [None, "text", 7, [], [{}], {}, {"response": {}}])
def test_what_is_no_credential_at_all_is_refused(document: object) -> None:
    """The parameter may be any JSON."""
    with pytest.raises(webauthn.WebAuthnError):
        verify(document)


UNSUPPORTED: dict[str, dict[str, Any]] = {
    "EdDSA": {"cose_key": cbor.encode({1: 1, 3: -8, -1: 6, -2: KEY_OF_ED})},
    "ES384": ec_key({3: -35, -1: 2, -2: KEY_OF_P384.x.to_bytes(48), -3: KEY_OF_P384.y.to_bytes(48)}),
    "ES256 on another curve": ec_key({-1: 2, -2: KEY_OF_P384.x.to_bytes(48), -3: KEY_OF_P384.y.to_bytes(48)}),
    "a point that is not on the curve": ec_key({-2: b"\x01" * 32, -3: b"\x02" * 32}),
    "a coordinate that is short": ec_key({-2: b"\x01" * 31}),
    "a coordinate that is a number": ec_key({-2: 5}),
    "no coordinate": ec_key({-3: None}),
    "PS256": {"cose_key": cbor.encode({1: 3, 3: -37, -1: b"\x01" * 256, -2: b"\x01\x00\x01"})},
    "RS1": {"cose_key": cbor.encode({1: 3, 3: -65535, -1: b"\x01" * 256, -2: b"\x01\x00\x01"})},
    "1024 bits of RSA": {
        "cose_key": cbor.encode({1: 3, 3: RS256, -1: KEY_OF_1024.n.to_bytes(128), -2: b"\x01\x00\x01"})
    },
    "RSA with an exponent of 3": {"cose_key": cbor.encode({1: 3, 3: RS256, -1: b"\x01" * 256, -2: b"\x03"})},
    "a symmetric key": {"cose_key": cbor.encode({1: 4, 3: 5, -1: b"secret"})},
    "a list": {"cose_key": cbor.encode([1, 2])},
    "a number": {"cose_key": cbor.encode(4)},
}


@pytest.mark.parametrize("changed", UNSUPPORTED.values(), ids=UNSUPPORTED)
def test_a_key_for_anything_but_es256_and_rs256_is_not_supported(changed: dict[str, Any]) -> None:
    """Nor is one that says so and is no such key."""
    with pytest.raises(webauthn.UnsupportedError):
        verify(Authenticator().create(OPTIONS, ORIGIN, **changed))


def test_a_credential_id_beyond_1023_bytes_is_not_supported() -> None:
    """Section 4, "credential ID"."""
    with pytest.raises(webauthn.UnsupportedError):
        verify(Authenticator(credential_id=b"\x01" * 1024).create(OPTIONS, ORIGIN))


def test_an_authenticator_that_does_not_verify_its_user_is_not_supported_where_that_is_required() -> None:
    """And is where it is not."""
    document = Authenticator(flags=UP).create(OPTIONS, ORIGIN)
    with pytest.raises(webauthn.UnsupportedError):
        verify(document, STRICT)
    assert verify(document).sign_count == 1


@pytest.mark.parametrize("challenge", [b"", CHALLENGE[:-1], CHALLENGE + b"\x00", bytes(32)])
def test_another_challenge_is_refused(challenge: bytes) -> None:
    """Whatever its length."""
    with pytest.raises(webauthn.ChallengeError):
        verify(Authenticator().create(OPTIONS, ORIGIN, client_data={"challenge": b64(challenge)}))


@pytest.mark.parametrize(
    "client_data",
    [
        {"origin": "https://example.org"},
        {"crossOrigin": True},
        {"crossOrigin": "no"},
        {"crossOrigin": None},
        {"topOrigin": "https://example.org"},
    ],
)
def test_a_page_of_another_origin_or_inside_another_is_refused(client_data: dict[str, Any]) -> None:
    """A framed page might be anybody's trick."""
    with pytest.raises(webauthn.OriginError):
        verify(Authenticator().create(OPTIONS, ORIGIN, client_data=client_data))


@pytest.mark.parametrize("party", ["login.example.com", "com", "example.org", "EXAMPLE.COM", ""])
def test_a_credential_of_another_relying_party_is_refused(party: str) -> None:
    """The authenticator says whose it is."""
    with pytest.raises(webauthn.RelyingPartyError):
        verify(Authenticator().create(OPTIONS, ORIGIN, relying_party=party))


def test_the_browsers_words_on_the_authenticator_are_kept_where_they_are_known_ones() -> None:
    """An unknown attachment is none; unknown transports are kept (section 5.8.4)."""
    document = Authenticator(attachment="elsewhere", transports=("usb", "usb", "of-tomorrow")).create(OPTIONS, ORIGIN)
    response = webauthn.registration_response_of(document)
    assert (None, ("usb", "of-tomorrow")) == (response.attachment, response.transports)
