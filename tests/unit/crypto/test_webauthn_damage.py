"""Damaged responses: whatever bytes come, they end in an error of ours or in what they were before."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cenote.crypto import webauthn
from harness.authenticator import AT, UP, Authenticator, b64, unb64

PARTY, ORIGIN, SUB = "example.com", "https://example.com", b"sub"
CHALLENGE = bytes(range(32))
EXPECTED = webauthn.Expected(challenge=CHALLENGE, relying_party=PARTY, requires_verification=False)
MAKER = Authenticator()
CREATED = MAKER.create({"rp": {"id": PARTY}, "user": {"id": b64(SUB)}, "challenge": b64(CHALLENGE)}, ORIGIN)
PROOF = MAKER.get({"rpId": PARTY, "challenge": b64(CHALLENGE)}, ORIGIN)
KEPT = webauthn.verify_registration(webauthn.registration_response_of(CREATED), EXPECTED)
# Where, what instead, how many bytes.
damage = st.lists(st.tuples(st.integers(0, 400), st.binary(max_size=4), st.integers(0, 4)), min_size=1, max_size=3)


def damaged(document: dict[str, Any], member: str, changes: list[tuple[int, bytes, int]]) -> dict[str, Any]:
    """The *document* with other bytes at some places of a *member*."""
    data = unb64(document["response"][member])
    for place, instead, length in changes:
        at = place % len(data)
        data = data[:at] + instead + data[at + length :]
    return {**document, "response": {**document["response"], member: b64(data)}}


@given(member=st.sampled_from(["attestationObject", "clientDataJSON"]), changes=damage)
def test_a_damaged_registration_is_refused_or_as_good_as_before(
    member: str, changes: list[tuple[int, bytes, int]]
) -> None:
    """A registration is not signed, so that a key or a count may be another; its credential may not."""
    try:
        made = webauthn.verify_registration(
            webauthn.registration_response_of(damaged(CREATED, member, changes)), EXPECTED
        )
    except webauthn.WebAuthnError:
        return
    assert MAKER.credential_id == made.credential_id


@given(member=st.sampled_from(["authenticatorData", "clientDataJSON", "signature"]), changes=damage)
def test_a_damaged_proof_is_refused(member: str, changes: list[tuple[int, bytes, int]]) -> None:
    """Every byte of it is signed."""
    document = damaged(PROOF, member, changes)
    try:
        webauthn.verify_authentication(
            webauthn.authentication_response_of(document),
            EXPECTED,
            public_key=KEPT.public_key,
            sign_count=KEPT.sign_count,
            is_backup_eligible=KEPT.is_backup_eligible,
            user_handle=SUB,
        )
    except webauthn.WebAuthnError:
        return
    assert PROOF == document


@given(cose_key=st.binary(max_size=200))
def test_a_key_of_any_bytes_is_refused(cose_key: bytes) -> None:
    """None of them is one of ours."""
    options = {"rp": {"id": PARTY}, "user": {"id": b64(SUB)}, "challenge": b64(CHALLENGE)}
    document = MAKER.create(options, ORIGIN, flags=UP | AT, cose_key=cose_key)
    is_refused = False
    try:
        webauthn.verify_registration(webauthn.registration_response_of(document), EXPECTED)
    except webauthn.WebAuthnError:
        is_refused = True
    assert is_refused
