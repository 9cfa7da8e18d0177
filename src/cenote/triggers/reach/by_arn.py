"""Which way leads to a function: its ARN says."""

from typing import Protocol

from cenote.base.invocations import FunctionUnreachableError, Invocation, Reach
from cenote.model.function_names import WEBHOOK_PREFIX


class LocalReach(Reach, Protocol):
    """The functions of this deployment."""

    def knows(self, arn: str) -> bool:
        """Whether there is a function of that ARN."""
        ...


class ReachByArn:
    """A `Reach` that passes a call on: to a webhook, to this deployment's own function of that ARN, else to a Lambda endpoint."""

    def __init__(
        self, *, local: LocalReach | None = None, webhook: Reach | None = None, remote: Reach | None = None
    ) -> None:
        self._local = local
        self._webhook = webhook
        self._remote = remote

    def invoke(self, arn: str, payload: bytes, *, source_arn: str, timeout_ms: int) -> Invocation:
        """As `Reach.invoke`."""
        way = self._way_to(arn)
        if way is None:
            raise FunctionUnreachableError("there is no such function here, and no Lambda endpoint is set")
        return way.invoke(arn, payload, source_arn=source_arn, timeout_ms=timeout_ms)

    def _way_to(self, arn: str) -> Reach | None:
        if arn.startswith(WEBHOOK_PREFIX):
            return self._webhook
        if self._remote is None or (self._local is not None and self._local.knows(arn)):
            return self._local
        return self._remote
