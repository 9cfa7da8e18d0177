"""Roles, users and what they hold, as a process knows them: read once, and anew when something was written."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from cenote.flows.iam import permissions
from cenote.flows.iam.compiled import compiled
from cenote.flows.iam.directory import IamDirectory
from cenote.flows.services import Services
from cenote.model.iam.entity import Entity, EntityKind
from cenote.model.iam.principal import Principal, PrincipalType, Session, root_of
from cenote.policy.document import Kind
from cenote.storage.database import Database, Tx
from cenote.storage.iam import policies
from harness import principals
from harness.clock import FakeClock
from harness.principals import allow, policy

ACCOUNT = "000000000000"
BUILT_IN = "arn:aws:iam::aws:policy/ReadOnlyAccess"


@pytest.fixture
def engine() -> str:
    """One engine: the rows are told apart in tests/storage."""
    return "sqlite"


class Counted:
    """A database that counts its transactions."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.reads = 0

    @contextmanager
    def read(self) -> Iterator[Tx]:
        self.reads += 1
        with self.database.read() as tx:
            yield tx


@pytest.fixture
def counted(services: Services) -> Counted:
    return Counted(services.database)


@pytest.fixture
def directory(counted: Counted, clock: FakeClock) -> IamDirectory:
    """Another process's."""
    stand_in: Any = counted
    return IamDirectory(stand_in, clock)


def user_of(entity: Entity) -> Principal:
    return Principal(PrincipalType.USER, entity.account_id, entity.arn, entity.entity_id, entity.name, entity.entity_id)


def may(services: Services, principal: Principal, action: str = "s3:GetObject") -> bool:
    return permissions.decide(services, principal, action, "*").is_allowed


def test_what_is_known_is_not_read_again_and_the_counter_once_a_second(
    services: Services, directory: IamDirectory, counted: Counted, clock: FakeClock
) -> None:
    role = principals.make(services, EntityKind.ROLE, "app", inline={"inline": policy(allow("s3:*"))})
    session = principals.principal_of(services, role)
    directory.held_of(session)
    before = counted.reads
    for _ in range(10):
        assert ("inline",) == tuple(named.name for named in directory.held_of(session).identity)
        assert role == directory.entity(role.entity_id)
        clock.advance(milliseconds=99)
    assert before == counted.reads
    principals.put_inline(services, role, policy(allow("s3:*")), "second")
    assert 1 == len(directory.held_of(session).identity)
    clock.advance(milliseconds=11)
    assert 2 == len(directory.held_of(session).identity)


def test_a_role_is_found_by_its_name(services: Services, directory: IamDirectory) -> None:
    role = principals.make(services, EntityKind.ROLE, "app")
    found = directory.role(ACCOUNT, "app")
    assert found is not None
    assert role == found.entity
    assert compiled(role.document["AssumeRolePolicyDocument"], Kind.TRUST) is found.trust
    for account, name in ((ACCOUNT, "APP"), (ACCOUNT, "none"), ("999999999999", "app")):
        assert directory.role(account, name) is None
    assert directory.user_by_id(role.entity_id) is None
    user = principals.make(services, EntityKind.USER, "bob")
    assert user == directory.user_by_id(user.entity_id)


def test_the_default_version_of_a_managed_policy_is_the_one_in_force(services: Services) -> None:
    managed = principals.make_policy(services, "one", policy(allow("s3:*")))
    assert policy(allow("s3:*")) == services.iam.policy_document(ACCOUNT, managed.arn)
    newer = policies.Version(2, True, policy(allow("kms:*")), 0)
    principals.write(services, lambda tx: policies.insert_version(tx, managed, newer))
    assert newer.document == services.iam.policy_document(ACCOUNT, managed.arn)
    assert "Statement" in (services.iam.policy_document(ACCOUNT, BUILT_IN) or "")
    for account, arn in (
        ("999999999999", managed.arn),
        (ACCOUNT, managed.arn + "x"),
        (ACCOUNT, managed.arn.replace("policy/", "policy/path/")),
        (ACCOUNT, "arn:aws:iam::aws:policy/NoSuchPolicy"),
        (ACCOUNT, "garbage"),
    ):
        assert services.iam.policy_document(account, arn) is None


def test_a_boundary_that_is_gone_leaves_nothing(services: Services) -> None:
    user = principals.make(services, EntityKind.USER, "bob", inline={"inline": policy(allow("*"))})
    assert may(services, user_of(user))
    principals.attach(services, user, f"arn:aws:iam::{ACCOUNT}:policy/gone", policies.BOUNDARY)
    assert not may(services, user_of(user))


def test_root_may_everything_and_its_sessions_what_their_policies_leave(services: Services) -> None:
    root = root_of(ACCOUNT)
    assert may(services, root)
    session = Session("root", 0, 1)
    assert may(services, Principal(PrincipalType.ROOT, ACCOUNT, root.arn, ACCOUNT, session=session))
    bound = Session("root", 0, 1, policy=policy(allow("kms:*")))
    narrow = Principal(PrincipalType.ROOT, ACCOUNT, root.arn, ACCOUNT, session=bound)
    assert (False, True) == (may(services, narrow), may(services, narrow, "kms:Encrypt"))


def test_a_federated_user_has_nothing_but_what_its_policies_leave_of_its_users(services: Services) -> None:
    user = principals.make(services, EntityKind.USER, "bob", inline={"inline": policy(allow("s3:*", "kms:*"))})

    def federated(**session: Any) -> Principal:
        arn = f"arn:aws:sts::{ACCOUNT}:federated-user/eve"
        kind = PrincipalType.FEDERATED_USER
        return Principal(kind, ACCOUNT, arn, f"{ACCOUNT}:eve", "bob", user.entity_id, Session("eve", 0, 1, **session))

    assert not may(services, federated())
    narrow = federated(policy=policy(allow("s3:*", "iam:*")))
    assert [True, False, False] == [may(services, narrow, f"{name}:X") for name in ("s3", "kms", "iam")]


@pytest.mark.parametrize("kind", [PrincipalType.USER, PrincipalType.ASSUMED_ROLE])
def test_who_is_nobody_of_the_account_holds_nothing(services: Services, kind: PrincipalType) -> None:
    user = principals.make(services, EntityKind.USER, "bob", inline={"inline": policy(allow("*"))})
    for entity_id, account_id in ((None, ACCOUNT), ("AIDANOBODY", ACCOUNT), (user.entity_id, "999999999999")):
        nobody = Principal(kind, account_id, user.arn, "AIDA", "bob", entity_id)
        assert not may(services, nobody)
        assert services.iam.settled(nobody) is None


def test_somebody_is_called_as_they_are_called_by_now(services: Services) -> None:
    user = principals.make(services, EntityKind.USER, "bob", path="/new/")
    former = Principal(PrincipalType.USER, ACCOUNT, "arn:former", user.entity_id, "rob", user.entity_id)
    settled = services.iam.settled(former)
    assert settled is not None
    assert (user.arn, "bob") == (settled.arn, settled.name)
    role = principals.make(services, EntityKind.ROLE, "app", path="/service/")
    session = services.iam.settled(principals.principal_of(services, role))
    assert session is not None
    assert (f"arn:aws:sts::{ACCOUNT}:assumed-role/app/tests", role.arn) == permissions.arns_of(session)
    assert services.iam.settled(user_of(role)) is None
