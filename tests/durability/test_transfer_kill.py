"""An import that is killed at any instant leaves nothing that anybody sees, and the next one restores the whole pool."""

import json
import random
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import Table, func, select

from cenote.base.settings import load
from cenote.flows.services import Services
from cenote.storage import tables
from durability.wholeness import opened
from flows.transfer_cases import fill
from harness import server as servers
from harness.people import Pool, make_pool, sign_in

MASTER_KEY = "5e" * 32
USERS = 3000
KILLS = {"sqlite": 3, "postgresql": 2}


def visible(pool: Pool) -> bool:
    """Whether the server knows the pool."""
    return pool.id in {found["Id"] for found in pool.endpoint.signed.list_user_pools(MaxResults=60)["UserPools"]}


@pytest.mark.slow
def test_an_import_that_is_killed_leaves_no_half_pool(engine: str, database_url: str, tmp_path: Path) -> None:
    instants = random.Random(7)
    file = tmp_path / "pool"
    with servers.running(tmp_path, database_url=database_url, master_key=MASTER_KEY) as server:
        pool = make_pool(server)
        settings = load(server.environ, None)
        with opened(settings) as services:
            fill(services, pool.id, USERS)
        command = [sys.executable, "-m", "cenote"]
        environ = dict(server.environ)
        subprocess.run([*command, "export", pool.id, "--to", file, "--plain"], env=environ, check=True, timeout=60)
        rows = json.loads(file.read_text().splitlines()[0])["cenote-pool"]["rows"]
        server.signed.delete_user_pool(UserPoolId=pool.id)
        left = []
        for _ in range(KILLS[engine]):
            process = subprocess.Popen([*command, "import", file], env=environ)
            with opened(settings) as services:
                wait_for_claim(services, process)
                wait_for_users(services, process, instants.randrange(USERS))
                process.kill()
                process.wait()
                left.append(counted(services, tables.users))
            if visible(pool):
                assert USERS == left[-1]
                server.signed.delete_user_pool(UserPoolId=pool.id)
        assert any(0 < count < USERS for count in left), left
        subprocess.run([*command, "import", file], env=environ, check=True, timeout=60)
        with opened(settings) as services:
            assert rows == {name: counted(services, tables.metadata.tables[name]) for name in rows}
        assert "AccessToken" in sign_in(pool, "user-000002")
    print(f"{len(left)} kills, which left {left} users")


def wait_for_claim(services: Services, process: subprocess.Popen[bytes]) -> None:
    """Wait until the import has read the whole file and begins to write, or has ended."""
    former = claims(services)
    while process.poll() is None and claims(services) == former:
        threading.Event().wait(0.005)


def wait_for_users(services: Services, process: subprocess.Popen[bytes], count: int) -> None:
    """Wait until there are more users than *count*, of this attempt or the former, or the import has ended."""
    while process.poll() is None and counted(services, tables.users) <= count:
        threading.Event().wait(0.002)


def claims(services: Services) -> list[int]:
    """The numbers of attempts that have a pool's id."""
    with services.database.read() as tx:
        return list(tx.execute(select(tables.pools.c.version)).scalars())


def counted(services: Services, table: Table) -> int:
    """How many rows a table has."""
    with services.database.read() as tx:
        return int(tx.execute(select(func.count()).select_from(table)).scalar_one())
