"""Jobs that import users, made without a door, and what came of them."""

import io
from collections.abc import Sequence

import pytest
from sqlalchemy import select

from cenote.flows import pools
from cenote.flows.services import Services
from cenote.flows.user_import import jobs, uploads, work
from cenote.model.names import claimed_names_of, search_values_of
from cenote.model.pool import Pool
from cenote.model.pool_settings.document import new_document
from cenote.model.user_import.header import columns_of
from cenote.model.user_import.job import ImportJob
from cenote.storage import tables
from cenote.storage import users as stored_users

BATCH = 10


def new_pool(services: Services) -> Pool:
    """A pool that verifies e-mail addresses, which are aliases."""
    request = {"PoolName": "imports", "AutoVerifiedAttributes": ["email"], "AliasAttributes": ["email"]}
    document = new_document(request, region="us-east-1")
    return pools.create_pool(services, account_id="000000000000", region="us-east-1", document=document, name="imports")


def take_small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let imports commit after every BATCH rows."""
    monkeypatch.setattr(work, "BATCH_ROWS", BATCH)


def file_of(pool: Pool, names: Sequence[str], **more: str) -> bytes:
    """A CSV file with a verified address for each name, and *more* in every line."""
    columns = columns_of(pool)
    lines = [columns]
    for name in names:
        given = {"cognito:username": name, "email": f"{name}@example.com", "email_verified": "true", **more}
        lines.append([{"cognito:mfa_enabled": "false", **given}.get(column, "") for column in columns])
    return "\n".join(",".join(line) for line in lines).encode()


def numbered(count: int) -> list[str]:
    """So many names, in their order."""
    return [f"user{number:03}" for number in range(count)]


def begun(services: Services, pool: Pool, body: bytes, worker: str | None = None) -> ImportJob:
    """A started job; leased to *worker*, if given."""
    job = jobs.create(services, pool, name="job", role_arn=None, algorithm=None)
    uploads.receive(services, pool.pool_id, job.job_id, io.BytesIO(body), length=len(body))
    return jobs.start(services, pool, job.job_id, worker=worker)


def stored(services: Services, job: ImportJob) -> ImportJob:
    """The job as it is stored."""
    with services.database.read() as tx:
        return jobs.require(tx, job.pool_id, job.job_id)


def names_in(services: Services, pool: Pool) -> list[str]:
    """The names of the pool's users, after a look at each one's sign-in names and search values."""
    with services.database.read() as tx:
        everybody = [
            stored_users.record_of(row)
            for row in tx.execute(select(tables.users).where(tables.users.c.pool_id == pool.pool_id))
        ]
        for table, expected in ((tables.sign_in_names, claimed_names_of), (tables.search_values, search_values_of)):
            of_everybody = {(user.sub, *pair) for user in everybody for pair in expected(pool, user)}
            kind = table.c.kind if "kind" in table.c else table.c.attribute
            assert of_everybody == set(map(tuple, tx.execute(select(table.c.sub, kind, table.c.value))))
    return sorted(user.username for user in everybody)


def counts_of(job: ImportJob) -> tuple[int, int, int]:
    """How many were imported, skipped and failed."""
    return job.imported, job.skipped, job.failed
