"""Who has the database, its files or the log, but not the master key, has no secret."""

import random
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_der_private_key
from sqlalchemy import select, text

from cenote.app import build_services
from cenote.base.settings import load
from cenote.crypto import codes, passwords
from cenote.flows import passwords as flow_passwords
from cenote.flows import users
from cenote.flows.deployment import prepare
from cenote.flows.services import Services
from cenote.storage import tables
from cenote.storage.database import Database
from cenote.storage.sealed_columns import SEALED_COLUMNS, page
from durability import dumps, scenario
from durability.treasure import Treasure, forms_of
from harness import server
from harness.people import Pool, sign_up

BREAKING = {
    "sqlite": "CREATE TRIGGER broken BEFORE INSERT ON users BEGIN SELECT RAISE(ABORT, 'broken'); END",
    "postgresql": "ALTER TABLE users ADD CONSTRAINT broken CHECK (version < 0) NOT VALID",
}
LATE = "late@example.com"
# The state of a challenge that has none.
NOTHING = b"{}"
# The purposes of derived keys.
PURPOSES = ("code digests", "unknown names", "fake users", "token srp", "device group keys", "device rounds")
# The password that each user has at the end.
LAST_PASSWORDS = {
    "ada": "ada's third password",
    "idle": "idle's password",
    "bob": "bob's set password",
    "cyd": "cyd's temporary password",
    "dan": "dan's password",
    "eve": "eve's password",
    "hal": "hal's password",
}


@dataclass
class Loot:
    """What there is to search, the secrets to search for, and what opens with the master key."""

    treasure: Treasure
    dump: bytes
    files: bytes
    log: bytes
    opened: bytes
    digests: set[bytes]


@pytest.fixture(params=["json", "console"])
def loot(request: pytest.FixtureRequest, engine: str, database_url: str, tmp_path: Path) -> Loot:
    """A database after the scenario, and all that was logged meanwhile."""
    treasure = Treasure()
    settings = {
        "data": str(tmp_path),
        "database_url": _with_password(database_url, treasure),
        "mode": "development",
        "log_format": request.param,
        "log_level": "debug",
        "master_key": treasure.add("the master key in hex", f"{random.getrandbits(256):064x}"),
        "root_access_key_id": "AKIADUMPS0ROOT0KEY00",
        "root_secret_access_key": treasure.add("the root key", f"{random.getrandbits(160):040x}", kept=True),
        "smtp_url": f"smtp://mail:{treasure.add('the SMTP password', f'{random.getrandbits(64):x}')}@127.0.0.1:9",
        "mail_from": "no-reply@example.com",
        "message_delivery": "send",
        "sms_webhook_url": "http://127.0.0.1:9/",
        "sms_webhook_secret": treasure.add("the webhook's secret", f"{random.getrandbits(128):032x}"),
    }
    treasure.add("the master key", bytes.fromhex(settings["master_key"]))
    chosen = load({f"CENOTE_{name.upper()}": value for name, value in settings.items()}, None)
    # The first start shows the root key to whoever starts it; this is about every later one.
    prepare(chosen)
    read_files = dumps.files_of(database_url)
    with server.running(tmp_path, **settings) as running:
        running.access_key_id = settings["root_access_key_id"]
        running.secret_access_key = settings["root_secret_access_key"]
        pools = scenario.live(running, treasure)
        dump, files = dumps.dump_of(database_url), read_files()
        _break(database_url, engine)
        for pool in pools:
            password = treasure.add(f"a late password in {pool.id}", scenario.new_password())
            scenario.refused(sign_up, pool, "late", password, email=LATE)
    services = build_services(chosen)
    try:
        opened = _opened(services)
        _note_stored(services, treasure, opened)
        _assert_stored(services, treasure, pools)
        digests = _digests(services.database)
    finally:
        services.database.close()
    log = running.log_text().encode()
    return Loot(treasure, dump, files + read_files(), log, b"\n".join(value for _, value in opened), digests)


def test_a_dump_holds_no_secret_and_neither_do_the_files_nor_the_log(loot: Loot) -> None:
    assert [] == loot.treasure.found_in(loot.dump)
    assert [] == loot.treasure.found_in(loot.files)
    assert [] == loot.treasure.found_in(loot.log)
    # No secret, but whose log is it? What fails is told without the values that it failed with.
    assert LATE.encode() not in loot.log
    # What was searched is what there is, the secrets were there, and the search finds what is there.
    for hay in (loot.dump, loot.files):
        assert b"ada@example.com" in hay
    for word in (b"SignUp", b"InitiateAuth", b"Traceback", b"broken", b"delivery_failed"):
        assert word in loot.log
    kept = {entry.rpartition(" (")[0] for entry in loot.treasure.found_in(loot.opened)}
    assert set() == loot.treasure.kept - kept
    for name, secret in loot.treasure.secrets.items():
        if name.endswith(("RefreshToken", "session")) and not name.startswith("part"):
            assert codes.token_digest(secret.decode()) in loot.digests, name


def test_the_search_finds_every_form_of_a_secret() -> None:
    for secret in (b"123456", b"Correct-Horse-7", bytes(range(200, 232))):
        treasure = Treasure({"it": secret})
        assert [] == treasure.found_in(bytes(500) + b"1234567 0123456" + b"x" * 500)
        for form, needle in forms_of(secret):
            assert any(form in found for found in treasure.found_in(b"{ " + needle + b" }")), form


def _with_password(url: str, treasure: Treasure) -> str:
    """The URL with a password in it, which the test's PostgreSQL does not ask for."""
    if url.startswith("sqlite"):
        return url
    password = treasure.add("the database's password", f"{random.getrandbits(64):016x}")
    return url.replace("://cenote@", f"://cenote:{password}@")


def _break(url: str, engine: str) -> None:
    """From here on no user can be written, and the server has something to complain about."""
    database = Database(url)
    try:
        database.write("break", lambda tx: tx.execute(text(BREAKING[engine])))
    finally:
        database.close()


def _opened(services: Services) -> list[tuple[str, bytes]]:
    """Every sealed value, opened, with the column's name."""
    values = []
    for column in SEALED_COLUMNS:
        with services.database.read() as tx:
            rows = page(tx, column, after=None, limit=1000)
        assert rows, f"{column.table.name}.{column.name} was never written"
        values += [(column.name, services.keys.open(row.sealed, column.context_of(row.key))) for row in rows]
    return values


def _note_stored(services: Services, treasure: Treasure, opened: list[tuple[str, bytes]]) -> None:
    """What no client sees: opened columns as they are, the numbers of signing keys, verifiers, hashes, derived keys."""
    for place, (column, value) in enumerate(opened):
        if value == NOTHING:
            continue
        treasure.add(f"{column} {place}", value)
        if column == "sealed_private_key":
            _note_signing_key(treasure, place, value)
        elif column == "sealed_password":
            _note_record(treasure, place, passwords.decode(value))
    for purpose in PURPOSES:
        treasure.add(f"the key for {purpose}", services.keys.derived(purpose))


def _note_signing_key(treasure: Treasure, place: int, der: bytes) -> None:
    key = load_der_private_key(der, None)
    assert isinstance(key, RSAPrivateKey)
    numbers = key.private_numbers()
    for name in ("d", "p", "q", "dmp1", "dmq1", "iqmp"):
        treasure.add_number(f"{name} of signing key {place}", getattr(numbers, name))
    for form in (PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL):
        pem = key.private_bytes(Encoding.PEM, form, NoEncryption())
        # Its first lines are the public half.
        treasure.add(f"the PEM of signing key {place} in {pem.splitlines()[0].decode()}", pem.splitlines()[-4])


def _note_record(treasure: Treasure, place: int, record: passwords.PasswordRecord) -> None:
    if isinstance(record, passwords.SrpRecord):
        treasure.add_number(f"verifier {place}", int.from_bytes(record.verifier))
    else:
        treasure.add(f"hash {place}", record.phc.rpartition("$")[2])


def _assert_stored(services: Services, treasure: Treasure, pools: list[Pool]) -> None:
    """The passwords are those that the records are about: what was looked for was really there, sealed."""
    for name, whose in LAST_PASSWORDS.items():
        pool = services.directory.require_pool(pools[name == "eve"].id)
        with services.database.read() as tx:
            user = users.require(services, tx, pool, name)
        assert flow_passwords.is_right(services, pool, user, treasure.secrets[whose].decode()), name


def _digests(database: Database) -> set[bytes]:
    columns = (tables.refresh_tokens.c.token_digest, tables.challenges.c.session_digest, tables.spent.c.digest)
    with database.read() as tx:
        return {bytes(digest) for column in columns for digest in tx.execute(select(column)).scalars()}
