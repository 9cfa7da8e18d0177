"""Pools with threat protection, and sign-ins from anywhere: by a server that says where its user is."""

from typing import Any

from cenote.threat.compromised import CompromisedPasswords
from harness.endpoint import Endpoint
from harness.in_process import InProcess, beside
from harness.people import PASSWORD, Pool, make_pool, signed_up

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0.0.0 Safari/537.36"
)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:126.0) Gecko/20100101 Firefox/126.0"
HOME, AWAY = "192.0.2.1", "198.51.100.9"
FLOWS = (
    "ALLOW_USER_PASSWORD_AUTH",
    "ALLOW_ADMIN_USER_PASSWORD_AUTH",
    "ALLOW_USER_SRP_AUTH",
    "ALLOW_REFRESH_TOKEN_AUTH",
)
COMPROMISED = {"CompromisedCredentialsRiskConfiguration": {"Actions": {"EventAction": "BLOCK"}}}


def protected(endpoint: Endpoint, mode: str = "ENFORCED", **pool: Any) -> Pool:
    """A pool with threat protection in *mode*."""
    return make_pool(endpoint, flows=FLOWS, UserPoolTier="PLUS", UserPoolAddOns={"AdvancedSecurityMode": mode}, **pool)


def configure(pool: Pool, **members: Any) -> None:
    """Set the pool's risk configuration."""
    pool.endpoint.signed.set_risk_configuration(UserPoolId=pool.id, **members)


def actions(**levels: str) -> dict[str, Any]:
    """What to do at `low`, `medium` and `high`; the user is told of none of them."""
    each = {f"{level.title()}Action": {"Notify": False, "EventAction": action} for level, action in levels.items()}
    return {"AccountTakeoverRiskConfiguration": {"Actions": each}}


def context(address: str = HOME, user_agent: str = CHROME, **members: Any) -> dict[str, Any]:
    """ContextData of a user at *address*."""
    headers = [{"headerName": "User-Agent", "headerValue": user_agent}]
    return {"IpAddress": address, "ServerName": "app", "ServerPath": "/", "HttpHeaders": headers, **members}


def sign_in_from(
    pool: Pool,
    address: str = HOME,
    user_agent: str = CHROME,
    *,
    username: str = "ada",
    password: str = PASSWORD,
    **members: Any,
) -> dict[str, Any]:
    """AdminInitiateAuth of somebody at *address*; the whole answer."""
    answer: dict[str, Any] = pool.endpoint.signed.admin_initiate_auth(
        UserPoolId=pool.id,
        ClientId=pool.client_id,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": username, "PASSWORD": password},
        ContextData=context(address, user_agent, **members),
    )
    return answer


def known_user(pool: Pool, username: str = "ada", **attributes: str) -> str:
    """A user who has signed in from home, by Chrome; the sub."""
    sub = signed_up(pool, username, **attributes)
    sign_in_from(pool, username=username)
    return sub


def events(pool: Pool, username: str = "ada", **members: Any) -> list[dict[str, Any]]:
    """The user's events, newest first."""
    answer = pool.endpoint.signed.admin_list_user_auth_events(UserPoolId=pool.id, Username=username, **members)
    found: list[dict[str, Any]] = answer["AuthEvents"]
    return found


def risk_of(event: dict[str, Any]) -> tuple[str, str | None]:
    """An event's decision and level."""
    return event["EventRisk"]["RiskDecision"], event["EventRisk"].get("RiskLevel")


def knowing(in_process: InProcess, *passwords: str) -> InProcess:
    """The same deployment, where *passwords* are known to be compromised."""
    return beside(in_process, compromised_passwords=_Known(frozenset(passwords)))


class _Known(CompromisedPasswords):
    def __init__(self, passwords: frozenset[str]) -> None:
        super().__init__()
        self._passwords = passwords

    def is_known(self, password: str) -> bool:
        return password in self._passwords
