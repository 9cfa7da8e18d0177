"""Somebody signs in at the hosted pages, and somebody else is on the way to another provider: every secret of it is noted."""

import re
import urllib.parse
from collections.abc import Mapping

from durability.treasure import Treasure
from harness.people import Pool, sign_up

CALLBACK = "https://app.example.com/callback"
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def live_at_pages(pool: Pool, treasure: Treasure, password: str) -> None:
    """A code and what came of it, a browser's session, and a journey to Google that waits."""
    signed = pool.endpoint.signed
    sign_up(pool, "pia", password)
    signed.admin_confirm_sign_up(UserPoolId=pool.id, Username="pia")
    signed.create_user_pool_domain(UserPoolId=pool.id, Domain="treasury")
    client_id = signed.create_user_pool_client(
        UserPoolId=pool.id,
        ClientName="pages",
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["code"],
        AllowedOAuthScopes=["openid"],
        CallbackURLs=[CALLBACK],
        SupportedIdentityProviders=["COGNITO", "Google"],
    )["UserPoolClient"]["ClientId"]
    site = "/_cenote/domains/treasury"
    query = urllib.parse.urlencode({"client_id": client_id, "response_type": "code", "redirect_uri": CALLBACK})
    code = _sign_in(pool, treasure, f"{site}/login?{query}", {"username": "pia", "password": password})
    redeemed = {"grant_type": "authorization_code", "code": code, "client_id": client_id, "redirect_uri": CALLBACK}
    status, _, body = pool.endpoint.request(
        "POST", f"{site}/oauth2/token", headers=_FORM, body=urllib.parse.urlencode(redeemed).encode()
    )
    assert 200 == status, body
    for name in ("access_token", "id_token", "refresh_token"):
        treasure.add(f"the pages' {name}", _found(rf'"{name}":"([^"]+)"', body.decode()))
    status, headers, body = pool.endpoint.request("GET", f"{site}/oauth2/authorize?{query}&identity_provider=Google")
    assert 302 == status, body
    leaving = urllib.parse.parse_qs(urllib.parse.urlsplit(headers["location"]).query)
    treasure.add("the state of a journey", leaving["state"][0])
    treasure.add("the nonce of a journey", leaving["nonce"][0], kept=True)
    treasure.add("the cookie of a journey", _cookie(headers, "csrf-state"))


def _sign_in(pool: Pool, treasure: Treasure, page: str, typed: Mapping[str, str]) -> str:
    """Fill in the form of the sign-in page; the code with which the browser is sent back."""
    _, headers, body = pool.endpoint.request("GET", page)
    token = _found(r'name="_csrf" value="([^"]+)"', body.decode())
    sent = {**_FORM, "Cookie": f"XSRF-TOKEN={_cookie(headers, 'XSRF-TOKEN')}"}
    form = urllib.parse.urlencode({**typed, "_csrf": token}).encode()
    _, headers, _ = pool.endpoint.request("POST", page, headers=sent, body=form)
    assert "cognito=" in headers["set-cookie"], headers
    treasure.add("the session of a browser", _cookie(headers, "cognito"))
    answer = urllib.parse.parse_qs(urllib.parse.urlsplit(headers["location"]).query)
    return treasure.add("an authorization code", answer["code"][0])


def _cookie(headers: Mapping[str, str], name: str) -> str:
    return _found(rf"{name}=([^;,]+)", headers["set-cookie"])


def _found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    assert match is not None, text
    return match[1]
