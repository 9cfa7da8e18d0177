"""Whether a database holds whole things only: users with their names, what they are searched by, their codes and messages."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import func, select, text

from cenote.app import build_services
from cenote.base.settings import Settings
from cenote.flows import codes, passwords
from cenote.flows.services import Services
from cenote.model.names import search_values_of, sign_in_names_of
from cenote.model.pool import Pool
from cenote.model.user import User, UserStatus
from cenote.storage import tables, users
from cenote.storage.database import Tx
from durability.ledger import Ledger

OWNED = (
    tables.sign_in_names,
    tables.search_values,
    tables.refresh_tokens,
    tables.memberships,
    tables.software_tokens,
    tables.passkeys,
    tables.devices,
    tables.sessions,
    tables.auth_events,
)


@contextmanager
def opened(settings: Settings) -> Iterator[Services]:
    """The database of a running or ended server, as the server knows it."""
    services = build_services(settings)
    try:
        yield services
    finally:
        services.database.close()


def assert_whole(services: Services, pool_id: str) -> None:
    """Fail when anything in the pool is there by half."""
    pool = services.directory.require_pool(pool_id)
    with services.database.read() as tx:
        if services.database.is_sqlite:
            assert ["ok"] == list(tx.execute(text("PRAGMA integrity_check")).scalars())
        everybody = {row.sub: users.record_of(row) for row in tx.execute(select(tables.users))}
        _assert_names(tx, pool, everybody)
        _assert_codes(tx, everybody)
        for table in OWNED:
            owners = set(tx.execute(select(table.c.sub).distinct()).scalars())
            assert set() == owners - everybody.keys(), f"{table.name} of nobody"
    for user in everybody.values():
        assert passwords.record_of(services, user) is not None, f"{user.username} has no password"


def assert_kept(services: Services, pool_id: str, ledger: Ledger) -> None:
    """Fail when an acknowledged write is not there, or something is that nobody asked for."""
    assert [] == ledger.faults
    pool = services.directory.require_pool(pool_id)
    with services.database.read() as tx:
        found = {row.username: users.record_of(row) for row in tx.execute(select(tables.users))}
        sessions = Counter(tx.execute(select(tables.refresh_tokens.c.sub)).scalars())
    assert set() == ledger.people.keys() - found.keys(), "acknowledged users are lost"
    assert set() == found.keys() - ledger.people.keys() - set(ledger.unanswered), "users whom nobody asked for"
    for name, person in ledger.people.items():
        user = found[name]
        assert person.sub == user.sub
        assert person.may_be("status", user.status.value), (name, user.status)
        assert person.may_be("nickname", user.attributes.get("nickname")), (name, user.attributes)
        assert (person.refresh_token is not None) <= sessions[user.sub], f"the sign-in of {name} is lost"
        candidates = (person.password, person.asked.get("password", ""))
        assert any(passwords.is_right(services, pool, user, each) for each in candidates if each), name


def _assert_names(tx: Tx, pool: Pool, everybody: dict[str, User]) -> None:
    names, searched = defaultdict(set), defaultdict(set)
    for row in tx.execute(select(tables.sign_in_names)):
        names[row.sub].add((row.kind, row.value))
    for row in tx.execute(select(tables.search_values)):
        searched[row.sub].add((row.attribute, row.value))
    assert {sub: set(sign_in_names_of(pool, user)) for sub, user in everybody.items()} == names
    assert {sub: set(search_values_of(pool, user)) for sub, user in everybody.items()} == searched


def _assert_codes(tx: Tx, everybody: dict[str, User]) -> None:
    """Who waits for confirmation has a code, nobody else has; everybody was sent one message."""
    of_purpose = select(tables.codes.c.subject).where(tables.codes.c.purpose == codes.SIGN_UP)
    waiting = {sub for sub, user in everybody.items() if user.status is UserStatus.UNCONFIRMED}
    assert waiting == set(tx.execute(of_purpose).scalars())
    sent = select(tables.outbox.c.username, func.count()).group_by(tables.outbox.c.username)
    assert {user.username: 1 for user in everybody.values()} == dict(list(map(tuple, tx.execute(sent))))
