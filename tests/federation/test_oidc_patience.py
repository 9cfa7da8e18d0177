"""A provider that does not answer costs those who sign in by it, and nobody else."""

import threading
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import requests

from harness import people, server
from harness.oidc_provider import CLIENT_SECRET, oidc_provider

APP = "https://app.example.com/callback"
CALLS = 4


def test_others_are_served_while_a_provider_is_silent(tmp_path: Path) -> None:
    over, come = threading.Event(), threading.Semaphore(0)

    def silent(_asked: Any) -> tuple[int, dict[str, str], bytes]:
        come.release()
        over.wait(60)
        return 500, {}, b""

    with oidc_provider() as op, server.running(tmp_path, threads="1", function_calls=str(CALLS)) as running:
        op.forced["/token"] = silent
        pool = people.make_pool(running)
        running.signed.create_user_pool_domain(UserPoolId=pool.id, Domain="slow")
        running.signed.create_identity_provider(
            UserPoolId=pool.id,
            ProviderName="Corp",
            ProviderType="OIDC",
            ProviderDetails={**op.details, "client_secret": CLIENT_SECRET},
        )
        running.signed.update_user_pool_client(
            UserPoolId=pool.id,
            ClientId=pool.client_id,
            SupportedIdentityProviders=["Corp"],
            AllowedOAuthFlowsUserPoolClient=True,
            AllowedOAuthFlows=["code"],
            AllowedOAuthScopes=["openid"],
            CallbackURLs=[APP],
            ExplicitAuthFlows=list(people.FLOWS),
        )
        asked = urlencode({"client_id": pool.client_id, "response_type": "code", "redirect_uri": APP})
        site = f"{running.url}/_cenote/domains/slow"

        def sign_in() -> dict[str, list[str]]:
            with requests.Session() as browser:
                away = browser.get(f"{site}/oauth2/authorize?{asked}", allow_redirects=False, timeout=60)
                state = parse_qs(urlsplit(away.headers["location"]).query)["state"][0]
                back = f"{site}/oauth2/idpresponse?{urlencode({'code': 'c', 'state': state})}"
                told = browser.get(back, allow_redirects=False, timeout=60).headers["location"]
                return parse_qs(urlsplit(told).query)

        waiting = [threading.Thread(target=sign_in) for _ in range(CALLS // 2)]
        try:
            for thread in waiting:
                thread.start()
            assert all(come.acquire(timeout=30) for _ in waiting)
            people.signed_up(pool, "ada")
            assert "AccessToken" in people.sign_in(pool, "ada")
            assert ["temporarily_unavailable"] == sign_in()["error"]
        finally:
            over.set()
            for thread in waiting:
                thread.join()
