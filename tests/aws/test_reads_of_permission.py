"""What asking for permission costs: with what is known at hand, nothing is read but what the operation reads."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from cenote.model.iam.entity import Entity, EntityKind
from cenote.storage.lookup import Lookup
from harness import principals
from harness.in_process import InProcess
from harness.people import Pool
from harness.principals import allow, policy


@contextmanager
def reads(endpoint: InProcess, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The statements that are executed meanwhile."""
    seen: list[str] = []
    run = Lookup._run

    def counted(self: Lookup, tx: Any, prepared: Any, values: Any) -> Any:
        seen.append(prepared.text)
        return run(self, tx, prepared, values)

    def executed(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    engine = endpoint.services.database.engine
    event.listen(engine, "before_cursor_execute", executed)
    with monkeypatch.context() as patch:
        patch.setattr(Lookup, "_run", counted)
        yield seen
    event.remove(engine, "before_cursor_execute", executed)


def reads_of(endpoint: InProcess, monkeypatch: pytest.MonkeyPatch, client: Any, pool: Pool) -> int:
    """How much a second call reads."""
    client.list_groups(UserPoolId=pool.id)
    with reads(endpoint, monkeypatch) as seen:
        client.list_groups(UserPoolId=pool.id)
    return len(seen)


def test_a_role_s_call_reads_less_than_the_root_s_and_a_user_s_no_more(
    in_process: InProcess, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = in_process.services
    inline = {"inline": policy(allow("cognito-idp:ListGroups"))}
    role, user = (
        principals.make(services, kind, "theirs", inline=inline) for kind in (EntityKind.ROLE, EntityKind.USER)
    )
    group = principals.make(services, EntityKind.GROUP, "theirs", inline=inline)
    principals.join(services, group, user)
    bound = principals.make_policy(services, "bound", policy(allow("*")))
    for owner in (role, user):
        principals.attach(services, owner, bound.arn)
        principals.attach(services, owner, bound.arn, "boundary")
    root = reads_of(in_process, monkeypatch, in_process.signed, pool)
    assert root - 1 == reads_of(in_process, monkeypatch, client_of(in_process, role), pool)
    assert root == reads_of(in_process, monkeypatch, client_of(in_process, user), pool)


def client_of(endpoint: InProcess, owner: Entity) -> Any:
    by_kind = {EntityKind.ROLE: principals.session_of, EntityKind.USER: principals.key_of}
    return endpoint.boto3_client(**by_kind[owner.kind](endpoint.services, owner).options)
