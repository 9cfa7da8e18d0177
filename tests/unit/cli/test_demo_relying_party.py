"""The demo's own OpenID Connect client, against a server of the test's that says what it should not."""

import io
import json
import urllib.parse
from collections.abc import Mapping
from typing import Any

import pytest
import urllib3

from cenote.cli.demo.claims import MEANINGS, rows_of
from cenote.cli.demo.making import Made
from cenote.cli.demo.relying_party import SIGN_UP, Pending, RelyingParty, SignInError
from cenote.cli.demo.visits import Visits
from cenote.crypto import jwt
from harness.clock import FakeClock
from harness.hosted import challenge_of

ISSUER = "http://localhost:9329/us-east-1_Demo"
MADE = Made("us-east-1", "us-east-1_Demo", "client", "demo", "http://localhost:9329/_cenote/domains/demo", "secret")
PENDING = Pending("state", "nonce", "verifier")
ANSWER = {"state": "state", "code": "code"}


@pytest.fixture(scope="module")
def key() -> bytes:
    return jwt.new_signing_key()


class FakeServer(urllib3.PoolManager):
    """Answers by what the test has put there; keeps what was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.documents: dict[str, tuple[int, bytes]] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []

    def request(self, method: str, url: str, *_: Any, body: Any = None, **__: Any) -> Any:
        """What stands for the last part of the path."""
        name = url.rpartition("/")[2]
        self.asked.append((f"{method} {name}", dict(urllib.parse.parse_qsl(body or ""))))
        if name not in self.documents:
            raise urllib3.exceptions.NewConnectionError(url, "refused")
        status, content = self.documents[name]
        return urllib3.HTTPResponse(io.BytesIO(content), status=status, preload_content=False)


class Issuer:
    """A party and its server, whose tokens are as they should be until a test changes them."""

    def __init__(self, key: bytes) -> None:
        self.clock, self.server = FakeClock(), FakeServer()
        self.party = RelyingParty(
            MADE, "http://localhost:3000", "http://localhost:9329", ISSUER, self.clock, self.server
        )
        self._signer = jwt.Signer("one", key)
        self.server.documents["jwks.json"] = 200, json.dumps({"keys": [jwt.public_jwk("one", key)]}).encode()
        self.issue()

    def issue(
        self, *, id_token: Mapping[str, Any] | None = None, access_token: Mapping[str, Any] | None = None, **more: Any
    ) -> None:
        """Let the token endpoint answer with tokens whose claims are changed; None takes one away."""
        ends = self.clock.now_ms() // 1000 + 3600
        access = {"iss": ISSUER, "client_id": "client", "token_use": "access", "sub": "ada", "exp": ends}
        signed = self._signer.sign(_without_none({**access, **(access_token or {})}))
        claims = {"iss": ISSUER, "aud": "client", "token_use": "id", "sub": "ada", "exp": ends, "nonce": "nonce"}
        claims |= {"at_hash": jwt.at_hash(signed), **(id_token or {})}
        tokens = {"id_token": self._signer.sign(_without_none(claims)), "access_token": signed, "refresh_token": "r1"}
        self.server.documents["token"] = 200, json.dumps(_without_none({**tokens, **more})).encode()


def _without_none(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


@pytest.fixture
def issuer(key: bytes) -> Issuer:
    return Issuer(key)


def refused(issuer: Issuer, answer: Mapping[str, str] = ANSWER) -> str:
    with pytest.raises(SignInError) as refusal:
        issuer.party.redeemed(PENDING, answer)
    return str(refusal.value)


def test_an_address_asks_for_a_code_bound_to_this_sign_in(issuer: Issuer) -> None:
    for page, path in (("/oauth2/authorize", "/oauth2/authorize"), (SIGN_UP, "/signup")):
        parts = urllib.parse.urlsplit(issuer.party.address(PENDING, page))
        assert f"/_cenote/domains/demo{path}" == parts.path
        assert {
            "client_id": "client",
            "response_type": "code",
            "redirect_uri": "http://localhost:3000/callback",
            "scope": "openid email profile aws.cognito.signin.user.admin",
            "state": "state",
            "nonce": "nonce",
            "code_challenge": challenge_of("verifier"),
            "code_challenge_method": "S256",
        } == dict(urllib.parse.parse_qsl(parts.query))


def test_a_code_is_redeemed_with_the_verifier(issuer: Issuer) -> None:
    signed_in = issuer.party.redeemed(PENDING, ANSWER)
    assert ("ada", "access", "r1") == (
        signed_in.id_claims["sub"],
        signed_in.access_claims["token_use"],
        signed_in.refresh_token,
    )
    assert {
        "client_id": "client",
        "grant_type": "authorization_code",
        "code": "code",
        "redirect_uri": "http://localhost:3000/callback",
        "code_verifier": "verifier",
    } == issuer.server.asked[0][1]


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ({"code": "code"}, "another state"),
        ({"state": "other", "code": "code"}, "another state"),
        ({"state": "stät", "error": "access_denied"}, "another state"),
        ({"state": "state"}, "no code"),
        ({"state": "state", "error": "access_denied", "error_description": "No."}, "refused: access_denied No."),
    ],
)
def test_an_answer_that_does_not_fit_asks_the_server_nothing(
    issuer: Issuer, answer: dict[str, str], sentence: str
) -> None:
    assert sentence in refused(issuer, answer)
    assert [] == issuer.server.asked


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"id_token": {"nonce": "other"}}, "another nonce"),
        ({"id_token": {"nonce": None}}, "another nonce"),
        ({"id_token": {"aud": "other"}}, "its aud is another"),
        ({"id_token": {"iss": ISSUER + "x"}}, "its iss is another"),
        ({"id_token": {"token_use": "access"}}, "its token_use is another"),
        ({"id_token": {"exp": 1}}, "id token is over"),
        ({"id_token": {"exp": None}}, "id token is over"),
        ({"id_token": {"at_hash": "other"}}, "of another access token"),
        ({"access_token": {"client_id": "other"}}, "its client_id is another"),
        ({"access_token": {"sub": "eve"}}, "its sub is another"),
        ({"access_token": {"exp": 1}}, "access token is over"),
    ],
)
def test_tokens_of_another_sign_in_are_not_believed(issuer: Issuer, changed: dict[str, Any], sentence: str) -> None:
    issuer.issue(**changed)
    assert sentence in refused(issuer)


def test_a_token_by_another_key_is_not_believed(issuer: Issuer) -> None:
    strange = jwt.public_jwk("one", jwt.new_signing_key())
    issuer.server.documents["jwks.json"] = 200, json.dumps({"keys": [strange]}).encode()
    assert "not of this key" in refused(issuer)


@pytest.mark.parametrize(
    ("name", "reply", "sentence"),
    [
        ("token", (400, b'{"error":"invalid_grant"}'), "refused: invalid_grant"),
        ("token", (200, b"<html>"), "is not JSON"),
        ("token", (200, b'{"access_token":"a.b.c"}'), "not to be believed"),
        ("token", (200, b'{"id_token":"eyJhbGciOiJub25lIn0.e30.","access_token":"a"}'), "not to be believed"),
        ("token", (200, b"[]"), "is no JSON object"),
        ("jwks.json", (404, b"{}"), "keys cannot be read"),
        ("jwks.json", (200, b'{"keys":[{}]}'), "keys cannot be read"),
        ("jwks.json", (200, b'{"keys":[{"kid":"one","n":"=","e":"="}]}'), "keys cannot be read"),
    ],
)
def test_a_server_that_answers_badly_is_told(
    issuer: Issuer, name: str, reply: tuple[int, bytes], sentence: str
) -> None:
    issuer.server.documents[name] = reply
    assert sentence in refused(issuer)


def test_a_server_that_does_not_answer_is_told(issuer: Issuer) -> None:
    del issuer.server.documents["token"]
    assert "The server at http://localhost:9329 does not answer." == refused(issuer)


def test_tokens_are_refreshed_and_stay_of_the_same_person(issuer: Issuer) -> None:
    before = issuer.party.redeemed(PENDING, ANSWER)
    issuer.issue(id_token={"nonce": None}, refresh_token=None)
    assert "r1" == issuer.party.refreshed(before).refresh_token
    issuer.issue(refresh_token="r2")
    assert "r2" == issuer.party.refreshed(before).refresh_token
    issuer.issue(id_token={"sub": "eve"}, access_token={"sub": "eve"})
    with pytest.raises(SignInError, match="somebody else"):
        issuer.party.refreshed(before)


def test_a_revocation_that_fails_is_told(issuer: Issuer) -> None:
    signed_in = issuer.party.redeemed(PENDING, ANSWER)
    issuer.server.documents["revoke"] = 200, b""
    issuer.party.revoke(signed_in)
    assert ("POST revoke", {"client_id": "client", "token": "r1"}) == issuer.server.asked[-1]
    issuer.server.documents["revoke"] = 400, b""
    with pytest.raises(SignInError, match="did not revoke"):
        issuer.party.revoke(signed_in)


def test_browsers_are_known_by_names_that_nobody_guesses_and_the_oldest_go() -> None:
    visits = Visits()
    first = visits.keep(PENDING)
    assert len(first) >= 43
    assert PENDING is visits.get(first)
    assert PENDING is visits.take(first)
    assert visits.take(first) is None
    names = [visits.keep(Pending()) for _ in range(300)]
    assert 256 == sum(visits.get(name) is not None for name in names)
    assert visits.get(names[-1]) is not None


def test_no_secret_is_shown_by_accident(issuer: Issuer) -> None:
    signed_in = issuer.party.redeemed(PENDING, ANSWER)
    shown = f"{MADE!r} {PENDING!r} {signed_in!r}"
    for secret in ("secret", "verifier", "r1", signed_in.id_token, signed_in.access_token):
        assert repr(secret) not in shown


def test_claims_are_shown_in_order_and_with_their_times() -> None:
    rows = rows_of({"custom:plan": ["gold", "ü"], "exp": 0, "sub": "ada", "email_verified": True})
    assert [
        ("sub", "ada"),
        ("email_verified", "true"),
        ("exp", "0 (1970-01-01 00:00:00 UTC)"),
        ("custom:plan", '["gold", "ü"]'),
    ] == [(row.name, row.value) for row in rows]
    assert MEANINGS["sub"] == rows[0].meaning
    assert "attribute" in rows[3].meaning
