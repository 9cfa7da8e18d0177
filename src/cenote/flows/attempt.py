"""One request of somebody who wants in: through which client, under which name, with what, from where."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cenote.base.errors import InvalidParameterException
from cenote.base.own_requests import OwnRequest
from cenote.model.client import Client
from cenote.model.pool import Pool


@dataclass(frozen=True, slots=True)
class Origin:
    """
    Where a request comes from.

    *source_ip* is the address at the other end. *is_admin*: a server that holds AWS credentials asks. *metadata* is the ClientMetadata of
    an answer, *validation_data* that of the request that began the sign-in: functions that run before the first proof see this, those
    after it the other (developer guide, "Lambda triggers"). *context* is ContextData or UserContextData as it was given.
    """

    source_ip: str = ""
    user_agent: str = ""
    is_admin: bool = False
    metadata: Mapping[str, str] = field(default_factory=dict)
    validation_data: Mapping[str, str] = field(default_factory=dict)
    context: Mapping[str, Any] = field(default_factory=dict)


# What a call says of itself that says nothing: no metadata, from nowhere.
UNKNOWN = Origin()


def origin_of(request: OwnRequest) -> Origin:
    """Where a request to one of our own doors comes from."""
    return Origin(source_ip=request.source_ip, user_agent=request.headers.get("user-agent", ""))


@dataclass(frozen=True, slots=True)
class Attempt:
    """
    One request of a sign-in.

    *given* is the name as it was typed. *parameters* are AuthParameters or ChallengeResponses, by AWS's keys; they hold secrets.

    *is_hosted*: it is made at the pool's pages and comes to a browser's session, not to tokens; *is_managed_login* tells which pages.
    """

    pool: Pool
    client: Client
    given: str
    parameters: Mapping[str, str] = field(repr=False)
    origin: Origin = field(default_factory=Origin)
    is_hosted: bool = False
    is_managed_login: bool = False

    def required(self, name: str) -> str:
        """The parameter *name*; InvalidParameterException when it is not there."""
        value = self.parameters.get(name)
        if not value:
            raise InvalidParameterException(f"Missing required parameter {name}")
        return value
