"""A pool's file whose counts and digest fit, but that holds what cannot be right: it is refused by its line, and nothing comes of it."""

import base64
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cenote.crypto import jwt
from cenote.flows.transfer import contents, restoring
from cenote.flows.transfer.contents import checked
from cenote.flows.transfer.errors import TransferError
from cenote.flows.transfer.exporting import Progress
from cenote.flows.transfer.parts import PARTS
from cenote.storage import tables
from flows.test_transfer_files import sealed_up
from flows.transfer_cases import OTHER_KEY, Side, exported, fill, furnish, ignored, restored, side
from harness.clock import FakeClock
from harness.databases import Engines
from harness.people import make_pool, sign_in, signed_up

Lines = list[dict[str, Any]]
Bend = Callable[[Lines], None]
WRONG = "has values that cannot be right"


@pytest.fixture(scope="module")
def clock() -> FakeClock:
    """The hour of this module."""
    return FakeClock()


@pytest.fixture(scope="module")
def plain(engines: Engines, tmp_path_factory: pytest.TempPathFactory, clock: FakeClock) -> str:
    """The lines of a pool with something in every table."""
    folder = tmp_path_factory.mktemp("source")
    with side(engines, "sqlite", folder, clock) as source:
        pool = make_pool(source.endpoint)
        source.endpoint.signed.create_user_pool_client(UserPoolId=pool.id, ClientName="secret", GenerateSecret=True)
        furnish(source, pool, signed_up(pool))
        fill(source.services, pool.id, 2, groups=1, known=0)
        sign_in(pool)
        exported(source, pool.id, folder / "pool", ())
    return (folder / "pool").read_text()


@pytest.fixture(scope="module")
def empty(engines: Engines, tmp_path_factory: pytest.TempPathFactory, clock: FakeClock) -> Iterator[Side]:
    """An empty deployment with another master key."""
    with side(engines, "sqlite", tmp_path_factory.mktemp("empty"), clock, OTHER_KEY) as made:
        yield made


def bent(plain: str, path: Path, bend: Bend) -> Lines:
    lines: Lines = [json.loads(line) for line in plain.splitlines()]
    bend(lines)
    sealed_up(lines, path)
    return lines


def first(lines: Lines, name: str) -> dict[str, Any]:
    record: dict[str, Any] = next(line[name] for line in lines if name in line)
    return record


def with_(name: str, /, **members: object) -> Bend:
    """A change of the first record of that name."""

    def bend(lines: Lines) -> None:
        first(lines, name).update(members)

    bend.__name__ = f"{name} {members}"[:60]
    return bend


def in_document(name: str, /, **members: object) -> Bend:
    """A change of the document in the first record of that name."""

    def bend(lines: Lines) -> None:
        first(lines, name)["document"].update(members)

    bend.__name__ = f"{name} document {members}"[:60]
    return bend


def without(name: str, /, *members: str) -> Bend:
    """The first record of that name, without some members."""

    def bend(lines: Lines) -> None:
        for member in members:
            del first(lines, name)[member]

    bend.__name__ = f"{name} without {members}"
    return bend


def in_attributes(**members: object) -> Bend:
    """A change of the first user's attributes."""

    def bend(lines: Lines) -> None:
        first(lines, "users")["attributes"].update(members)

    bend.__name__ = f"attributes {members}"[:60]
    return bend


def another_id(lines: Lines) -> None:
    """Every row of a pool whose id is a path."""
    for line in lines:
        for record in line.values():
            if "pool_id" in record:
                record["pool_id"] = "../../x"


def nowhere(lines: Lines) -> None:
    """A pool that no region has, as its header says."""
    first(lines, "pools")["region"] = lines[0]["cenote-pool"]["region"] = ""


def another_s_public_key(lines: Lines) -> None:
    """A key whose public half is another key's."""
    record = first(lines, "signing_keys")
    record["public_jwk"] = jwt.public_jwk(record["kid"], jwt.new_signing_key())


def a_broken_key(lines: Lines) -> None:
    """A key whose numbers do not belong together."""
    record = first(lines, "signing_keys")
    der = bytearray(base64.b64decode(record["private_key"]))
    for place in (400, -600):
        der[place] ^= 1
    record["private_key"] = base64.b64encode(der).decode()


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


DEAR = b"\x02$argon2id$v=19$m=999999,t=9,p=1$MDEyMzQ1Njc4OWFiY2RlZg$MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY"
BENT: list[Bend] = [
    another_id, nowhere, another_s_public_key, a_broken_key,
    with_("pools", document={}), with_("pools", document=[]), with_("pools", document="x"), with_("pools", name=""),
    with_("pools", region="eu-west-1"), with_("pools", region=""), with_("pools", account_id="999999999999"),
    in_document("pools", LambdaConfig=None), in_document("pools", SchemaAttributes={}),
    in_document("pools", UserPoolTags={"a": 1}), in_document("pools", AliasAttributes="email"),
    in_document("pools", Policies={"PasswordPolicy": {"MinimumLength": "8"}}),
    in_document("pools", AccountRecoverySetting={"RecoveryMechanisms": [{}]}),
    with_("signing_keys", token_use="zzz"), with_("signing_keys", private_key=encoded(b"garbage")),
    with_("signing_keys", private_key=""), with_("signing_keys", public_jwk={"n": "AQ"}),
    with_("clients", document="x"), with_("clients", document=[]), with_("clients", document={}),
    with_("clients", client_id="../x"), in_document("clients", AccessTokenValidity=1, TokenValidityUnits={"AccessToken": "years"}),
    in_document("clients", AccessTokenValidity="1"), in_document("clients", CallbackURLs="https://x"),
    with_("client_secrets", secret=encoded(b"\xff")), with_("client_secrets", secret=""),
    with_("resources", kind="zzz"), with_("resources", document=[]), with_("resources", document={}),
    with_("resources", secrets=encoded(b"{")), with_("resources", name=""),
    with_("domains", domain="not a host"), with_("domains", document=[]), with_("domains", region="eu-west-1"),
    with_("groups", name=""), with_("groups", name="x" * 129),
    with_("users", sub=""), with_("users", sub="ada"), with_("users", username=""), with_("users", username="x" * 129),
    with_("users", attributes=[]), with_("users", attributes="x"), in_attributes(email=1), in_attributes(name=None),
    in_attributes(name="a\0b"), in_attributes(identities="{"), in_attributes(identities="[{}]"),
    with_("users", password=encoded(b"")), with_("users", password=encoded(b"\x01garbage")),
    with_("users", password=encoded(DEAR)), with_("users", password=encoded(b"\x02x")),
    with_("users", history=encoded(b"{")), with_("users", history=encoded(b'["AA=="]')),
    with_("memberships", sub="x"), with_("memberships", group_name=""),
    with_("links", sub=""), with_("links", document={}), with_("links", document=[]),
    with_("users", mfa=[]), with_("users", mfa="x"), with_("users", mfa={"enabled": 1}),
    with_("users", mfa={"enabled": ["SMS_MFA"], "preferred": "PIGEON"}),
    with_("users", mfa={"enabled": ["SMS_MFA"], "preferred": "EMAIL_OTP"}),
    with_("software_tokens", sub="x"), with_("software_tokens", secret=encoded(b"short")),
    with_("passkeys", sub="x"), with_("passkeys", credential_id=""), with_("passkeys", credential_id="a="),
    with_("passkeys", credential_id="A" * 1400), with_("passkeys", document={}), with_("passkeys", document=[]),
    in_document("passkeys", public_key="AAAA"), in_document("passkeys", public_key=7),
    in_document("passkeys", transports=[1]), in_document("passkeys", attachment=1),
    in_document("passkeys", is_backup_eligible="no"), in_document("passkeys", friendly_name=None),
    with_("devices", sub="x"), with_("devices", device_key="x"), with_("devices", group_key=""),
    with_("devices", status="lost"), with_("devices", document={}), in_document("devices", last_ip=None),
    in_document("devices", name=7), with_("devices", verifier=encoded(b"")),
    with_("devices", verifier=encoded(bytes([1, 1, 7]) + (1).to_bytes(384))),
    with_("devices", verifier=encoded(bytes([1, 1, 7]) + bytes(383) + b"\xff" * 2)),
    with_("software_tokens", pending=""), with_("software_tokens", pending=encoded(bytes(1000))),
    without("software_tokens", "secret", "pending"),
    with_("sessions", kind="TOKEN", session_id="tkn" + "a" * 25), with_("sessions", parent_id="tkn" + "b" * 25),
    with_("sessions", client_id=""), with_("sessions", client_id="../x"), with_("sessions", document=[]),
    with_("auth_events", created_at_ms=2), with_("auth_events", event_id="x"),
    in_document("auth_events", risk={"decision": "Block", "level": "Dire"}),
    in_document("auth_events", risk={"decision": "Block", "reasons": "x"}), in_document("auth_events", risk=None),
    in_document("auth_events", risk={"decision": "Block", "compromised": "no"}),
    in_document("auth_events", seen={"device_name": "x", "address": "fe80::1%eth0"}),
    in_document("auth_events", seen={"device_name": "x", "address": "::ffff:192.0.2.1"}),
    in_document("auth_events", seen={"device_name": "x", "place": {"latitude": True}}),
    in_document("auth_events", seen={"device_name": "x", "timezone": 7}), in_document("auth_events", seen=[]),
    in_document("auth_events", challenges={}), in_document("auth_events", challenges=[["Mfa"]]),
    in_document("auth_events", client_id=7), in_document("auth_events", feedback={}),
    in_document("auth_events", feedback={"value": "Perhaps", "provider": "Admin", "at_ms": 1}),
    in_document("auth_events", feedback={"value": "Valid", "provider": "Admin", "at_ms": 2**60}),
    in_document("auth_events", feedback={"value": "Valid", "provider": "Admin", "at_ms": True}),
    with_("refresh_tokens", details=[]), with_("refresh_tokens", details={"proofs": ["SMILE"]}),
    with_("refresh_tokens", details={"proofs": "PASSWORD"}), with_("refresh_tokens", details={"device_key": 7}),
    with_("sessions", sub="x"), with_("sessions", session_id="tkn" + "a" * 25), with_("sessions", kind="OTHER"),
    with_("sessions", session_id="sso"), in_document("sessions", device=7), in_document("sessions", other="x"),
    with_("auth_events", sub="x"), with_("auth_events", event_type="Other"), with_("auth_events", response="Maybe"),
    with_("auth_events", event_id="00000000-0002-7000-8000-000000000000"), with_("auth_events", document=[]),
    with_("auth_events", document={}), in_document("auth_events", challenges=[["Other", True]]),
    in_document("auth_events", challenges=[["Mfa", 1]]), in_document("auth_events", seen={}),
    in_document("auth_events", seen={"device_name": "x", "address": "nowhere"}),
    in_document("auth_events", seen={"device_name": "x", "place": {"other": 1}}),
    in_document("auth_events", seen={"device_name": "x", "place": {"latitude": "north"}}),
    in_document("auth_events", risk={"decision": "Other"}), in_document("auth_events", risk={"decision": "Block", "level": 1}),
    in_document("auth_events", feedback={"value": 1, "provider": "Admin", "at_ms": 1}),
]  # fmt: skip

STRANGER = "0a1b2c3d-0000-4000-8000-000000000009"
OF_USERS = [part.name for part in PARTS if "sub" in part.table.c and part.table is not tables.users]


@pytest.mark.parametrize("bend", BENT, ids=lambda bend: bend.__name__)
def test_what_readers_would_stumble_over_is_refused_by_its_line(plain: str, tmp_path: Path, bend: Bend) -> None:
    before: Lines = [json.loads(line) for line in plain.splitlines()]
    after = bent(plain, tmp_path / "pool", bend)
    line = next(
        number for number, pair in enumerate(zip(before, after, strict=True), 1) if number > 1 and pair[0] != pair[1]
    )
    name = next(iter(after[line - 1]))
    with pytest.raises(TransferError, match=f"^line {line}: the file is damaged: a record of {name} {WRONG}$"):
        checked(tmp_path / "pool", (), ignored)


@pytest.mark.parametrize(
    ("bend", "said"),
    [
        (with_("users", username="a\0b"), "a wrong username"),
        (with_("groups", description="\0"), "a wrong description"),
        (with_("users", created_at_ms=2**62), "a wrong created_at_ms"),
        (with_("users", created_at_ms=-1), "a wrong created_at_ms"),
        (with_("users", version=2**63 - 1), "a wrong version"),
        (with_("groups", precedence=2**40), "a wrong precedence"),
        (with_("users", version=2**70), "the file is damaged"),
        (in_document("clients", AccessTokenValidity=2**70), "the file is damaged"),
        (in_document("clients", AccessTokenValidity=float("inf")), "the file is damaged"),
        (with_("users", username="\ud800"), "the file is damaged"),
        (in_attributes(name="\udfff"), "the file is damaged"),
        (with_("users", status="ASLEEP"), "a status that this version of Cenote does not know"),
    ],
)
def test_what_no_database_holds_is_refused_by_its_line(plain: str, tmp_path: Path, bend: Bend, said: str) -> None:
    bent(plain, tmp_path / "pool", bend)
    with pytest.raises(TransferError, match=rf"^line [1-9][0-9]*: .*{said}"):
        checked(tmp_path / "pool", (), ignored)


@pytest.mark.parametrize("kept", [[], ["id"], ["access"]])
def test_a_pool_needs_a_signing_key_of_each_use(plain: str, tmp_path: Path, kept: list[str]) -> None:
    def bend(lines: Lines) -> None:
        lines[:] = [line for line in lines if "signing_keys" not in line or line["signing_keys"]["token_use"] in kept]

    bent(plain, tmp_path / "pool", bend)
    with pytest.raises(TransferError, match="does not hold a signing key of each use"):
        checked(tmp_path / "pool", (), ignored)


@pytest.mark.parametrize("name", OF_USERS)
def test_what_is_of_nobody_in_the_file_is_refused_by_its_line(plain: str, tmp_path: Path, name: str) -> None:
    lines = bent(plain, tmp_path / "pool", with_(name, sub=STRANGER))
    line = next(number for number, each in enumerate(lines, 1) if name in each)
    said = f"^line {line}: the file is damaged: a record of {name} is of a user who is not in it$"
    with pytest.raises(TransferError, match=said):
        checked(tmp_path / "pool", (), ignored)


@pytest.mark.parametrize(
    "bend",
    [
        with_("refresh_tokens", details={"proofs": ["PASSWORD", "SOFTWARE_TOKEN"], "device_key": "us-east-1_0a"}),
        with_("sessions", kind="TOKEN", session_id="tkn" + "a" * 25, origin_jti="x", parent_id="sso" + "b" * 25),
        in_document("auth_events", seen={"device_name": "x", "address": "2001:db8::1"}),
        in_document("auth_events", risk={"decision": "NoRisk"}),
    ],
    ids=lambda bend: bend.__name__,
)
def test_what_we_write_ourselves_passes(plain: str, tmp_path: Path, bend: Bend) -> None:
    bent(plain, tmp_path / "pool", bend)
    assert "us-east-1" == checked(tmp_path / "pool", (), ignored).header.region


def test_what_is_as_it_was_written_passes_and_shows_no_secret(plain: str, tmp_path: Path) -> None:
    (tmp_path / "pool").write_text(plain)
    read = checked(tmp_path / "pool", (), ignored)
    assert read.few["client_secrets"][0]["sealed_secret"]
    assert "sealed" not in repr(read)
    assert repr(read.header) in repr(read)


def test_a_crafted_file_leaves_nothing_behind_and_the_account_s_pools_are_listed(
    plain: str, empty: Side, tmp_path: Path
) -> None:
    for bend in (with_("pools", document={}), with_("pools", region="")):
        bent(plain, tmp_path / "pool", bend)
        with pytest.raises(TransferError):
            restored(empty, tmp_path / "pool", ())
    assert [] == [table.name for table in NAMED if empty.rows(table)]
    assert [] == empty.endpoint.signed.list_user_pools(MaxResults=10)["UserPools"]


@pytest.fixture
def place(engines: Engines, engine: str, tmp_path: Path, clock: FakeClock) -> Iterator[Side]:
    """An empty deployment on the engine under test."""
    with side(engines, engine, tmp_path / "state", clock, OTHER_KEY) as made:
        yield made


@pytest.mark.parametrize("where", ["users", "groups"])
def test_what_only_the_database_refuses_is_said_in_one_sentence(
    plain: str, place: Side, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    # As if a check were missing: half a character, which no engine takes.
    def unfit(path: Path, openers: Any, progress: Progress) -> contents.Contents:
        read = checked(path, openers, progress)
        if where == "groups":
            for row in read.few["groups"]:
                assert isinstance(row, dict)
                row["description"] = "\ud800"
        return read

    def changed(path: Path, openers: Any, read: contents.Contents, progress: Progress) -> Iterator[Any]:
        for part, row in contents.bulk_rows(path, openers, read, progress):
            yield part, {**row, "username": "\ud800"} if where == part.name == "users" else row

    (tmp_path / "pool").write_text(plain)
    monkeypatch.setattr(restoring, "checked", unfit)
    monkeypatch.setattr(restoring, "bulk_rows", changed)
    with pytest.raises(
        TransferError, match="a value that this deployment's database cannot hold: nothing was restored"
    ):
        restored(place, tmp_path / "pool", ())
    assert [] == [table.name for table in NAMED if place.rows(table)]


NAMED = [table for table in tables.metadata.sorted_tables if "pool_id" in table.c]
