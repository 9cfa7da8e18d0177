from collections.abc import Mapping

import pytest

from cenote.aws.rate_categories import CATEGORIES, CATEGORY_OF, UNCATEGORISED
from cenote.aws.rates import RateLimiter
from cenote.base.errors import TooManyRequestsException
from cenote.base.rates import Rates
from cenote.spec.model import service

# The default requests a second of each category (developer guide, "Quotas in Amazon Cognito").
DEFAULTS = {
    "UserAuthentication": 120,
    "UserCreation": 50,
    "UserFederation": 25,
    "UserAccountRecovery": 30,
    "UserRead": 120,
    "UserUpdate": 25,
    "UserToken": 120,
    "UserResourceRead": 50,
    "UserResourceUpdate": 25,
    "UserList": 30,
    "UserPoolRead": 15,
    "UserPoolUpdate": 15,
    "UserPoolResourceRead": 20,
    "UserPoolResourceUpdate": 15,
    "UserPoolClientRead": 15,
    "UserPoolClientUpdate": 15,
    "ClientAuthentication": 150,
    "LimitManagement": 1,
}
ADJUSTABLE = {
    "UserAuthentication",
    "UserCreation",
    "UserFederation",
    "UserRead",
    "UserToken",
    "UserResourceRead",
}
POOL = {"UserPoolId": "us-east-1_Ab12Cd34E"}


def limiter(rates: Rates | None = None, provisioned: Mapping[str, int] | None = None) -> RateLimiter:
    return RateLimiter(rates or Rates(), lambda _account, _region: provisioned or {}, lambda: 1_800_000_000_000)


def passed(
    limits: RateLimiter,
    operation: str,
    members: Mapping[str, object] = POOL,
    *,
    tries: int = 1000,
    account_id: str = "000000000000",
    region: str = "us-east-1",
) -> int:
    """How many of *tries* calls are let through."""
    for number in range(tries):
        try:
            limits.charge("cognito-idp", operation, account_id=account_id, region=region, members=members)
        except TooManyRequestsException as fault:
            assert "Rate exceeded" == fault.message  # noqa: PT017 - it is counted how many came before
            return number
    return tries


def test_every_operation_is_in_one_category_or_listed_as_being_in_none() -> None:
    listed = [operation for category in CATEGORIES.values() for operation in category.operations]
    assert len(set(listed)) == len(listed)
    assert set(service("cognito-idp").operations) == set(listed) | UNCATEGORISED
    assert not set(listed) & UNCATEGORISED
    assert 29 == len(UNCATEGORISED)


def test_the_rates_are_the_published_ones() -> None:
    assert {name: getattr(Rates(), category.rate) for name, category in CATEGORIES.items()} == DEFAULTS
    assert {name for name, category in CATEGORIES.items() if category.is_adjustable} == ADJUSTABLE


def test_every_field_of_the_rates_is_used() -> None:
    used = {category.rate for category in CATEGORY_OF.values()} | {"user_federation"}
    rest = {"operation_per_pool", "reads_per_user", "writes_per_user", "provisioned_max"}
    assert used | rest == set(Rates.__dataclass_fields__)


@pytest.mark.parametrize(
    ("operation", "rate"),
    [("GetId", 25), ("GetCredentialsForIdentity", 200), ("ListIdentities", 5), ("TagResource", 5)],
)
def test_operations_of_identity_pools_have_rates_of_their_own(operation: str, rate: int) -> None:
    limits = limiter()
    place = {"account_id": "000000000000", "region": "us-east-1"}
    for _ in range(rate):
        limits.charge("cognito-identity", operation, members={}, **place)
    with pytest.raises(TooManyRequestsException):
        limits.charge("cognito-identity", operation, members={}, **place)
    assert set(service("cognito-identity").operations) >= {
        name for owner, name in CATEGORY_OF if owner == "cognito-identity"
    }


def test_the_tags_of_user_pools_do_not_count_for_those_of_identity_pools() -> None:
    limits = limiter()
    assert passed(limits, "TagResource", {}) == 15
    limits.charge("cognito-identity", "TagResource", account_id="000000000000", region="us-east-1", members={})
    limits.charge("cognito-identity", "GetIdentityPoolRoles", account_id="0", region="us-east-1", members={})


@pytest.mark.parametrize("operation", sorted(UNCATEGORISED))
def test_an_operation_in_no_category_is_never_refused(operation: str) -> None:
    assert passed(limiter(), operation) == 1000


@pytest.mark.parametrize("name", sorted(set(CATEGORIES) - {"UserFederation"}))
def test_the_operations_of_a_category_share_one_rate_in_each_account_and_region(name: str) -> None:
    limits = limiter(Rates(operation_per_pool=1000, reads_per_user=1000, writes_per_user=1000))
    category = CATEGORIES[name]
    operations = sorted(category.operations - {"RespondToAuthChallenge", "AdminRespondToAuthChallenge"})
    assert passed(limits, operations[0]) == DEFAULTS[name]
    for other in operations:
        assert passed(limits, other) == 0
    assert passed(limits, operations[0], region="eu-west-1") == DEFAULTS[name]
    assert passed(limits, operations[0], account_id="111111111111") == DEFAULTS[name]


def test_answers_to_challenges_have_three_times_the_rate_of_their_own_and_new_passwords_count_as_recovery() -> None:
    limits = limiter()
    assert passed(limits, "InitiateAuth") == 120
    assert passed(limits, "RespondToAuthChallenge", {"ChallengeName": "PASSWORD_VERIFIER"}) == 360
    assert passed(limits, "AdminRespondToAuthChallenge", {"ChallengeName": "SMS_MFA"}) == 0
    assert passed(limits, "RespondToAuthChallenge", {"ChallengeName": "NEW_PASSWORD_REQUIRED"}) == 30
    assert passed(limits, "ForgotPassword") == 0


def test_what_was_provisioned_raises_a_rate_that_may_be_raised_and_lowers_none() -> None:
    asked = {"UserRead": 500, "UserCreation": 3, "UserUpdate": 500}
    limits = limiter(Rates(reads_per_user=1000, writes_per_user=1000), asked)
    assert passed(limits, "GetUser") == 500
    assert passed(limits, "SignUp") == 50
    assert passed(limits, "AdminDeleteUser") == 25


def test_an_operation_on_one_pool_is_bounded_by_itself() -> None:
    limits = limiter()
    assert passed(limits, "CreateGroup") == 5
    assert passed(limits, "DeleteGroup") == 5
    assert passed(limits, "CreateGroup", {"UserPoolId": "us-east-1_Other"}) == 5
    assert passed(limits, "TagResource", {"ResourceArn": "arn"}) == 0
    assert passed(limits, "DescribeUserPoolClient") == 5
    assert passed(limits, "DescribeUserPool") == 15


@pytest.mark.parametrize(
    ("operation", "members"),
    [
        ("AdminGetUser", {**POOL, "Username": "ada"}),
        ("GetUser", {"AccessToken": "a.b.c"}),
        ("InitiateAuth", {"ClientId": "c", "AuthParameters": {"USERNAME": "ada"}}),
        ("RespondToAuthChallenge", {"ClientId": "c", "ChallengeResponses": {"USERNAME": "ada"}}),
        ("ForgotPassword", {"ClientId": "c", "Username": "ada"}),
        ("AdminUpdateUserAttributes", {**POOL, "Username": "ada"}),
        ("AdminUpdateUserAttributes", {**POOL, "Username": "\ud800" * 100_000}),
    ],
)
def test_one_user_reads_and_writes_ten_times_a_second(operation: str, members: Mapping[str, object]) -> None:
    limits = limiter()
    assert passed(limits, operation, members) == 10
    assert passed(limits, operation, members) == 0
    other = {name: value if name in {"UserPoolId", "ClientId"} else "another" for name, value in members.items()}
    assert passed(limits, operation, other, tries=1) == 1


def test_reads_and_writes_of_a_user_are_counted_apart_and_capitals_make_no_other_user() -> None:
    limits = limiter()
    assert passed(limits, "AdminGetUser", {**POOL, "Username": "ada"}) == 10
    assert passed(limits, "AdminGetUser", {**POOL, "Username": "ADA"}) == 0
    assert passed(limits, "AdminDisableUser", {**POOL, "Username": "ada"}) == 10


@pytest.mark.parametrize(
    "members",
    [
        {},
        {"UserPoolId": 7, "Username": ["x"], "AccessToken": None},
        {"UserPoolId": {}, "AuthParameters": "x", "ChallengeResponses": {"USERNAME": 7}},
        {"ResourceArn": [], "Username": "", "ClientId": "c"},
    ],
)
def test_members_that_nobody_validated_break_nothing(members: Mapping[str, object]) -> None:
    limits = limiter()
    for operation in ("AdminGetUser", "CreateGroup", "InitiateAuth", "RespondToAuthChallenge", "TagResource"):
        assert passed(limits, operation, members, tries=1) == 1


def test_another_service_is_not_counted() -> None:
    limits = limiter(Rates(user_read=1))
    for _ in range(5):
        limits.charge("cognito-identity", "GetUser", account_id="0", region="us-east-1", members={})
    assert passed(limits, "GetUser", {}) == 1
