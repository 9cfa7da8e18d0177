"""A server or a database that is killed at any instant loses no write that it acknowledged, and leaves none by half."""

import os
import random
import signal
import threading
from pathlib import Path

import pytest
from sqlalchemy import delete

from cenote.base.settings import load
from cenote.storage.tables import metadata
from durability.crash import crash, start_again
from durability.ledger import Ledger, Load, Person
from durability.wholeness import assert_kept, assert_whole, opened
from harness import server
from harness.databases import PostgreSQL
from harness.in_process import InProcess
from harness.people import PASSWORD, make_pool, sign_up

CLIENTS = 4
MASTER_KEY = "5e" * 32
# Kills of the server. PostgreSQL commits as it does whoever asks, so the servers' part is proved with fewer.
ROUNDS = {"sqlite": 10, "postgresql": 4}


def kill(running: server.Server) -> None:
    """End every process of the server at once, without a word."""
    os.killpg(running.process.pid, signal.SIGKILL)
    running.process.wait()


@pytest.mark.slow
def test_no_acknowledged_write_is_lost_when_the_server_is_killed(
    engine: str, database_url: str, tmp_path: Path
) -> None:
    instants = random.Random(20)
    ledger = Ledger()
    chosen = {"database_url": database_url, "master_key": MASTER_KEY}
    settings = load({f"CENOTE_{name.upper()}": value for name, value in chosen.items()}, None)
    pool = None
    killed = 0
    for _ in range(ROUNDS[engine]):
        with server.running(tmp_path, **chosen) as running:
            pool = pool or make_pool(running)
            with opened(settings) as services:
                assert_whole(services, pool.id)
                assert_kept(services, pool.id, ledger)
            before = ledger.acknowledged
            with Load(ledger, running, pool.id, pool.client_id, clients=CLIENTS) as writing:
                ledger.wait_for(instants.randint(1, 60))
                threading.Event().wait(instants.uniform(0, 0.02))
                writing.ends()
                kill(running)
            killed += 1
            assert ledger.acknowledged > before
    assert pool is not None
    assert ROUNDS[engine] == killed
    with server.running(tmp_path, **chosen), opened(settings) as services:
        assert_whole(services, pool.id)
        assert_kept(services, pool.id, ledger)
    print(f"{killed} kills, {ledger.acknowledged} acknowledged writes, {len(ledger.people)} users")


@pytest.mark.slow
@pytest.mark.postgresql
def test_no_acknowledged_write_is_lost_when_postgresql_is_killed(durable: PostgreSQL, tmp_path: Path) -> None:
    ledger = Ledger()
    with durable.fresh(tmp_path) as url, server.running(tmp_path, database_url=url, master_key=MASTER_KEY) as running:
        here = load({"CENOTE_DATABASE_URL": url, "CENOTE_MASTER_KEY": MASTER_KEY}, None)
        pool = make_pool(running)
        with Load(ledger, running, pool.id, pool.client_id, clients=CLIENTS) as writing:
            ledger.wait_for(60)
            writing.ends()
            crash(durable.cluster)
        start_again(durable.cluster)
        # The server was not touched: it finds its way back by itself.
        with opened(here) as services:
            assert_whole(services, pool.id)
            assert_kept(services, pool.id, ledger)
        with Load(ledger, running, pool.id, pool.client_id, clients=CLIENTS) as writing:
            ledger.wait_for(20)
            writing.ends()
        with opened(here) as services:
            assert_whole(services, pool.id)
            assert_kept(services, pool.id, ledger)


@pytest.mark.parametrize("table", ["users", "sign_in_names", "search_values", "codes", "outbox"])
def test_what_is_lost_by_half_is_noticed(in_process: InProcess, table: str) -> None:
    pool = make_pool(in_process)
    ledger = Ledger()
    ledger.acknowledge(Person("ada", password=PASSWORD), sub=sign_up(pool))
    services = in_process.services
    assert_whole(services, pool.id)
    assert_kept(services, pool.id, ledger)
    services.database.write("lose", lambda tx: tx.execute(delete(metadata.tables[table])))
    with pytest.raises(AssertionError):
        assert_whole(services, pool.id)


LOST = [{"password": "Another-Horse-8"}, {"status": "CONFIRMED"}, {"nickname": "one"}, {"refresh_token": "x"}]


@pytest.mark.parametrize("lost", LOST, ids=lambda lost: next(iter(lost)))
def test_a_lost_write_is_noticed(in_process: InProcess, lost: dict[str, str]) -> None:
    pool = make_pool(in_process)
    ledger = Ledger()
    ada = Person("ada", password=PASSWORD)
    ledger.acknowledge(ada, sub=sign_up(pool))
    assert_kept(in_process.services, pool.id, ledger)
    ledger.acknowledge(ada, **lost)
    with pytest.raises(AssertionError):
        assert_kept(in_process.services, pool.id, ledger)
