"""
The condition keys of a request: who makes it, from where and when. Keys are in lower case; a key that has no value here is absent.

Source: IAM User Guide, "AWS global condition context keys".
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from cenote.flows.iam.permissions import account_of, owner_arn_of
from cenote.model.iam.principal import Principal, PrincipalType, Session

if TYPE_CHECKING:
    from cenote.flows.services import Services

Context = Mapping[str, tuple[str, ...]]
_FALSE: Final = ("false",)
_OURS: Final = "aws:"
_MFA: Final = frozenset({"aws:multifactorauthpresent", "aws:multifactorauthage"})
# Whoever calls chooses this text; patterns of policies are not to be held against more of it.
_MAX_AGENT: Final = 2048
# What only a look at the resource tells.
_OF_RESOURCE: Final = ("aws:resourcetag/", "iam:resourcetag/", "iam:permissionsboundary")


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a request beside its signer: where it came from, how, and for which Region."""

    source_ip: str = ""
    user_agent: str = ""
    is_secure: bool = False
    region: str = ""


class RequestContext(Mapping[str, tuple[str, ...]]):
    """Condition keys, of which those of the resource are read when a policy asks for one of them, and else never."""

    def __init__(self, known: Context, of_resource: Callable[[], Context]) -> None:
        self._known = known
        self._of_resource = of_resource
        self._read: Context | None = None

    def __getitem__(self, key: str) -> tuple[str, ...]:
        """The values of a key; KeyError for one that the request does not have."""
        found = self._known.get(key)
        if found is not None:
            return found
        if key.startswith(_OF_RESOURCE):
            return self._later()[key]
        raise KeyError(key)

    def __iter__(self) -> Iterator[str]:
        """Every key."""
        return iter({**self._later(), **self._known})

    def __len__(self) -> int:
        """How many keys there are."""
        return len({**self._later(), **self._known})

    def _later(self) -> Context:
        if self._read is None:
            self._read = self._of_resource()
        return self._read


def context_of(
    services: "Services", principal: Principal, facts: Facts, resource: str = "*"
) -> dict[str, tuple[str, ...]]:
    """The global condition keys of *principal*'s request for *resource*."""
    found = dict(_of_session(principal.session)) if principal.session is not None else {}
    found |= {f"aws:principaltag/{key.lower()}": (value,) for key, value in tags_of(services, principal).items()}
    found |= {
        "aws:principalarn": (_principal_arn_of(principal),),
        "aws:principalaccount": (principal.account_id,),
        "aws:principaltype": (principal.type.value,),
        "aws:userid": (principal.user_id,),
        "aws:viaawsservice": _FALSE,
        "aws:principalisawsservice": _FALSE,
        "aws:resourceaccount": (account_of(resource) or principal.account_id,),
    }
    if principal.type is PrincipalType.USER:
        found["aws:username"] = (principal.name,)
    return found | facts_context(services, facts)


def _principal_arn_of(principal: Principal) -> str:
    """A session's role; a federated user is not the user who vouched for it, and has its own name here as everybody else has."""
    return principal.arn if principal.type is PrincipalType.FEDERATED_USER else owner_arn_of(principal)


def facts_context(services: "Services", facts: Facts) -> dict[str, tuple[str, ...]]:
    """The condition keys of a request that hang on nobody: when it is made, and how."""
    now_ms = services.clock.now_ms()
    found: dict[str, tuple[str, ...]] = {
        "aws:currenttime": (_iso(now_ms),),
        "aws:epochtime": (str(now_ms // 1000),),
        "aws:securetransport": (str(facts.is_secure).lower(),),
    }
    agent = facts.user_agent[:_MAX_AGENT]
    told = {"aws:sourceip": facts.source_ip, "aws:useragent": agent, "aws:requestedregion": facts.region}
    return found | {key: (value,) for key, value in told.items() if value}


def resource_tags(tags: Mapping[str, str], *vendors: str) -> dict[str, tuple[str, ...]]:
    """The condition keys of a resource's tags, under the name of each of *vendors*: `aws`, `iam`."""
    return {f"{vendor}:resourcetag/{key.lower()}": (value,) for key, value in tags.items() for vendor in vendors}


def tags_of(services: "Services", principal: Principal) -> Mapping[str, str]:
    """A principal's tags: those of its user or role, and before them its session's own."""
    entity = services.iam.entity(principal.entity_id) if principal.entity_id is not None else None
    own = principal.session.tags if principal.session is not None else {}
    given = {key.lower() for key in own}
    tags = entity.tags if entity is not None else {}
    return {key: value for key, value in tags.items() if key.lower() not in given} | dict(own)


def _of_session(session: Session) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield "aws:multifactorauthpresent", _FALSE
    # What a provider says of somebody is never one of our own words.
    yield from ((key, values) for key, values in session.context.items() if not key.startswith(_OURS) or key in _MFA)
    yield "aws:tokenissuetime", (_iso(session.issued_at_ms),)
    if session.provider is not None:
        yield "aws:federatedprovider", (session.provider,)
    if session.source_identity is not None:
        yield "aws:sourceidentity", (session.source_identity,)


def _iso(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
