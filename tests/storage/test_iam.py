"""Rows of IAM: names without regard to case, what hangs on an entity, and writers that take turns."""

import json
import threading
from dataclasses import replace
from typing import Any

from sqlalchemy import func, select

from cenote.model.iam.entity import Entity, EntityKind
from cenote.model.iam.names import new_entity_id
from cenote.storage import deployment
from cenote.storage.database import Database, Tx
from cenote.storage.iam import entities, last_uses, members, policies
from cenote.storage.tables import (
    iam_attachments,
    iam_entities,
    iam_inline_policies,
    iam_last_uses,
    iam_members,
    iam_policy_versions,
)

ACCOUNT = "111111111111"
OTHER = "222222222222"
NOW_MS = 1_800_000_000_000
ARN = f"arn:aws:iam::{ACCOUNT}:policy/read"
TABLES = (iam_entities, iam_inline_policies, iam_attachments, iam_members, iam_policy_versions, iam_last_uses)


def entity(kind: EntityKind, name: str, *, account_id: str = ACCOUNT, path: str = "/", **document: Any) -> Entity:
    return Entity(account_id, kind, name, new_entity_id(kind), path, document, NOW_MS, NOW_MS)


def kept(database: Database, *found: Entity) -> None:
    def work(tx: Tx) -> None:
        for each in found:
            entities.lock(tx, each.account_id)
            assert entities.insert(tx, each)

    database.write("keep", work)


def rows(tx: Tx) -> int:
    return sum(tx.execute(select(func.count()).select_from(table)).scalar_one() for table in TABLES)


def test_an_entity_is_read_as_it_was_kept(database: Database) -> None:
    role = entity(EntityKind.ROLE, "Reader", path="/team/", Tags={"a": "ü"}, Description="x")
    kept(database, role)
    with database.read() as tx:
        assert role == entities.get(tx, ACCOUNT, EntityKind.ROLE, "Reader")
        assert role == entities.get_by_id(tx, role.entity_id)
        assert f"arn:aws:iam::{ACCOUNT}:role/team/Reader" == role.arn


def test_names_are_unique_without_regard_to_case_and_found_as_they_are_written(database: Database) -> None:
    kept(database, entity(EntityKind.ROLE, "Reader"))
    with database.read() as tx:
        assert entities.taken(tx, ACCOUNT, EntityKind.ROLE, "READER")
        assert entities.get(tx, ACCOUNT, EntityKind.ROLE, "READER") is None
    assert not database.write("again", lambda tx: entities.insert(tx, entity(EntityKind.ROLE, "reader")))


def test_a_name_is_free_in_other_kinds_and_accounts(database: Database) -> None:
    others = [entity(EntityKind.USER, "reader"), entity(EntityKind.ROLE, "reader", account_id=OTHER)]
    kept(database, entity(EntityKind.ROLE, "reader"), *others)
    with database.read() as tx:
        assert [1, 1, 1, 0] == [
            entities.count(tx, ACCOUNT, EntityKind.ROLE),
            entities.count(tx, ACCOUNT, EntityKind.USER),
            entities.count(tx, OTHER, EntityKind.ROLE),
            entities.count(tx, OTHER, EntityKind.USER),
        ]


def test_pages_go_by_name_whatever_its_case_and_keep_to_their_path(database: Database) -> None:
    paths = {"b": "/x/", "A": "/", "C": "/x/y/", "d": "/X/", "e_": "/x%/"}
    kept(database, *(entity(EntityKind.ROLE, name, path=path) for name, path in paths.items()))

    def names(**asked: Any) -> list[str]:
        with database.read() as tx:
            return [each.name for each in entities.page(tx, ACCOUNT, EntityKind.ROLE, **asked)]

    assert ["A", "b", "C", "d", "e_"] == names(limit=9)
    assert ["b", "C"] == names(limit=2, after="a")
    assert ["b", "C"] == names(limit=9, path_prefix="/x/")
    assert ["b", "C", "e_"] == names(limit=9, path_prefix="/x")
    assert ["e_"] == names(limit=9, path_prefix="/x%")


def test_what_is_of_an_entity_follows_it_to_another_name(database: Database) -> None:
    user, group = entity(EntityKind.USER, "ada"), entity(EntityKind.GROUP, "staff")
    kept(database, user, group)

    def work(tx: Tx) -> None:
        policies.put_inline(tx, user, "own", "{}")
        policies.attach(tx, user, ARN)
        members.add(tx, group, "ada")
        entities.update(tx, replace(user, name="Lovelace", path="/x/"), former_name="ada")
        entities.update(tx, replace(group, name="people"), former_name="staff")

    database.write("rename", work)
    with database.read() as tx:
        renamed = entities.get(tx, ACCOUNT, EntityKind.USER, "Lovelace")
        assert replace(user, name="Lovelace", path="/x/") == renamed
        assert entities.get(tx, ACCOUNT, EntityKind.USER, "ada") is None
        assert [("own", "{}")] == policies.inline_of(tx, renamed)
        assert [ARN] == policies.attached_to(tx, renamed)
        found = members.containers_of(tx, ACCOUNT, EntityKind.GROUP, "Lovelace")
        assert ["people"] == [each.name for each in found]
        assert [renamed] == members.members_of(tx, found[0])


def test_a_deleted_entity_takes_everything_of_it_along_and_nothing_of_others(database: Database) -> None:
    role, twin = entity(EntityKind.ROLE, "r"), entity(EntityKind.USER, "r")
    policy, profile = entity(EntityKind.POLICY, "p"), entity(EntityKind.INSTANCE_PROFILE, "i")
    group = entity(EntityKind.GROUP, "g")
    kept(database, role, twin, policy, profile, group)

    def work(tx: Tx) -> None:
        for owner in (role, twin):
            policies.put_inline(tx, owner, "own", "{}")
            policies.attach(tx, owner, ARN)
            policies.attach(tx, owner, ARN, policies.BOUNDARY)
        policies.insert_version(tx, policy, policies.Version(1, True, "{}", NOW_MS))
        members.add(tx, profile, "r")
        members.add(tx, group, "r")
        last_uses.put(tx, [last_uses.LastUse(role.entity_id, "s3", "us-east-1", NOW_MS)])
        for gone in (role, policy):
            entities.delete(tx, gone)

    database.write("delete", work)
    with database.read() as tx:
        # The user with its two policies, its boundary and its group; the group and the profile.
        assert 7 == rows(tx)
        assert [("own", "{}")] == policies.inline_of(tx, twin)
        assert [] == members.members_of(tx, profile)
        assert [twin] == members.members_of(tx, group)


def test_inline_policies_are_replaced_by_name_and_listed_by_it(database: Database) -> None:
    role = entity(EntityKind.ROLE, "r")
    kept(database, role)

    def work(tx: Tx) -> None:
        for name, text in (("b", "1"), ("a", "2"), ("b", "3")):
            policies.put_inline(tx, role, name, text)

    database.write("put", work)
    with database.read() as tx:
        assert [("a", "2"), ("b", "3")] == policies.inline_of(tx, role)
        assert "3" == policies.get_inline(tx, role, "b")
        assert policies.get_inline(tx, role, "c") is None
    assert database.write("delete", lambda tx: policies.delete_inline(tx, role, "b"))
    assert not database.write("delete", lambda tx: policies.delete_inline(tx, role, "b"))


def test_attachments_are_counted_by_policy_and_usage_in_one_account(database: Database) -> None:
    role, user, foreign = entity(EntityKind.ROLE, "r"), entity(EntityKind.USER, "u"), entity(EntityKind.ROLE, "r")
    foreign = replace(foreign, account_id=OTHER)
    kept(database, role, user, foreign)

    def work(tx: Tx) -> None:
        assert policies.attach(tx, role, ARN)
        assert not policies.attach(tx, role, ARN)
        assert policies.attach(tx, role, ARN, policies.BOUNDARY)
        assert policies.attach(tx, user, ARN)
        assert policies.attach(tx, foreign, ARN)

    database.write("attach", work)
    with database.read() as tx:
        assert {(ARN, "policy"): 2, (ARN, "boundary"): 1} == policies.uses_of(tx, ACCOUNT)
        assert {} == policies.uses_of(tx, ACCOUNT, ["arn:aws:iam::aws:policy/x"])
        assert [role, role, user] == policies.holders_of(tx, ACCOUNT, ARN)
        assert [user] == policies.holders_of(tx, ACCOUNT, ARN, kind=EntityKind.USER)
        assert [role] == policies.holders_of(tx, ACCOUNT, ARN, usage=policies.BOUNDARY)
        assert policies.is_attached(tx, OTHER, ARN)
    assert database.write("detach", lambda tx: policies.detach(tx, role, ARN))
    assert not database.write("detach", lambda tx: policies.detach(tx, role, ARN))


def test_one_version_of_a_policy_is_in_force(database: Database) -> None:
    policy = entity(EntityKind.POLICY, "Read")
    kept(database, policy)

    def work(tx: Tx) -> None:
        for number, is_default in ((1, True), (2, False), (3, True)):
            policies.insert_version(tx, policy, policies.Version(number, is_default, f"{number}", NOW_MS))

    database.write("versions", work)
    with database.read() as tx:
        assert [(3, True), (2, False), (1, False)] == [
            (each.number, each.is_default) for each in policies.versions_of(tx, policy)
        ]
        assert policies.get_version(tx, policy) == policies.get_version(tx, policy, 3)
        assert {"Read": 3} == policies.defaults_of(tx, ACCOUNT, ["Read", "Write"])
    database.write("default", lambda tx: policies.set_default(tx, policy, 1))
    assert database.write("delete", lambda tx: policies.delete_version(tx, policy, 3))
    with database.read() as tx:
        assert {"Read": 1} == policies.defaults_of(tx, ACCOUNT, ["Read"])
        assert policies.get_version(tx, policy, 3) is None


def test_members_are_paged_by_name_and_counted(database: Database) -> None:
    group = entity(EntityKind.GROUP, "g")
    kept(database, group, *(entity(EntityKind.USER, name) for name in ("c", "A", "b")))

    def work(tx: Tx) -> None:
        for name in ("c", "A", "b"):
            assert members.add(tx, group, name)
        assert not members.add(tx, group, "b")

    database.write("join", work)
    with database.read() as tx:
        assert ["A", "b", "c"] == [each.name for each in members.members_of(tx, group)]
        assert ["b"] == [each.name for each in members.members_of(tx, group, after="A", limit=1)]
        assert (3, 1) == (
            members.count_members(tx, group),
            members.count_containers(tx, ACCOUNT, EntityKind.GROUP, "b"),
        )
    assert database.write("leave", lambda tx: members.remove(tx, group, "b"))
    assert not database.write("leave", lambda tx: members.remove(tx, group, "b"))


def trusts(*names: str) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"AWS": [*names]}}})


def test_trust_policies_of_every_account_follow_a_user_to_another_name_and_keep_the_id_of_one_that_is_gone(
    database: Database,
) -> None:
    user, near = entity(EntityKind.USER, "ada"), entity(EntityKind.USER, "adam")
    here = entity(EntityKind.ROLE, "r", AssumeRolePolicyDocument=trusts(user.arn, near.arn))
    there = entity(EntityKind.ROLE, "r", account_id=OTHER, AssumeRolePolicyDocument=trusts(near.arn))
    kept(database, user, near, here, there)

    def trusted() -> list[list[str]]:
        with database.read() as tx:
            found = [entities.get_by_id(tx, role.entity_id) for role in (here, there)]
        texts = [each.document["AssumeRolePolicyDocument"] for each in found if each is not None]
        return [json.loads(text)["Statement"]["Principal"]["AWS"] for text in texts]

    moved = replace(user, path="/x/")
    database.write("move", lambda tx: entities.update(tx, moved, former_name="ada"))
    assert [[moved.arn, near.arn], [near.arn]] == trusted()
    database.write("delete", lambda tx: entities.delete(tx, near))
    assert [[moved.arn, near.entity_id], [near.entity_id]] == trusted()


def test_a_writer_waits_for_the_one_before_and_sees_what_it_wrote(database: Database) -> None:
    started, counted = threading.Barrier(4), list[int]()

    def work(tx: Tx) -> None:
        entities.lock(tx, ACCOUNT)
        number = entities.count(tx, ACCOUNT, EntityKind.ROLE)
        counted.append(number)
        entities.insert(tx, entity(EntityKind.ROLE, f"role-{number}"))

    def run() -> None:
        started.wait(timeout=10)
        database.write("race", work)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    with database.read() as tx:
        assert 4 == entities.count(tx, ACCOUNT, EntityKind.ROLE)
        assert 4 == deployment.number(tx, entities.COUNTER)
    assert [0, 1, 2, 3] == sorted(counted)
