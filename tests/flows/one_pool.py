"""Services on a database of their own, with one pool and one client that a test describes, and a clock that it sets."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from cenote.base.settings import load
from cenote.crypto.seal import MasterKey, Sealer
from cenote.flows import deliveries
from cenote.flows.functions.building import local_functions
from cenote.flows.functions.webhooks import Webhooks
from cenote.flows.iam.directory import IamDirectory
from cenote.flows.keys import Keys
from cenote.flows.services import HashingGate, Services
from cenote.model.client import Client, client_of
from cenote.model.message import MessageFilter, StoredMessage
from cenote.model.pool import Pool, pool_of
from cenote.model.schema import new_schema
from cenote.model.user import User, UserStatus
from cenote.storage import pools, users
from cenote.storage.database import Database
from cenote.storage.tables import metadata
from cenote.telemetry.metrics import Metrics

START_MS = 1_800_000_000_000
POOL_ID = "us-east-1_AbCdEfGhI"
CLIENT_ID = "abcdefghijklmnopqrstuvwxyz"
PASSWORD = "Correct-horse-1"
NEW_PASSWORD = "Battery-staple-2"
# Somebody who has not confirmed yet, and who need not be stored.
JANE = User(
    pool_id=POOL_ID,
    sub="11111111-2222-4333-8444-555555555555",
    username="jane",
    status=UserStatus.UNCONFIRMED,
    enabled=True,
    attributes={"email": "jane@example.com"},
    sealed_password=None,
    sealed_history=None,
    temporary_until_ms=None,
    tokens_valid_after_ms=0,
    version=1,
    created_at_ms=START_MS,
    modified_at_ms=START_MS,
)


class HandClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.at_ms = START_MS

    def now_ms(self) -> int:
        """Where the hands are."""
        return self.at_ms

    def forward(self, *, minutes: int) -> None:
        """Move the hands."""
        self.at_ms += minutes * 60_000


class OnePool:
    """A pool, its client and the services around them."""

    def __init__(self, folder: Path, environ: dict[str, str] | None = None) -> None:
        self.clock = HandClock()
        self.woken = 0
        self.database = Database(f"sqlite:///{folder / 'cenote.db'}")
        metadata.create_all(self.database.engine)
        self.pool = pool()
        self.client = client()
        self.database.write("pool", lambda tx: pools.insert(tx, self.pool))
        directory = SimpleNamespace(
            stores_verifiers=lambda _pool_id: True,
            require_pool=lambda _pool_id, _region=None, _account_id=None: self.pool,
            require_client=lambda _client_id: (self.pool, self.client),
        )
        settings = load({"CENOTE_DATA": str(folder), **(environ or {})}, None)
        keys = Keys(Sealer([MasterKey(b"test", b"k" * 32)]), b"s" * 32)
        self.services = Services(
            settings=settings,
            database=self.database,
            clock=self.clock,
            keys=keys,
            directory=directory,  # type: ignore[arg-type]
            iam=IamDirectory(self.database, self.clock),
            metrics=Metrics({}),
            gate=HashingGate(self.database),
            wake_sender=self._wake,
            functions=local_functions(settings, self.database, keys, self.clock),
            webhooks=Webhooks(self.database, keys),
        )

    def _wake(self) -> None:
        self.woken += 1

    def configure(self, **document: Any) -> None:
        """Give the pool these settings beside its own."""
        self.pool = pool(**{**self.pool.document, **document})

    def configure_client(self, *secrets: str, **document: Any) -> None:
        """Give the client these settings, and these secrets."""
        self.client = client(*secrets, **document)

    def messages(self, username: str | None = None) -> list[StoredMessage]:
        """What was sent, newest first."""
        return deliveries.page(self.services, MessageFilter(username=username))

    def last_code(self, username: str | None = None) -> str:
        """The code in the newest message; the clock must have moved since the one before."""
        code = self.messages(username)[0].code
        assert code
        return code

    def user(self, sub: str) -> User:
        """The user as it is stored."""
        with self.database.read() as tx:
            user = users.get(tx, self.pool.pool_id, sub)
        assert user is not None
        return user

    def change(self, sub: str, **changes: Any) -> User:
        """Change the user's row, as an administrator would, leaving its names alone."""
        before = self.user(sub)
        after = replace(before, **changes, version=before.version + 1)
        self.database.write("change", lambda tx: users.update_user(tx, after, before.version, (), ()))
        return after

    def count(self, table: str) -> int:
        """The number of rows of *table*."""
        with self.database.read() as tx:
            return int(tx.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one())  # noqa: S608 - a test's own words

    def close(self) -> None:
        """Give the database back."""
        self.database.close()


def pool(**document: Any) -> Pool:
    """A pool that verifies e-mail addresses by itself."""
    defaults = {"SchemaAttributes": new_schema([]), "AutoVerifiedAttributes": ["email"]}
    return pool_of(
        pool_id=POOL_ID,
        account_id="000000000000",
        region="us-east-1",
        name="test",
        document={**defaults, **document},
        created_at_ms=START_MS,
        modified_at_ms=START_MS,
        version=1,
    )


def client(*secrets: str, **document: Any) -> Client:
    """A client, public without *secrets*."""
    return client_of(
        client_id=CLIENT_ID,
        pool_id=POOL_ID,
        name="test",
        document=document,
        secrets=secrets,
        created_at_ms=START_MS,
        modified_at_ms=START_MS,
        version=1,
    )


def at_once(*acts: Callable[[], object]) -> Sequence[object]:
    """Run *acts* in threads that start together; what each returned, or the exception that it raised."""
    barrier = threading.Barrier(len(acts))
    outcomes: list[object] = [None] * len(acts)

    def run(place: int) -> None:
        barrier.wait()
        try:
            outcomes[place] = acts[place]()
        except Exception as error:  # noqa: BLE001 - the outcome is what the test looks at
            outcomes[place] = error

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
