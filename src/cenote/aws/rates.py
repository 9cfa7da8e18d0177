"""
Request rates at the door: a call that comes too soon is refused before anything is done for it.

A signed call is charged once its signature is verified, so that nobody else can use up its caller's rate; any other call before its
token is looked at. What is counted: the category for the account and Region; for some, the operation for the pool; and what one user
does. Each process counts for itself: with several workers or nodes, that many times the rate is let through.

An answer to a challenge has three times the rate of sign-in, of its own; the answer to NEW_PASSWORD_REQUIRED counts as recovery.
A user is told by the name or the access token that the call carries: whoever uses two names of a user has both names' rates.

Source: developer guide, "Quotas in Amazon Cognito".
"""

import hashlib
from collections.abc import Callable, Hashable, Iterator, Mapping

from cenote.aws.rate_categories import CATEGORIES, CATEGORY_OF, Category
from cenote.aws.token_buckets import TokenBuckets
from cenote.base.errors import TooManyRequestsException
from cenote.base.rates import Rates

RATE_EXCEEDED = "Rate exceeded"
_ANSWERS = frozenset({"RespondToAuthChallenge", "AdminRespondToAuthChallenge"})
_ANSWER_ALLOWANCE = 3
_NAMED_BY = ("AuthParameters", "ChallengeResponses")

# (account, Region) → the rates that were asked for by UpdateProvisionedLimit, by category.
Provisioned = Callable[[str, str], Mapping[str, int]]
Wanted = Iterator[tuple[Hashable, int]]


class RateLimiter:
    """Charges calls of cognito-idp and cognito-identity; safe to share between threads."""

    def __init__(self, rates: Rates, provisioned: Provisioned, now_ms: Callable[[], int]) -> None:
        self._rates = rates
        self._provisioned = provisioned
        self._buckets = TokenBuckets(now_ms)

    def charge(
        self, service: str, operation: str, *, account_id: str, region: str, members: Mapping[str, object]
    ) -> None:
        """
        Count a call with *members*, which nobody has validated yet.

        Raises:
            TooManyRequestsException: it comes too soon; then it does not count.
        """
        category = CATEGORY_OF.get((service, operation))
        if category is None:
            return
        if operation in _ANSWERS and members.get("ChallengeName") == "NEW_PASSWORD_REQUIRED":
            category = CATEGORIES["UserAccountRecovery"]
        wanted = [
            self._of_account(category, operation, account_id, region),
            *self._of_pool(category, operation, account_id, region, members),
            *self._of_user(category, members),
        ]
        if not self._buckets.take(wanted):
            raise TooManyRequestsException(RATE_EXCEEDED)

    def _of_account(self, category: Category, operation: str, account_id: str, region: str) -> tuple[Hashable, int]:
        rate = category.rate_in(self._rates)
        if category.is_adjustable:
            rate = max(rate, self._provisioned(account_id, region).get(category.name, 0))
        if operation in _ANSWERS and category.name == "UserAuthentication":
            return (account_id, region, "answers"), rate * _ANSWER_ALLOWANCE
        return (account_id, region, category.name), rate

    def _of_pool(
        self, category: Category, operation: str, account_id: str, region: str, members: Mapping[str, object]
    ) -> Wanted:
        pool = members.get("UserPoolId") or members.get("ResourceArn")
        if category.is_bounded_per_pool and isinstance(pool, str):
            yield (account_id, region, operation, _digest(pool)), self._rates.operation_per_pool

    def _of_user(self, category: Category, members: Mapping[str, object]) -> Wanted:
        user = _user_in(members) if category.user_rate is not None else None
        if category.user_rate is not None and user is not None:
            yield (category.user_rate, _digest(*user)), getattr(self._rates, category.user_rate)


def _user_in(members: Mapping[str, object]) -> tuple[str, str] | None:
    """Whose call it is, as it says: a name where it counts, or an access token."""
    token = members.get("AccessToken")
    if isinstance(token, str):
        return "", token
    name = members.get("Username")
    for member in _NAMED_BY:
        given = members.get(member)
        if isinstance(given, Mapping) and "USERNAME" in given:
            name = given["USERNAME"]
    where = members.get("UserPoolId") or members.get("ClientId")
    if isinstance(name, str) and name and isinstance(where, str):
        return where, name.lower()
    return None


def _digest(*parts: str) -> bytes:
    """A short stand-in for texts of any length, from which no name or token can be read."""
    return hashlib.blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=16).digest()
