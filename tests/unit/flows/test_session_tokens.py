"""Session tokens: opened by any node that has the deployment's secret, refused after any change."""

import base64
import json
import zlib
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cenote.base import ids
from cenote.base.errors import UnrecognizedClientException
from cenote.base.iam_errors import PackedPolicyTooLargeException
from cenote.crypto.seal import MasterKey, Sealer
from cenote.flows.credentials.session_tokens import MAX_PLAIN_BYTES, MAX_TOKEN_CHARS, PURPOSE
from cenote.flows.credentials.sessions import INVALID_TOKEN, Credentials, issue, open_session
from cenote.flows.keys import Keys
from cenote.model.iam.principal import Principal, PrincipalType, Session, root_of

SEALER = Sealer([MasterKey(b"mast", bytes(range(32)))])
KEYS = Keys(SEALER, b"s" * 32)
SESSION = Session(
    name="CognitoIdentityCredentials",
    issued_at_ms=1_800_000_000_000,
    expires_at_ms=1_800_003_600_000,
    policy='{"Version":"2012-10-17","Statement":[]}',
    policy_arns=("arn:aws:iam::aws:policy/ReadOnlyAccess",),
    tags={"Team": "blåbær"},
    transitive_tag_keys=("Team",),
    source_identity="alice",
    provider="cognito-identity.amazonaws.com",
    context={"cognito-identity.amazonaws.com:amr": ("authenticated", "graph.facebook.com")},
)
PRINCIPAL = Principal(
    type=PrincipalType.ASSUMED_ROLE,
    account_id="012345678901",
    arn="arn:aws:sts::012345678901:assumed-role/app/CognitoIdentityCredentials",
    user_id="AROAAPP00000000000000:CognitoIdentityCredentials",
    name="app",
    entity_id="AROAAPP00000000000000",
    session=SESSION,
)


def issued(principal: Principal = PRINCIPAL, keys: Keys = KEYS) -> Credentials:
    services: Any = SimpleNamespace(keys=keys)
    return issue(services, principal)


GIVEN = issued()
TOKEN = GIVEN.session_token.reveal()


def refuse(access_key_id: str, token: str, keys: Keys = KEYS) -> None:
    with pytest.raises(UnrecognizedClientException) as refused:
        open_session(keys, access_key_id, token)
    assert INVALID_TOKEN == refused.value.message


def forged(plain: bytes) -> str:
    """A token with a good seal around *plain*."""
    return base64.b64encode(KEYS.seal_bytes(PURPOSE, plain)).decode()


def members_of(token: str) -> list[Any]:
    opened: list[Any] = json.loads(zlib.decompress(KEYS.open_bytes(PURPOSE, base64.b64decode(token))))
    return opened


def test_another_node_opens_a_token_with_everything_that_the_session_carries() -> None:
    key = open_session(Keys(SEALER, b"s" * 32), GIVEN.access_key_id, TOKEN)
    assert PRINCIPAL == key.principal
    assert GIVEN.secret_access_key == key.secret_access_key
    assert (True, True) == (key.is_session_token(TOKEN), key.is_active)
    assert SESSION.expires_at_ms == key.expires_at_ms == GIVEN.expires_at_ms


def test_a_session_without_anything_of_its_own_comes_back_as_it_was() -> None:
    principal = replace(root_of("123456789012"), session=Session("", 1, 2))
    given_now = issued(principal)
    assert principal == open_session(KEYS, given_now.access_key_id, given_now.session_token.reveal()).principal


@pytest.mark.parametrize("minimum", [0, 1, 800, 1500, 4096])
def test_a_token_is_as_long_as_it_was_asked_to_be(minimum: int) -> None:
    services: Any = SimpleNamespace(keys=KEYS)
    padded = issue(services, PRINCIPAL, minimum)
    assert max(minimum, 400) <= padded.token_size <= max(minimum + 200, 600)
    assert 0 < padded.token_utilization < 50
    assert PRINCIPAL == open_session(KEYS, padded.access_key_id, padded.session_token.reveal()).principal


def test_the_id_of_a_temporary_key_names_its_account() -> None:
    assert ("ASIA", 20) == (GIVEN.access_key_id[:4], len(GIVEN.access_key_id))
    assert "012345678901" == ids.account_of_temporary_key(GIVEN.access_key_id)
    assert "999999999999" == ids.account_of_temporary_key(ids.new_temporary_key_id("999999999999"))


@pytest.mark.parametrize(
    "text", ["AKIAABCDEFGHIJKLMNOP", "ASIA", "ASIA0000000000000000", "ASIAABCDEFGHIJKLMNOPABCDEFGH"]
)
def test_what_is_no_id_of_a_temporary_key_names_no_account(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        ids.account_of_temporary_key(text)


def test_nothing_of_a_token_can_be_read() -> None:
    raw = base64.b64decode(TOKEN)
    for hidden in (b"app", GIVEN.secret_access_key.reveal().encode(), GIVEN.access_key_id.encode()):
        assert hidden not in raw
    assert "***" in repr(GIVEN)
    assert TOKEN not in repr(GIVEN)


@given(st.integers(0, len(TOKEN) - 1), st.characters(codec="latin-1"))
def test_a_token_with_one_character_changed_is_refused(place: int, character: str) -> None:
    changed = TOKEN[:place] + character + TOKEN[place + 1 :]
    if changed != TOKEN:
        refuse(GIVEN.access_key_id, changed)


@given(st.integers(0, len(base64.b64decode(TOKEN)) * 8 - 1))
def test_a_token_with_one_bit_flipped_is_refused(bit: int) -> None:
    raw = bytearray(base64.b64decode(TOKEN))
    raw[bit // 8] ^= 1 << bit % 8
    refuse(GIVEN.access_key_id, base64.b64encode(raw).decode())


@given(st.integers(0, len(TOKEN) - 1))
def test_a_truncated_token_is_refused(length: int) -> None:
    refuse(GIVEN.access_key_id, TOKEN[:length])


@pytest.mark.parametrize("added", ["=", "A", "\n", " ", "AAAA", "é", "\ud800"])
def test_a_token_with_something_added_is_refused(added: str) -> None:
    refuse(GIVEN.access_key_id, TOKEN + added)
    refuse(GIVEN.access_key_id, added + TOKEN)


def test_the_token_of_another_key_is_refused() -> None:
    other = issued()
    refuse(other.access_key_id, TOKEN)
    refuse(GIVEN.access_key_id, other.session_token.reveal())


def test_the_token_of_another_deployment_is_refused() -> None:
    refuse(GIVEN.access_key_id, TOKEN, Keys(SEALER, b"t" * 32))


def test_what_was_sealed_for_another_purpose_is_refused() -> None:
    packed = KEYS.open_bytes(PURPOSE, base64.b64decode(TOKEN))
    refuse(GIVEN.access_key_id, base64.b64encode(KEYS.seal_bytes("page", packed)).decode())


@pytest.mark.parametrize("place", range(20))
@pytest.mark.parametrize("wrong", [0.5, [1], {"a": 1}, True])
def test_a_member_of_another_type_is_refused_even_under_a_good_seal(place: int, wrong: object) -> None:
    members = members_of(TOKEN)
    members[place] = wrong
    refuse(GIVEN.access_key_id, forged(zlib.compress(json.dumps(members).encode())))


@pytest.mark.parametrize("members", [[], {}, None, 1, "x", [2, *members_of(TOKEN)[1:]], [*members_of(TOKEN), None]])
def test_another_version_is_refused(members: object) -> None:
    refuse(GIVEN.access_key_id, forged(zlib.compress(json.dumps(members).encode())))


def test_a_good_seal_around_something_else_is_refused() -> None:
    plain = json.dumps(members_of(TOKEN)).encode()
    for packed in (
        b"",
        plain,
        zlib.compress(plain)[:-1],
        zlib.compress(plain) + b"x",
        zlib.compress(b"\xff"),
        zlib.compress(b"["),
    ):
        refuse(GIVEN.access_key_id, forged(packed))


def test_a_token_that_inflates_without_end_is_refused_before_it_does() -> None:
    refuse(GIVEN.access_key_id, forged(zlib.compress(b" " * (MAX_PLAIN_BYTES + 1))))
    refuse(GIVEN.access_key_id, forged(zlib.compress(b" " * 8_000_000)))
    refuse(GIVEN.access_key_id, "A" * (MAX_TOKEN_CHARS + 4))


def test_a_session_that_says_too_much_is_not_issued() -> None:
    for policy in (" " * MAX_PLAIN_BYTES, "".join(chr(0x4E00 + number % 8000 * 7 % 8000) for number in range(9000))):
        with pytest.raises(PackedPolicyTooLargeException):
            issued(replace(PRINCIPAL, session=replace(SESSION, policy=policy)))
