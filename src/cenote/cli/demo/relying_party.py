"""
An OpenID Connect client with the code flow and PKCE, as an app without a secret has it.

Every sign-in has a state, a nonce and a verifier of its own, all of them used once; an ID token is believed only by the pool's published
keys and when it is this issuer's, for this client, of this sign-in and of this access token.

Source: OpenID Connect Core 1.0, section 3.1; RFC 7636; developer guide, "Verifying JSON web tokens".
"""

import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import urllib3

from cenote.base.clock import Clock
from cenote.cli.demo.making import CALLBACK, SCOPES, SIGNED_OUT, Made
from cenote.crypto import jwt, pkce
from cenote.crypto.errors import JwtError

_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_SKEW_S = 60
_MAX_BODY = 256 * 1024
_OK = 200
# Where an app sends somebody: the pages of sign-in choose themselves, those of sign-up are asked for.
AUTHORIZE, SIGN_UP = "/oauth2/authorize", "/signup"


class SignInError(Exception):
    """A sign-in that is not believed or did not come about; the text is for the person at the browser."""


@dataclass(frozen=True, slots=True)
class Pending:
    """A sign-in that has begun: what its answer must fit to."""

    state: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48), repr=False)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Tokens, and the claims of the two that are readable."""

    id_token: str = field(repr=False)
    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    id_claims: Mapping[str, Any]
    access_claims: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """The demo's app at *origin*; *public_url* and *issuer* are the server's and the pool's."""

    made: Made
    origin: str
    public_url: str
    issuer: str
    clock: Clock
    http: urllib3.PoolManager

    @property
    def redirect_uri(self) -> str:
        """Where the pages send a browser that has signed in."""
        return self.origin + CALLBACK

    def address(self, pending: Pending, page: str = AUTHORIZE) -> str:
        """Where a browser goes to sign in."""
        asked = {
            "client_id": self.made.client_id,
            "response_type": "code",
            "redirect_uri": self.redirect_uri,
            "scope": " ".join(SCOPES),
            "state": pending.state,
            "nonce": pending.nonce,
            "code_challenge": pkce.challenge_of(pending.verifier),
            "code_challenge_method": "S256",
        }
        return f"{self.made.url}{page}?{urlencode(asked)}"

    def logout_address(self) -> str:
        """Where a browser goes to sign out at the pages as well."""
        asked = {"client_id": self.made.client_id, "logout_uri": self.origin + SIGNED_OUT}
        return f"{self.made.url}/logout?{urlencode(asked)}"

    def redeemed(self, pending: Pending, answer: Mapping[str, str]) -> SignedIn:
        """
        The tokens for the answer that came to the redirect URI.

        Raises:
            SignInError: the answer is not one to *pending*, it is a refusal, or its tokens are not to be believed.
        """
        if not hmac.compare_digest(answer.get("state", "").encode(), pending.state.encode()):
            raise SignInError("The answer has another state than the sign-in that this browser began.")
        if "error" in answer:
            raise SignInError(f"The server refused: {answer['error']} {answer.get('error_description', '')}".strip())
        if "code" not in answer:
            raise SignInError("The answer has no code.")
        tokens = self._tokens(
            grant_type="authorization_code",
            code=answer["code"],
            redirect_uri=self.redirect_uri,
            code_verifier=pending.verifier,
        )
        return self._believed(tokens, str(tokens.get("refresh_token", "")), pending.nonce)

    def refreshed(self, before: SignedIn) -> SignedIn:
        """New tokens by the refresh token; raises SignInError."""
        tokens = self._tokens(grant_type="refresh_token", refresh_token=before.refresh_token)
        after = self._believed(tokens, str(tokens.get("refresh_token", before.refresh_token)), None)
        if after.id_claims.get("sub") != before.id_claims.get("sub"):
            raise SignInError("The new tokens are somebody else's.")
        return after

    def revoke(self, signed_in: SignedIn) -> None:
        """End the refresh token, and what was issued by it; raises SignInError when the server does not say that it did."""
        if self._post("/oauth2/revoke", token=signed_in.refresh_token)[0] != _OK:
            raise SignInError("The server did not revoke the refresh token.")

    def _tokens(self, **form: str) -> Mapping[str, Any]:
        status, body = self._post("/oauth2/token", **form)
        document = _object_of(body)
        if status != _OK:
            raise SignInError(f"The token endpoint refused: {document.get('error', status)}.")
        return document

    def _post(self, path: str, **form: str) -> tuple[int, bytes]:
        return self._send("POST", self.made.url + path, urlencode({"client_id": self.made.client_id, **form}))

    def _send(self, method: str, url: str, body: str | None = None) -> tuple[int, bytes]:
        """Ask the server; what does not come whole within the limits is a SignInError."""
        try:
            reply = self.http.request(method, url, headers=_FORM, body=body, redirect=False, preload_content=False)
            try:
                return reply.status, reply.read(_MAX_BODY)
            finally:
                reply.release_conn()
        except urllib3.exceptions.HTTPError as fault:
            raise SignInError(f"The server at {self.public_url} does not answer.") from fault

    def _believed(self, tokens: Mapping[str, Any], refresh_token: str, nonce: str | None) -> SignedIn:
        """The tokens, once their signatures and claims are right; *nonce* is None where none was asked for."""
        id_token, access_token = str(tokens.get("id_token", "")), str(tokens.get("access_token", ""))
        keys = self._keys()
        try:
            id_claims, access_claims = jwt.verify(id_token, keys), jwt.verify(access_token, keys)
        except JwtError as fault:
            raise SignInError(f"A token is not to be believed: {fault}.") from fault
        self._verify(id_claims, "id", {"aud": self.made.client_id})
        self._verify(access_claims, "access", {"client_id": self.made.client_id, "sub": id_claims.get("sub")})
        if nonce is not None and not hmac.compare_digest(str(id_claims.get("nonce", "")).encode(), nonce.encode()):
            raise SignInError("The ID token has another nonce than the sign-in that this browser began.")
        if id_claims.get("at_hash", jwt.at_hash(access_token)) != jwt.at_hash(access_token):
            raise SignInError("The ID token is of another access token.")
        return SignedIn(id_token, access_token, refresh_token, id_claims, access_claims)

    def _verify(self, claims: Mapping[str, Any], use: str, more: Mapping[str, object]) -> None:
        for name, wanted in {"iss": self.issuer, "token_use": use, **more}.items():
            if claims.get(name) != wanted:
                raise SignInError(f"The {use} token is not to be believed: its {name} is another.")
        ends = claims.get("exp")
        if not isinstance(ends, int) or ends + _SKEW_S < self.clock.now_ms() // 1000:
            raise SignInError(f"The {use} token is over.")

    def _keys(self) -> dict[str, jwt.Verifier]:
        status, body = self._send("GET", f"{self.public_url}/{self.made.pool_id}/.well-known/jwks.json")
        if status != _OK:
            raise SignInError("The pool's keys cannot be read.")
        try:
            return {key["kid"]: jwt.Verifier(key) for key in _object_of(body)["keys"]}
        except (KeyError, TypeError, ValueError, JwtError) as fault:
            raise SignInError("The pool's keys cannot be read.") from fault


def _object_of(body: bytes) -> Mapping[str, Any]:
    try:
        document = json.loads(body)
    except ValueError as fault:
        raise SignInError("The server's answer is not JSON.") from fault
    if not isinstance(document, dict):
        raise SignInError("The server's answer is no JSON object.")
    return document
