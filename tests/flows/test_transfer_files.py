"""A pool's file: what it looks like, who opens it, and that nothing comes of one that is not as it was written."""

import base64
import errno
import gzip
import hashlib
import io
import json
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from cenote.crypto.age import AgeReader, Passphrase, new_identity
from cenote.flows.transfer.errors import TransferError
from cenote.flows.transfer.files import lock_of, new_file
from cenote.storage import tables
from flows.transfer_cases import OTHER_KEY, PASSPHRASE, Side, exported, fill, restored, side
from harness.clock import FakeClock
from harness.databases import Engines
from harness.people import make_pool

Lines = list[dict[str, Any]]


@pytest.fixture(scope="module")
def clock() -> FakeClock:
    """The hour of this module, for both deployments and for clients of them."""
    return FakeClock()


@pytest.fixture(scope="module")
def source(engines: Engines, tmp_path_factory: pytest.TempPathFactory, clock: FakeClock) -> Iterator[Side]:
    """A deployment with one pool of four users, which no test changes."""
    with side(engines, "sqlite", tmp_path_factory.mktemp("source"), clock) as made:
        pool = make_pool(made.endpoint, client={"GenerateSecret": True})
        fill(made.services, pool.id, 4, groups=2, known=1)
        yield made


@pytest.fixture(scope="module")
def empty(engines: Engines, tmp_path_factory: pytest.TempPathFactory, clock: FakeClock) -> Iterator[Side]:
    """An empty deployment with another master key."""
    with side(engines, "sqlite", tmp_path_factory.mktemp("empty"), clock, OTHER_KEY) as made:
        yield made


@pytest.fixture
def target(empty: Side) -> Iterator[Side]:
    """The empty deployment, which a test must leave empty."""
    yield empty
    named = [table for table in tables.metadata.sorted_tables if "pool_id" in table.c]
    assert [] == [table.name for table in named if empty.rows(table)]


def pool_of(source: Side) -> str:
    """The id of the one pool."""
    [row] = source.rows(tables.pools)
    return str(row["pool_id"])


def plain_lines(source: Side, path: Path) -> Lines:
    """The lines of a plain export."""
    exported(source, pool_of(source), path, ())
    return [json.loads(line) for line in path.read_text().splitlines()]


def sealed_up(lines: Lines, path: Path) -> None:
    """Write lines with counts and a digest that fit them."""
    body = [line for line in lines[1:] if "end" not in line]
    names = [next(iter(line)) for line in body]
    counts = {name: names.count(name) for name in names}
    lines[0].get("cenote-pool", {})["rows"] = counts
    text = "".join(json.dumps(line) + "\n" for line in [lines[0], *body])
    end = {"end": {"rows": counts, "sha256": hashlib.sha256(text.encode()).hexdigest()}}
    path.write_text(text + json.dumps(end) + "\n")


def test_a_plain_file_is_json_lines_between_a_header_and_a_trailer(source: Side, tmp_path: Path) -> None:
    lines = plain_lines(source, tmp_path / "pool")
    [(_, header)] = lines[0].items()
    counts = {"pools": 1, "signing_keys": 2, "clients": 1, "client_secrets": 1, "groups": 2, "users": 4}
    memberships = len(source.rows(tables.memberships))

    assert {"version", "pool_id", "account_id", "region", "exported_at_ms", "made_by", "rows"} == header.keys()
    assert (1, pool_of(source), "us-east-1") == (header["version"], header["pool_id"], header["region"])
    assert {**counts, "memberships": memberships} == {name: count for name, count in header["rows"].items() if count}
    assert {**counts, "memberships": memberships} == lines[-1]["end"]["rows"]
    text = (tmp_path / "pool").read_bytes()
    before = text[: text.rindex(b"\n", 0, -1) + 1]
    assert hashlib.sha256(before).hexdigest() == lines[-1]["end"]["sha256"]


def test_secrets_stand_opened_under_their_own_names(source: Side, tmp_path: Path) -> None:
    lines = plain_lines(source, tmp_path / "pool")
    user = next(line["users"] for line in lines if "users" in line)
    [row] = [row for row in source.rows(tables.users) if row["sub"] == user["sub"]]
    assert row["sealed_password"] == base64.b64decode(user["password"])
    assert {"name", "email", "email_verified", "given_name"} == user["attributes"].keys()
    assert "sealed" not in (tmp_path / "pool").read_text()
    assert "temporary_until_ms" not in user


def test_an_encrypted_file_is_the_same_lines_packed_and_locked(source: Side, tmp_path: Path) -> None:
    exported(source, pool_of(source), tmp_path / "plain", ())
    exported(source, pool_of(source), tmp_path / "locked")
    opened = AgeReader(io.BytesIO((tmp_path / "locked").read_bytes()), [PASSPHRASE])
    assert (tmp_path / "plain").read_bytes() == gzip.decompress(io.BufferedReader(opened).read())
    assert ["none", "passphrase"] == [lock_of(tmp_path / "plain"), lock_of(tmp_path / "locked")]


def test_a_file_is_its_owner_s_alone_and_replaces_none_unasked(source: Side, tmp_path: Path) -> None:
    path = tmp_path / "pool"
    before = os.umask(0)
    try:
        exported(source, pool_of(source), path)
    finally:
        os.umask(before)
    content = path.read_bytes()
    assert 0o600 == stat.S_IMODE(path.stat().st_mode)
    with pytest.raises(TransferError, match="is there already; --force replaces it"):
        exported(source, pool_of(source), path)
    with new_file(path, replace=True) as file:
        file.write(b"new")
        assert content == path.read_bytes()
    assert b"new" == path.read_bytes()


@pytest.mark.parametrize("has_links", [True, False])
@pytest.mark.parametrize("is_there", [True, False])
def test_a_file_that_appears_in_the_last_moment_is_not_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_links: bool, is_there: bool
) -> None:
    path, link = tmp_path / "pool", os.link

    def late(fresh: Path, name: Path) -> None:
        if is_there:
            path.write_text("theirs")
        if not has_links:
            raise PermissionError(errno.EPERM, "no links here")
        link(fresh, name)

    monkeypatch.setattr(os, "link", late)
    with ExitStack() as expecting:
        if is_there:
            expecting.enter_context(pytest.raises(TransferError, match="is there already; --force replaces it"))
        with new_file(path, replace=False) as file:
            file.write(b"ours")
    assert ("theirs" if is_there else "ours") == path.read_text()
    assert [path] == list(tmp_path.iterdir())


@pytest.mark.parametrize("replace", [True, False])
def test_the_name_of_a_file_is_on_disk_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, replace: bool) -> None:
    synced: list[tuple[bool, bool]] = []
    path, sync = tmp_path / "pool", os.fsync

    def noted(descriptor: int) -> None:
        synced.append((stat.S_ISDIR(os.fstat(descriptor).st_mode), path.exists()))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", noted)
    with new_file(path, replace=replace) as file:
        file.write(b"ours")
    assert [(False, False), (True, True)] == synced


def test_nothing_stays_of_an_export_that_breaks_off(target: Side, tmp_path: Path) -> None:
    pool = make_pool(target.endpoint)
    fill(target.services, pool.id, 600, groups=1, known=0)

    def breaking(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    before = set(tmp_path.iterdir())
    with pytest.raises(KeyboardInterrupt):
        exported(target, pool.id, tmp_path / "pool", progress=breaking)
    assert before == set(tmp_path.iterdir())
    target.endpoint.signed.delete_user_pool(UserPoolId=pool.id)


def test_a_key_opens_what_was_written_for_it(source: Side, target: Side, tmp_path: Path) -> None:
    identity, other = new_identity(), new_identity()
    path = tmp_path / "pool"
    exported(source, pool_of(source), path, (other.recipient, identity.recipient))
    assert "key" == lock_of(path)
    with pytest.raises(TransferError, match="no key that was given opens the file"):
        restored(target, path, (new_identity(),))
    restored(target, path, (identity,))
    target.endpoint.signed.delete_user_pool(UserPoolId=pool_of(source))


def test_a_plain_file_that_was_packed_is_read(source: Side, target: Side, tmp_path: Path) -> None:
    plain_lines(source, tmp_path / "pool")
    (tmp_path / "pool.gz").write_bytes(gzip.compress((tmp_path / "pool").read_bytes()))
    header = restored(target, tmp_path / "pool.gz", ())
    assert pool_of(source) == header.pool_id
    assert source.rows(tables.users) == target.rows(tables.users)
    target.endpoint.signed.delete_user_pool(UserPoolId=pool_of(source))


def test_a_wrong_passphrase_is_said_to_be_wrong(source: Side, target: Side, tmp_path: Path) -> None:
    exported(source, pool_of(source), tmp_path / "pool")
    with pytest.raises(TransferError, match="the passphrase is wrong"):
        restored(target, tmp_path / "pool", (Passphrase("another"),))


@pytest.mark.parametrize("form", ["locked", "plain", "packed"])
def test_a_file_that_was_cut_off_is_refused(source: Side, target: Side, tmp_path: Path, form: str) -> None:
    path = tmp_path / "pool"
    exported(source, pool_of(source), path, (PASSPHRASE,) if form == "locked" else ())
    content = path.read_bytes() if form != "packed" else gzip.compress(path.read_bytes())
    for end in (0, 1, 10, 30, 200, len(content) // 2, len(content) - 100, len(content) - 2, len(content) - 1):
        path.write_bytes(content[:end])
        with pytest.raises(TransferError):
            restored(target, path)


@pytest.mark.parametrize("form", ["locked", "plain"])
def test_a_file_with_a_changed_byte_is_refused(source: Side, target: Side, tmp_path: Path, form: str) -> None:
    path = tmp_path / "pool"
    exported(source, pool_of(source), path, (PASSPHRASE,) if form == "locked" else ())
    content = path.read_bytes()
    for place in range(0, len(content), len(content) // 60):
        changed = bytearray(content)
        changed[place] ^= 4
        path.write_bytes(changed)
        with pytest.raises(TransferError):
            restored(target, path)


def _version(lines: Lines) -> None:
    lines[0]["cenote-pool"]["version"] = 2


def _no_header(lines: Lines) -> None:
    lines[0] = {"something": {"version": 1}}


def _unknown_table(lines: Lines) -> None:
    lines.insert(-1, {"thoughts": {"pool_id": "x"}})


def _unknown_column(lines: Lines) -> None:
    next(line["users"] for line in lines if "users" in line)["mood"] = "on"


def _no_column(lines: Lines) -> None:
    del next(line["users"] for line in lines if "users" in line)["username"]


def _wrong_type(lines: Lines) -> None:
    next(line["users"] for line in lines if "users" in line)["enabled"] = 1


def _wrong_status(lines: Lines) -> None:
    next(line["users"] for line in lines if "users" in line)["status"] = "ASLEEP"


def _no_base64(lines: Lines) -> None:
    next(line["users"] for line in lines if "users" in line)["password"] = "?"


def _too_long(lines: Lines) -> None:
    next(line["memberships"] for line in lines if "memberships" in line)["sub"] = "x" * 65


def _other_pool(lines: Lines) -> None:
    next(line["groups"] for line in lines if "groups" in line)["pool_id"] = "us-east-1_Victim"


def _other_client(lines: Lines) -> None:
    next(line["client_secrets"] for line in lines if "client_secrets" in line)["client_id"] = "victim"


def _two_pools(lines: Lines) -> None:
    lines.insert(1, lines[1])


def _no_pool(lines: Lines) -> None:
    del lines[1]


def _order(lines: Lines) -> None:
    lines.insert(-1, lines[2])


def _twice(lines: Lines) -> None:
    lines.insert(-1, lines[-2])


BENT: list[tuple[Callable[[Lines], None], str]] = [
    (_version, "the file has format 2, and this version of Cenote reads 1"),
    (_no_header, "not a pool's file"),
    (_unknown_table, "records of thoughts, which this version of Cenote does not know"),
    (_unknown_column, "a record of users has mood, which this version of Cenote does not know"),
    (_no_column, "a record of users has no username"),
    (_wrong_type, "a wrong enabled"),
    (_wrong_status, "a status that this version of Cenote does not know"),
    (_no_base64, "a wrong password"),
    (_too_long, "a wrong sub"),
    (_other_pool, "a record of groups is of another pool"),
    (_other_client, "a record of client_secrets is of another pool"),
    (_two_pools, "does not hold one pool"),
    (_no_pool, "does not hold one pool"),
    (_order, "records of signing_keys, out of their order"),
    (_twice, "an id of it was taken meanwhile: nothing was restored"),
]


@pytest.mark.parametrize(("bend", "reason"), BENT, ids=[bend.__name__ for bend, _ in BENT])
def test_lines_that_are_not_a_pool_s_are_refused(
    source: Side, target: Side, tmp_path: Path, bend: Callable[[Lines], None], reason: str
) -> None:
    lines = plain_lines(source, tmp_path / "pool")
    bend(lines)
    sealed_up(lines, tmp_path / "bent")
    with pytest.raises(TransferError, match=reason):
        restored(target, tmp_path / "bent", ())


@pytest.mark.parametrize(
    "content",
    [b"", b"\n", b"hello\n", b"[]\n", b'{"cenote-pool": {"version": 1}}\n', b'{"cenote-pool": 1}\n', b"\x1f\x8b",
     b"[" * 100_000 + b"\n", b"age-encryption.org/v1\n", b"age-encryption.org/v2\n", b"\xff\xfe\n",
     b'{"cenote-pool":{"version":1,"pool_id":"x","account_id":"","region":"","exported_at_ms":1,"made_by":"","rows":[]}}\n'],
)  # fmt: skip
def test_what_is_no_pool_s_file_is_refused(target: Side, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "pool").write_bytes(content)
    with pytest.raises(TransferError):
        restored(target, tmp_path / "pool")


def test_counts_and_digest_must_fit_and_nothing_may_follow(source: Side, target: Side, tmp_path: Path) -> None:
    path = tmp_path / "pool"
    lines = plain_lines(source, path)
    text = path.read_text()
    del lines[-2]
    fewer = "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines)
    for bent, reason in (
        (fewer, "records are missing or too many"),
        (text.replace("user-000001@", "user-000009@"), "its digest is another one"),
        (text + "\n", "something follows its end"),
    ):
        path.write_text(bent)
        with pytest.raises(TransferError, match=reason):
            restored(target, path, ())
