"""What `cenote demo` makes in a deployment."""

import pytest

from cenote.cli.demo import making
from cenote.cli.failures import CommandError
from cenote.flows.services import Services
from cenote.storage import resources
from cenote.storage.resources import Kind
from harness.in_process import InProcess

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

ORIGINS = ["http://localhost:3000", "http://localhost:3001"]


def test_everything_is_made_once(in_process: InProcess, services: Services) -> None:
    first, second = (making.make(services, ORIGINS) for _ in range(2))
    assert (first.pool_id, first.client_id, first.domain, first.url) == (
        second.pool_id,
        second.client_id,
        "demo",
        "http://localhost:9329/_cenote/domains/demo",
    )
    client = in_process.signed.describe_user_pool_client(UserPoolId=first.pool_id, ClientId=first.client_id)
    shown = client["UserPoolClient"]
    assert "ClientSecret" not in shown
    assert [f"{origin}/callback" for origin in ORIGINS] == shown["CallbackURLs"]
    assert [f"{origin}/" for origin in ORIGINS] == shown["LogoutURLs"]
    assert sorted(making.SCOPES) == sorted(shown["AllowedOAuthScopes"])
    pool = in_process.signed.describe_user_pool(UserPoolId=first.pool_id)["UserPool"]
    assert ("demo", ["email"]) == (pool["Domain"], pool["UsernameAttributes"])
    assert not pool["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"]
    user = in_process.signed.admin_get_user(UserPoolId=first.pool_id, Username=making.USERNAME)
    assert "CONFIRMED" == user["UserStatus"]
    with services.database.read() as tx:
        assert resources.get_by_key(tx, first.pool_id, Kind.BRANDING, first.client_id) is not None


def test_a_domain_that_another_pool_has_is_left_to_it(in_process: InProcess, services: Services) -> None:
    other = in_process.signed.create_user_pool(PoolName="other")["UserPool"]["Id"]
    in_process.signed.create_user_pool_domain(UserPoolId=other, Domain="demo")
    made = making.make(services, ORIGINS)
    assert f"demo-{made.pool_id.rpartition('_')[2].lower()}" == made.domain
    assert made.domain == making.make(services, ORIGINS).domain


def test_two_pools_of_its_name_are_not_chosen_between(in_process: InProcess, services: Services) -> None:
    for _ in range(2):
        in_process.signed.create_user_pool(PoolName=making.NAME)
    with pytest.raises(CommandError, match="the demo cannot be made: several pools are called cenote-demo"):
        making.make(services, ORIGINS)
