"""Proofs by a credential: Web Authentication Level 3, section 7.2."""

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor

from cenote.crypto import webauthn
from harness.authenticator import BE, BS, ED, ES256, RS256, UP, UV, Authenticator, b64

PARTY, ORIGIN, SUB = "example.com", "https://example.com", b"sub"
CHALLENGE = bytes(range(32))
CREATION: dict[str, Any] = {"rp": {"id": PARTY}, "user": {"id": b64(SUB)}, "challenge": b64(CHALLENGE)}
REQUEST: dict[str, Any] = {"rpId": PARTY, "challenge": b64(CHALLENGE)}


def registered(maker: Authenticator) -> webauthn.Credential:
    """What is kept of the authenticator's credential."""
    document = maker.create(CREATION, ORIGIN)
    return webauthn.verify_registration(webauthn.registration_response_of(document), expected())


def expected(*, requires_verification: bool = False) -> webauthn.Expected:
    """What responses have to fit."""
    return webauthn.Expected(challenge=CHALLENGE, relying_party=PARTY, requires_verification=requires_verification)


def verify(
    kept: webauthn.Credential, document: object, *, count: int | None = None, requires_verification: bool = False
) -> webauthn.Assertion:
    """Hold *document* against what is *kept*, and the *count* that was seen last."""
    return webauthn.verify_authentication(
        webauthn.authentication_response_of(document),
        expected(requires_verification=requires_verification),
        public_key=kept.public_key,
        sign_count=kept.sign_count if count is None else count,
        is_backup_eligible=kept.is_backup_eligible,
        user_handle=SUB,
    )


@pytest.mark.parametrize("algorithm", [ES256, RS256])
def test_a_proof_is_accepted_with_its_count_and_whether_the_user_was_verified(algorithm: int) -> None:
    """What authenticators that keep to the rules make."""
    maker = Authenticator(algorithm=algorithm)
    kept = registered(maker)
    assert webauthn.Assertion(sign_count=2, is_verified=True) == verify(kept, maker.get(REQUEST, ORIGIN))
    assert webauthn.Assertion(sign_count=3, is_verified=False) == verify(kept, maker.get(REQUEST, ORIGIN, flags=UP))


def test_a_proof_without_a_user_handle_is_accepted() -> None:
    """Authenticators need not give one where credentials were named."""
    maker = Authenticator()
    kept = registered(maker)
    for left_out in ({"user_handle": None}, {"response": {"userHandle": None}}, {"response": {"userHandle": ""}}):
        assert verify(kept, maker.get(REQUEST, ORIGIN, **left_out)).is_verified


def test_a_credential_may_be_backed_up_later() -> None:
    """What may not change is whether it can be."""
    maker = Authenticator(flags=UP | BE)
    kept = registered(maker)
    assert not verify(kept, maker.get(REQUEST, ORIGIN, flags=UP | BE | BS)).is_verified


def test_extensions_of_the_authenticator_are_accepted() -> None:
    """They are there and of no interest."""
    maker = Authenticator()
    kept = registered(maker)
    document = maker.get(REQUEST, ORIGIN, flags=UP | ED, tail=cbor.encode({"uvm": [[2, 4, 2]]}))
    assert verify(kept, document).sign_count == 2


REFUSED: dict[str, dict[str, Any]] = {
    "another's key": {"signer": ec.generate_private_key(ec.SECP256R1())},
    "a signature with a bit changed": {"signature": lambda made: made[:-1] + bytes([made[-1] ^ 1])},
    "a signature that is cut": {"signature": lambda made: made[:-1]},
    "a signature with bytes after it": {"signature": lambda made: made + b"\x00"},
    "a signature of nothing": {"signature": lambda _made: b"\x30\x06\x02\x01\x00\x02\x01\x00"},
    "a registration's client data": {"client_data": {"type": "webauthn.create"}},
    "another user's handle": {"user_handle": b"another"},
    "the handle's beginning": {"user_handle": b"su"},
    "nobody was present": {"flags": UV},
    "backed up, not to be backed up": {"flags": UP | BS},
    "to be backed up by now": {"flags": UP | BE},
    "bytes after the data": {"tail": b"\x00"},
    "extensions that are not there": {"flags": UP | ED},
    "no signature": {"response": {"signature": None}},
    "an empty signature": {"response": {"signature": ""}},
    "a signature that is no text": {"response": {"signature": [1]}},
    "no authenticator data": {"response": {"authenticatorData": None}},
    "short authenticator data": {"response": {"authenticatorData": b64(b"short")}},
    "no client data": {"response": {"clientDataJSON": None}},
    "client data of another answer": {"response": {"clientDataJSON": b64(b'{"type":"webauthn.get"}')}},
    "a handle of 65 bytes": {"user_handle": b"\x01" * 65},
    "a handle that is a number": {"response": {"userHandle": 7}},
    "rawId differs": {"document": {"rawId": "AAAA"}},
    "type is not public-key": {"document": {"type": "password"}},
}


@pytest.mark.parametrize("changed", REFUSED.values(), ids=REFUSED)
def test_a_proof_that_was_tampered_with_is_refused(changed: dict[str, Any]) -> None:
    """Each by an error of ours."""
    maker = Authenticator()
    kept = registered(maker)
    with pytest.raises(webauthn.WebAuthnError):
        verify(kept, maker.get(REQUEST, ORIGIN, **changed))


def test_an_rsa_signature_by_another_key_is_refused() -> None:
    """As one of P-256 is."""
    maker, other = Authenticator(algorithm=RS256), Authenticator(algorithm=RS256)
    kept = registered(maker)
    with pytest.raises(webauthn.WebAuthnError):
        verify(kept, maker.get(REQUEST, ORIGIN, signer=other.key))


def test_the_signature_covers_what_the_browser_and_the_authenticator_say() -> None:
    """What was said otherwise after signing does not fit."""
    maker = Authenticator()
    kept = registered(maker)
    signed, other = maker.get(REQUEST, ORIGIN), maker.get(REQUEST, "https://login.example.com")
    for member in ("clientDataJSON", "authenticatorData"):
        mixed = {**signed, "response": {**signed["response"], member: other["response"][member]}}
        with pytest.raises(webauthn.WebAuthnError):
            verify(kept, mixed)


@pytest.mark.parametrize(
    ("error", "changed"),
    [
        (webauthn.ChallengeError, {"client_data": {"challenge": b64(bytes(32))}}),
        (webauthn.ChallengeError, {"client_data": {"challenge": ""}}),
        (webauthn.OriginError, {"client_data": {"origin": "https://example.com.evil.org"}}),
        (webauthn.OriginError, {"client_data": {"origin": "http://example.com"}}),
        (webauthn.OriginError, {"client_data": {"crossOrigin": True}}),
        (webauthn.RelyingPartyError, {"relying_party": "example.org"}),
    ],
)
def test_what_was_made_elsewhere_is_refused_by_an_error_of_its_own(
    error: type[webauthn.WebAuthnError], changed: dict[str, Any]
) -> None:
    """However well it is signed."""
    maker = Authenticator()
    kept = registered(maker)
    with pytest.raises(error):
        verify(kept, maker.get(REQUEST, ORIGIN, **changed))


def test_a_user_whom_the_authenticator_did_not_verify_is_refused_where_that_is_required() -> None:
    """Presence is not enough then."""
    maker = Authenticator()
    kept = registered(maker)
    with pytest.raises(webauthn.UnsupportedError):
        verify(kept, maker.get(REQUEST, ORIGIN, flags=UP), requires_verification=True)


@pytest.mark.parametrize(("seen", "shown"), [(5, 5), (5, 4), (5, 0), (1, 1)])
def test_a_count_that_does_not_go_on_is_refused(seen: int, shown: int) -> None:
    """It may be a copy of the authenticator that shows it."""
    maker = Authenticator()
    kept = registered(maker)
    with pytest.raises(webauthn.SignCountError):
        verify(kept, maker.get(REQUEST, ORIGIN, sign_count=shown), count=seen)


@pytest.mark.parametrize(("seen", "shown"), [(0, 0), (0, 1), (5, 6), (5, 2**32 - 1)])
def test_a_count_that_goes_on_or_never_did_is_accepted(seen: int, shown: int) -> None:
    """Authenticators may skip numbers, or not count at all."""
    maker = Authenticator()
    kept = registered(maker)
    assert shown == verify(kept, maker.get(REQUEST, ORIGIN, sign_count=shown), count=seen).sign_count


def test_a_wrong_signature_is_told_before_a_wrong_count() -> None:
    """Or anybody could have it logged that an authenticator was copied."""
    maker = Authenticator()
    kept = registered(maker)
    document = maker.get(REQUEST, ORIGIN, sign_count=0, signer=Authenticator().key)
    with pytest.raises(webauthn.WebAuthnError) as refused:
        verify(kept, document, count=5)
    assert not isinstance(refused.value, webauthn.SignCountError)
