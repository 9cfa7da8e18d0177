"""An ARN says which way leads to its function."""

from dataclasses import dataclass, field

import pytest

from cenote.base.invocations import FunctionUnreachableError, Invocation
from cenote.triggers.reach.by_arn import ReachByArn

LOCAL = "arn:aws:lambda:us-east-1:000000000000:function:ours"
ELSEWHERE = "arn:aws:lambda:us-east-1:111122223333:function:theirs"
WEBHOOK = "arn:cenote:webhook:us-east-1:000000000000:gate"


@dataclass
class Way:
    """A way that says its name, and knows LOCAL."""

    name: str
    called: list[tuple[str, bytes, str, int]] = field(default_factory=list)

    def invoke(self, arn: str, payload: bytes, *, source_arn: str, timeout_ms: int) -> Invocation:
        self.called.append((arn, payload, source_arn, timeout_ms))
        return Invocation(self.name.encode())

    def knows(self, arn: str) -> bool:
        return arn == LOCAL


@pytest.mark.parametrize(
    ("arn", "has_remote", "way"),
    [
        (LOCAL, True, "local"),
        (LOCAL, False, "local"),
        (ELSEWHERE, True, "remote"),
        (ELSEWHERE, False, "local"),
        (WEBHOOK, True, "webhook"),
        (WEBHOOK, False, "webhook"),
    ],
)
def test_a_call_takes_the_way_of_its_arn(arn: str, has_remote: bool, way: str) -> None:
    ways = {name: Way(name) for name in ("local", "webhook", "remote")}
    remote = ways["remote"] if has_remote else None
    reach = ReachByArn(local=ways["local"], webhook=ways["webhook"], remote=remote)
    assert Invocation(way.encode()) == reach.invoke(arn, b"{}", source_arn="pool", timeout_ms=7)
    assert {way: [(arn, b"{}", "pool", 7)]} == {name: each.called for name, each in ways.items() if each.called}


@pytest.mark.parametrize("arn", [LOCAL, ELSEWHERE, WEBHOOK])
def test_there_is_no_way(arn: str) -> None:
    with pytest.raises(FunctionUnreachableError, match="there is no such function here"):
        ReachByArn().invoke(arn, b"{}", source_arn="pool", timeout_ms=7)
