"""`cenote alter` that is killed at any instant leaves the pool as it was, or altered, while people go on signing up."""

import os
import random
import signal
import threading
import time
from pathlib import Path

import pytest

from cenote.base.settings import load
from cenote.flows.pool_alteration import alter
from cenote.flows.services import Services
from cenote.model.pool_settings.alteration import Alteration
from durability.commands import SignUps, typed
from durability.crash import crash, start_again
from durability.wholeness import opened
from flows import crowds
from harness import server
from harness.databases import PostgreSQL
from harness.people import make_pool, sign_in

MASTER_KEY = "5e" * 32
USERS = 2000
ROUNDS = {"sqlite": 3, "postgresql": 2}
OPTIONS = ("--username-attributes", "email", "--case-insensitive", "--accept-losses", "--apply")
BACK = Alteration(alias_attributes=(), is_case_sensitive=True)


def is_altered(services: Services, pool_id: str) -> bool:
    """Whether the pool is altered; fails when any row of a user is neither of before nor of after."""
    pool = crowds.assert_rows_fit(services, services.directory.require_pool(pool_id))
    assert pool.requires_names_by_attribute != pool.is_case_sensitive
    return pool.requires_names_by_attribute


def fill(services: Services, pool_id: str) -> None:
    """Many users, so that the alteration takes a while."""
    pool = services.directory.require_pool(pool_id)
    crowds.add(services, pool, [(f"User{number}", {"email": f"User{number}@example.com"}) for number in range(USERS)])


@pytest.mark.slow
def test_an_alteration_that_is_killed_leaves_the_pool_whole(engine: str, database_url: str, tmp_path: Path) -> None:
    instants = random.Random(7)
    chosen = {"database_url": database_url, "master_key": MASTER_KEY}
    settings = load({f"CENOTE_{name.upper()}": value for name, value in chosen.items()}, None)
    with server.running(tmp_path, **chosen) as running, opened(settings) as services:
        pool = make_pool(running)
        command = ("alter", pool.id, *OPTIONS)
        fill(services, pool.id)
        began_s = time.monotonic()
        assert typed(tmp_path, *command, **chosen).wait(60) == 0
        whole_s = time.monotonic() - began_s
        assert is_altered(services, pool.id)
        alter(services, pool.id, BACK, accept_losses=True)
        with SignUps(pool) as signing_up:
            for _ in range(ROUNDS[engine]):
                process = typed(tmp_path, *command, **chosen)
                threading.Event().wait(instants.uniform(0.5, 1.1) * whole_s)
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                if is_altered(services, pool.id):
                    assert alter(services, pool.id, BACK, accept_losses=True).is_altered
            assert typed(tmp_path, *command, **chosen).wait(60) == 0
        assert is_altered(services, pool.id)
        assert signing_up.faults == []
        assert signing_up.acknowledged
        for name, sub in signing_up.acknowledged.items():
            user = running.signed.admin_get_user(UserPoolId=pool.id, Username=name.upper())
            assert {"Name": "sub", "Value": sub} in user["UserAttributes"]
        running.signed.admin_confirm_sign_up(UserPoolId=pool.id, Username=sub)
        assert sign_in(pool, name.lower())["AccessToken"]


@pytest.mark.slow
@pytest.mark.postgresql
def test_an_alteration_during_which_postgresql_is_killed_leaves_the_pool_whole(
    durable: PostgreSQL, tmp_path: Path
) -> None:
    with durable.fresh(tmp_path) as url:
        chosen = {"database_url": url, "master_key": MASTER_KEY}
        settings = load({f"CENOTE_{name.upper()}": value for name, value in chosen.items()}, None)
        with server.running(tmp_path, **chosen) as running:
            pool = make_pool(running)
            command = ("alter", pool.id, *OPTIONS)
            with opened(settings) as services:
                fill(services, pool.id)
            began_s = time.monotonic()
            assert typed(tmp_path, *command, **chosen).wait(60) == 0
            whole_s = time.monotonic() - began_s
            with opened(settings) as services:
                assert alter(services, pool.id, BACK, accept_losses=True).is_altered
            process = typed(tmp_path, *command, **chosen)
            threading.Event().wait(0.8 * whole_s)
            crash(durable.cluster)
            process.wait(60)
            start_again(durable.cluster)
            with opened(settings) as services:
                if is_altered(services, pool.id):
                    assert alter(services, pool.id, BACK, accept_losses=True).is_altered
            assert typed(tmp_path, *command, **chosen).wait(60) == 0
            with opened(settings) as services:
                assert is_altered(services, pool.id)
