"""The identity pools of a seed file: they and their roles are there, once, and stay what the file says."""

from copy import deepcopy
from typing import Any

import pytest

from cenote.aws.validate import validate_of_pools
from cenote.flows.seed import SeedReport
from cenote.flows.seed import seed as carry_out
from cenote.flows.services import Services
from cenote.model.seed_values import SeedError
from harness.in_process import InProcess
from harness.people import PASSWORD, Pool, sign_in

POOL_ID, IDENTITY_POOL_ID = "us-east-1_LocalDev1", "us-east-1:00000000-0000-4000-8000-000000000000"
PROVIDER = f"cognito-idp.us-east-1.amazonaws.com/{POOL_ID}"
LISTS_USERS = {"Effect": "Allow", "Action": "cognito-idp:ListUsers", "Resource": "*"}
GUESTS = "arn:aws:iam::000000000000:role/guests"
DOCUMENT: dict[str, Any] = {
    "pools": [
        {
            "Id": POOL_ID,
            "PoolName": "app",
            "clients": [{"ClientName": "web", "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"]}],
            "users": [{"Username": "ada", "Password": PASSWORD}],
        }
    ],
    "identity_pools": [
        {
            "Id": IDENTITY_POOL_ID,
            "IdentityPoolName": "my app",
            "AllowUnauthenticatedIdentities": True,
            "providers": [{"pool": "app", "client": "web"}],
            "roles": {"authenticated": [LISTS_USERS], "unauthenticated": GUESTS},
        }
    ],
}

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def seed(services: Services, document: object = DOCUMENT) -> SeedReport:
    return carry_out(services, document, region="us-east-1", account_id="000000000000", validate=validate_of_pools)


def changed(**identity_pool: Any) -> dict[str, Any]:
    """The document with other members of the identity pool; None takes one away."""
    document = deepcopy(DOCUMENT)
    given = document["identity_pools"][0] | identity_pool
    document["identity_pools"][0] = {name: value for name, value in given.items() if value is not None}
    return document


def refused(services: Services, document: object) -> tuple[str, str]:
    with pytest.raises(SeedError) as refusal:
        seed(services, document)
    return refusal.value.place, refusal.value.problem


def test_who_signs_in_gets_credentials_of_the_role_that_the_file_makes(in_process: InProcess) -> None:
    report = seed(in_process.services)
    assert f"identity pool {IDENTITY_POOL_ID}" in report.created
    assert "role my-app-authenticated" in report.created
    [client] = in_process.signed.list_user_pool_clients(UserPoolId=POOL_ID)["UserPoolClients"]
    logins = {PROVIDER: sign_in(Pool(in_process, POOL_ID, client["ClientId"]))["IdToken"]}
    identity = in_process.anonymous_client("cognito-identity")
    identity_id = identity.get_id(IdentityPoolId=IDENTITY_POOL_ID, Logins=logins)["IdentityId"]
    given = identity.get_credentials_for_identity(IdentityId=identity_id, Logins=logins)["Credentials"]
    mine = in_process.boto3_client(
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretKey"],
        aws_session_token=given["SessionToken"],
    )
    assert ["ada"] == [user["Username"] for user in mine.list_users(UserPoolId=POOL_ID)["Users"]]
    with pytest.raises(mine.exceptions.ClientError, match="AccessDeniedException"):
        mine.list_groups(UserPoolId=POOL_ID)


def test_a_second_run_changes_nothing_and_another_file_what_differs(services: Services) -> None:
    seed(services)
    again = seed(services)
    assert ([], []) == (again.created, again.updated)
    other = seed(services, changed(AllowClassicFlow=True))
    assert ([], [f"identity pool {IDENTITY_POOL_ID}"]) == (other.created, other.updated)
    stricter = changed(AllowClassicFlow=True, roles={"authenticated": [LISTS_USERS | {"Effect": "Deny"}]})
    last = seed(services, stricter)
    assert [f"identity pool {IDENTITY_POOL_ID}", "role my-app-authenticated"] == last.updated
    pool = services.directory.require_identity_pool(IDENTITY_POOL_ID)
    assert pool.allows_basic_flow
    assert {"Roles": {"authenticated": "arn:aws:iam::000000000000:role/my-app-authenticated"}} == pool.roles


def test_a_pool_without_an_id_is_known_by_its_name(services: Services) -> None:
    first = seed(services, changed(Id=None))
    [made] = [name for name in first.created if name.startswith("identity pool ")]
    assert made in seed(services, changed(Id=None)).unchanged
    assert made in seed(services, changed(Id=None, providers=None)).updated
    twin = seed(services, changed())
    assert f"identity pool {IDENTITY_POOL_ID}" in twin.created
    place, problem = refused(services, changed(Id=None))
    assert "identity_pools[0].IdentityPoolName" == place
    assert "several identity pools are called my app: give the Id" == problem


def test_a_file_that_names_no_roles_leaves_them_alone(services: Services) -> None:
    seed(services)
    roles = services.directory.require_identity_pool(IDENTITY_POOL_ID).roles
    assert [] == seed(services, changed(roles=None)).updated
    assert roles == services.directory.require_identity_pool(IDENTITY_POOL_ID).roles


def test_a_pinned_id_says_the_region(services: Services) -> None:
    elsewhere = IDENTITY_POOL_ID.replace("us-east-1", "eu-west-1")
    seed(services, changed(Id=elsewhere))
    assert "eu-west-1" == services.directory.require_identity_pool(elsewhere).region
    seed(services, changed(Id="local:abc"))
    assert "us-east-1" == services.directory.require_identity_pool("local:abc").region


@pytest.mark.parametrize(
    ("members", "place"),
    [
        ({"Id": "nothing"}, ".Id"),
        ({"IdentityPoolName": "what?"}, ".IdentityPoolName"),
        ({"AllowUnauthenticatedIdentities": None}, ".AllowUnauthenticatedIdentities"),
        ({"Colour": "red"}, ".Colour"),
        ({"providers": [{"pool": "none", "client": "web"}]}, ".providers[0].pool"),
        ({"providers": [{"pool": "app", "client": "none"}]}, ".providers[0].client"),
        ({"providers": [{"pool": "app"}]}, ".providers[0].client"),
        ({"CognitoIdentityProviders": []}, ""),
        ({"SupportedLoginProviders": {"login.example": "1"}}, ""),
        ({"roles": {"admin": GUESTS}}, ".roles.admin"),
        ({"roles": {"authenticated": "admin"}}, ".roles"),
        ({"roles": {"authenticated": 5}}, ".roles.authenticated"),
        ({"roles": {"authenticated": [{"Effect": "Perhaps"}]}}, ".roles.authenticated"),
    ],
)
def test_a_mistake_is_told_with_its_place(services: Services, members: dict[str, Any], place: str) -> None:
    assert f"identity_pools[0]{place}" == refused(services, changed(**members))[0]


def test_an_id_or_a_name_is_there_once(services: Services) -> None:
    for members, place in (({}, ".Id"), ({"Id": "us-east-1:abc"}, ".IdentityPoolName")):
        document = changed()
        document["identity_pools"].append(document["identity_pools"][0] | members)
        assert f"identity_pools[1]{place}" == refused(services, document)[0]
