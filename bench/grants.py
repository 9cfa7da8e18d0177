"""
The token endpoint under load: a client's own token, and a code for the tokens of a user.

Both reach the pool's domain by its host name, on kept-alive connections. What a browser does before a code is no part of it: the
codes are there when the clock starts. One is made as the pages make it, from a browser session that is written directly; the others are its
rows again, under codes and origins of their own, in one transaction.
"""

import base64
import hashlib
import secrets
import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

import crowd
import fixtures
import load
import machine
from load import Load
from programs import Program

from cenote.base import ids
from cenote.crypto import codes as digests
from cenote.flows.attempt import Origin
from cenote.flows.hosted import authorization, browser_sessions, codes, sites
from cenote.flows.hosted.browser_sessions import SignedIn
from cenote.flows.services import Services
from cenote.flows.users import find
from cenote.model.sign_in.names import Proof
from cenote.storage import authorization_codes
from cenote.storage.authorization_codes import AuthorizationCode
from cenote.storage.database import Tx

# Faster than any exchange can be here, so that no code comes twice.
CODES_PER_S = 1500
_PATH = "/oauth2/token"
_USERS = 50
_REDIRECT_URI = "https://app.example.com/callback"
_SCOPES = ["openid", "email", "profile"]

Run = Callable[[float], Load]


def client_credentials(program: Program, pinned: machine.Processors, connections: int) -> Run:
    """Tokens of a client with a secret and one scope of the pool's own: one signature, and nothing written."""
    cognito = fixtures.cognito_at(program)
    tenant = fixtures.new_tenant(program, 0)
    host = _domain(program, tenant)
    cognito.create_resource_server(
        UserPoolId=tenant.pool_id,
        Identifier="bench",
        Name="bench",
        Scopes=[{"ScopeName": "read", "ScopeDescription": "Read"}],
    )
    client = cognito.create_user_pool_client(
        UserPoolId=tenant.pool_id,
        ClientName="machine",
        GenerateSecret=True,
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["client_credentials"],
        AllowedOAuthScopes=["bench/read"],
    )["UserPoolClient"]
    form = urlencode(
        {
            "grant_type": "client_credentials",
            "client_id": client["ClientId"],
            "client_secret": client["ClientSecret"],
            "scope": "bench/read",
        }
    )
    return lambda seconds: load.wrk_forms(
        program, pinned, host, _PATH, [form], connections=connections, seconds=seconds
    )


def code(program: Program, data: Path, pinned: machine.Processors, connections: int) -> Run:
    """
    Codes of a public client with PKCE, each for ID, access and refresh token.

    Two signatures; and two commits, of the code as used and of the session.
    """
    tenant = fixtures.new_tenant(program, _USERS)
    host = _domain(program, tenant)
    client_id = fixtures.cognito_at(program).create_user_pool_client(
        UserPoolId=tenant.pool_id,
        ClientName="app",
        CallbackURLs=[_REDIRECT_URI],
        SupportedIdentityProviders=["COGNITO"],
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["code"],
        AllowedOAuthScopes=_SCOPES,
    )["UserPoolClient"]["ClientId"]

    def run(seconds: float) -> Load:
        verifier = secrets.token_urlsafe(48)
        made = _codes(data, tenant.pool_id, client_id, verifier, host, round(CODES_PER_S * max(1.0, seconds)))
        same = {
            "grant_type": "authorization_code",
            "client_id": client_id,
            "redirect_uri": _REDIRECT_URI,
            "code_verifier": verifier,
        }
        forms = [urlencode({**same, "code": each}) for each in made]
        seen = load.wrk_forms(program, pinned, host, _PATH, forms, connections=connections, seconds=seconds)
        if seen.cycled:
            raise load.FailedLoadError("codes were exchanged faster than they were made: raise CODES_PER_S")
        return seen

    return run


def _domain(program: Program, tenant: fixtures.Tenant) -> str:
    """Give the pool a domain; the host name by which it is reached."""
    domain = f"bench-{secrets.token_hex(4)}"
    fixtures.cognito_at(program).create_user_pool_domain(UserPoolId=tenant.pool_id, Domain=domain)
    return f"{domain}.auth.localhost:{program.port}"


def _codes(data: Path, pool_id: str, client_id: str, verifier: str, host: str, count: int) -> list[str]:
    """*count* codes, of the pool's users in turn."""
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "client_id": client_id,
        "response_type": "code",
        "redirect_uri": _REDIRECT_URI,
        "scope": " ".join(_SCOPES),
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    with crowd.opened(data) as services:
        with services.database.read() as tx:
            pool = services.directory.require_pool(pool_id)
            found = [find(services, tx, pool, fixtures.name_of(number)) for number in range(_USERS)]
        subs = [user.sub for user in found if user is not None]
        client, request = authorization.read(services, _site(services, host), asked.items())
        user = next(user for user in found if user is not None)
        session = browser_sessions.new(services, client, user, is_managed=True, proofs=[Proof.PASSWORD])
        services.database.write("sign in", lambda tx: browser_sessions.keep(services, tx, client, session, Origin()))
        made = codes.issue(services, request, SignedIn(session.row, user))
        with services.database.read() as tx:
            row = authorization_codes.get(tx, digests.token_digest(made))
        return _again(services, row, subs, count)


def _site(services: Services, host: str) -> sites.Site:
    found = sites.site_of(services, host, _PATH, is_secure=False)
    if found is None:
        raise load.FailedLoadError(f"no domain is at {host}")
    return found[0]


def _again(services: Services, row: AuthorizationCode | None, subs: Sequence[str], count: int) -> list[str]:
    """The code of *row* again, *count* times, for the users with these *subs* in turn."""
    if row is None:
        raise load.FailedLoadError("there is no code")
    new = [str(uuid.uuid4()) for _ in range(count)]

    def write(tx: Tx) -> None:
        for at, code in enumerate(new):
            owner = subs[at % len(subs)]
            digest = digests.token_digest(code)
            authorization_codes.put(tx, replace(row, code_digest=digest, sub=owner, origin_jti=ids.new_jti()))

    services.database.write("make codes", write)
    return new
