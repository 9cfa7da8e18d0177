"""`cenote search index` that is killed at any instant is taken up by the next one, while people go on signing up."""

import os
import random
import signal
import threading
import time
from pathlib import Path

import pytest

from cenote.base.settings import load
from cenote.flows import search_index
from cenote.flows.user_search import MAX_LIMIT, search
from cenote.model.search_index import IndexState
from durability.commands import SignUps, typed
from durability.wholeness import opened
from flows import crowds
from harness import server
from harness.people import attributes, make_pool

MASTER_KEY = "5e" * 32
USERS = 2500
ROUNDS = 2


@pytest.mark.slow
def test_an_index_whose_building_is_killed_is_complete_in_the_end(
    engine: str, database_url: str, tmp_path: Path
) -> None:
    instants = random.Random(engine)
    chosen = {"database_url": database_url, "master_key": MASTER_KEY}
    settings = load({f"CENOTE_{name.upper()}": value for name, value in chosen.items()}, None)
    with server.running(tmp_path, **chosen) as running, opened(settings) as services:
        pool = make_pool(running, Schema=[crowds.PLAN])
        known = services.directory.require_pool(pool.id)
        crowds.add(services, known, [(f"user{number}", {"custom:plan": "gold"}) for number in range(USERS)])
        command = ("search", "index", pool.id, "custom:plan")
        with SignUps(pool, attributes(custom__plan="gold")) as signing_up:
            began_s = time.monotonic()
            assert typed(tmp_path, *command, **chosen).wait(60) == 0
            whole_s = time.monotonic() - began_s
            search_index.stop(services, pool.id, ["custom:plan"])
            search_index.clear(services, pool.id, lambda _count: None)
            for _ in range(ROUNDS):
                process = typed(tmp_path, *command, **chosen)
                threading.Event().wait(instants.uniform(0.6, 1) * whole_s)
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
            assert typed(tmp_path, *command, **chosen).wait(60) == 0
        assert search_index.states(services, pool.id) == {"custom:plan": IndexState.BUILT}
        crowds.assert_rows_fit(services, known)
        assert signing_up.faults == []
        found, token, is_first = 0, None, True
        while is_first or token is not None:
            page = search(services, pool.id, 'custom:plan = "gold"', limit=MAX_LIMIT, token=token)
            found, token, is_first = found + len(page.users), page.token, False
        assert found == USERS + len(signing_up.acknowledged)
