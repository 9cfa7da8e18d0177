"""Where a call comes from, as flows and the pool's functions are told of it."""

from collections.abc import Mapping
from typing import Any

from cenote.aws.operation import Call
from cenote.flows.attempt import Origin


def origin_of(
    call: Call,
    *,
    metadata: Mapping[str, str] | None = None,
    validation_data: Mapping[str, str] | None = None,
    context: Mapping[str, Any] | None = None,
    is_admin: bool = False,
) -> Origin:
    """The origin of *call*, with its ClientMetadata, ValidationData and UserContextData or ContextData, as far as it has them."""
    return Origin(
        source_ip=call.source_ip,
        user_agent=call.user_agent,
        is_admin=is_admin,
        metadata=metadata or {},
        validation_data=validation_data or {},
        context=context or {},
    )
