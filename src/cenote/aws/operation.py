"""
Operations: functions that answer one operation of AWS's model each, and the register they are found in.

    @operation("SignUp")
    def sign_up(services: Services, call: Call, params: SignUpRequest) -> SignUpResponse: ...

The model says who may call: see Authorization.
"""

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeVar

from cenote.aws.authorize import Caller
from cenote.base.errors import InvalidParameterException, MissingAuthenticationTokenException
from cenote.flows.iam.context import Facts
from cenote.flows.subject import Subject
from cenote.model.pool import Pool
from cenote.spec.model import service as spec_of
from cenote.storage import pools

if TYPE_CHECKING:
    from cenote.flows.services import Services


class Authorization(Enum):
    """Who may call an operation, as the model has it."""

    SIGNED = "signed"
    TOKEN = "token"
    PUBLIC = "public"
    # A signature will do where it is a good one; without one the operation asks for something else.
    EITHER = "either"


@dataclass(frozen=True, slots=True)
class Call:
    """
    Everything about a call but its parameters.

    *caller* is None when nothing was signed, *subject* (the user of a verified access token) is None unless the operation
    takes an access token and one was given.
    """

    service: str
    operation: str
    request_id: str
    region: str
    account_id: str
    caller: Caller | None
    subject: Subject | None
    source_ip: str
    user_agent: str
    is_secure: bool = False

    @property
    def facts(self) -> Facts:
        """What condition keys say of the request, whoever makes it."""
        return Facts(self.source_ip, self.user_agent, self.is_secure, self.region)

    def require_caller(self) -> Caller:
        """Whose access key signed the request; MissingAuthenticationTokenException when nobody's did."""
        if self.caller is None:
            raise MissingAuthenticationTokenException("Missing Authentication Token")
        return self.caller

    def require_pool(self, services: "Services", pool_id: str) -> Pool:
        """
        The pool of that id in the call's account and region, as this process knows it: a second old at most.

        Raises:
            ResourceNotFoundException: there is none.
        """
        return services.directory.require_pool(pool_id, self.region, self.account_id)

    def require_stored_pool(self, services: "Services", pool_id: str) -> Pool:
        """As `require_pool`, but as the pool is stored, whatever this process remembers of it."""
        with services.database.read() as tx:
            return pools.require(tx, pool_id, self.account_id, self.region)

    def require_subject(self) -> Subject:
        """
        The user of the access token; InvalidParameterException when none was given.

        The model leaves AccessToken optional where a Session may stand for it (AssociateSoftwareToken,
        VerifySoftwareToken), and in GetDevice and ForgetDevice.
        """
        if self.subject is None:
            raise InvalidParameterException("Missing required parameter AccessToken")
        return self.subject


Implementation = Callable[["Services", Call, Any], Mapping[str, object] | None]
Function = TypeVar("Function", bound=Callable[..., Mapping[str, object] | None])


@dataclass(frozen=True, slots=True)
class _Entry:
    function: Implementation
    is_quick: bool
    is_stored: bool
    body_bytes: int | None


_register: dict[tuple[str, str], _Entry] = {}


def operation(
    name: str,
    service: str = "cognito-idp",
    *,
    is_quick: bool = False,
    is_stored: bool = False,
    body_bytes: int | None = None,
) -> Callable[[Function], Function]:
    """
    Register the decorated function as the one that answers *name*.

    *is_quick*: it reads a few rows by key and does nothing slow, so that a server may run it where it holds up others.
    *is_stored*: what it writes is validated, kept and shown, and nothing acts by it yet; docs/coverage.md says so.
    *body_bytes*: how long a body it takes at least, where AWS's limit is beyond the setting `max_body_bytes`.

    A LookupError at import when the model has no such operation or another function answers it already.
    """
    if name not in spec_of(service).operations:
        raise LookupError(f"{service} has no operation {name}")

    def register(function: Function) -> Function:
        if (service, name) in _register:
            first = _register[service, name].function
            raise LookupError(f"{service} {name} is answered twice: {first} and {function}")
        _register[service, name] = _Entry(function, is_quick, is_stored, body_bytes)
        return function

    return register


def find(service: str, name: str) -> Implementation | None:
    """The function that answers an operation, if there is one."""
    entry = _register.get((service, name))
    return None if entry is None else entry.function


def implemented(service: str) -> frozenset[str]:
    """The names of the operations of *service* that have a function."""
    return frozenset(name for owner, name in _register if owner == service)


def stored(service: str) -> frozenset[str]:
    """The names of the operations of *service* whose settings are kept and shown, and nothing acts by yet."""
    return frozenset(name for (owner, name), entry in _register.items() if owner == service and entry.is_stored)


def quick_targets() -> frozenset[str]:
    """The X-Amz-Target of every quick operation."""
    return frozenset(_target_of(*key) for key, entry in _register.items() if entry.is_quick and _has_target(key[0]))


def body_bytes_of(service: str, name: str) -> int:
    """How long a body an operation takes, where AWS's limit is beyond the setting `max_body_bytes`; 0 elsewhere."""
    entry = _register.get((service, name))
    return 0 if entry is None or entry.body_bytes is None else entry.body_bytes


def long_bodies() -> dict[str, int]:
    """The X-Amz-Target of every operation that takes longer bodies than others, with how long a body it takes."""
    return {
        _target_of(*key): entry.body_bytes
        for key, entry in _register.items()
        if entry.body_bytes is not None and _has_target(key[0])
    }


def _has_target(service: str) -> bool:
    return spec_of(service).target_prefix is not None


def _target_of(service: str, name: str) -> str:
    return f"{spec_of(service).target_prefix}.{name}"


# "You must have IAM credentials, or you must present the requesting app client's ClientId and ClientSecret."
_EITHER = frozenset({("cognito-idp", "GetDerivedToken")})


@functools.cache
def authorization_of(service: str, name: str) -> Authorization:
    """Who may call an operation: the model says which need no signature, and which of these take an access token."""
    if (service, name) in _EITHER:
        return Authorization.EITHER
    spec = spec_of(service)
    row = spec.operations[name]
    if row.authtype != "none":
        return Authorization.SIGNED
    members = spec.shapes[row.input].members if row.input else {}
    return Authorization.TOKEN if "AccessToken" in members else Authorization.PUBLIC
