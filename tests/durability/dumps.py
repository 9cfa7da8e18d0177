"""A database as somebody finds it who has taken its files or its dump, but not the master key."""

import re
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path

import psycopg

from harness import postgresql

WHERE = "SELECT file_name || ' ' || file_offset FROM pg_walfile_name_offset(pg_current_wal_insert_lsn())"
_BLOB = re.compile(rb"(?:\\\\x|X')([0-9a-fA-F]+)")


def dump_of(url: str) -> bytes:
    """All rows as text, and behind it what its hexadecimal parts mean."""
    text = _sqlite_dump(url) if url.startswith("sqlite") else _pg_dump(url)
    return text + b"\n" + b"\n".join(bytes.fromhex(blob.decode()) for blob in _BLOB.findall(text))


def files_of(url: str) -> Callable[[], bytes]:
    """A function that reads what the database has in files: to be made before the first secret is written, called after the last."""
    return _sqlite_files(url) if url.startswith("sqlite") else _postgresql_files(url)


def _sqlite_dump(url: str) -> bytes:
    connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    try:
        return "\n".join(connection.iterdump()).encode()
    finally:
        connection.close()


def _pg_dump(url: str) -> bytes:
    programs = postgresql.binaries()
    assert programs is not None
    return subprocess.run([programs / "pg_dump", f"--dbname={url}"], check=True, capture_output=True).stdout


def _sqlite_files(url: str) -> Callable[[], bytes]:
    database = Path(url.removeprefix("sqlite:///"))

    def read() -> bytes:
        return b"\n".join(path.read_bytes() for path in sorted(database.parent.glob(f"{database.name}*")))

    return read


def _postgresql_files(url: str) -> Callable[[], bytes]:
    """The relations with their indexes, and the log from here on."""
    with psycopg.connect(url) as connection:
        folder = Path(_one(connection, "SHOW data_directory"))
        began = _one(connection, WHERE)

    def read() -> bytes:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CHECKPOINT")
            ended = _one(connection, WHERE)
            paths = connection.execute(
                "SELECT pg_relation_filepath(c.oid) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                " WHERE n.nspname IN ('public', 'pg_toast') AND c.relkind IN ('r', 'i', 't')"
            ).fetchall()
        return b"\n".join([*((folder / path).read_bytes() for (path,) in paths), _log(folder / "pg_wal", began, ended)])

    return read


def _log(folder: Path, began: str, ended: str) -> bytes:
    """What was logged between two places, each a segment's name and an offset in it."""
    (first, start), (last, end) = began.split(), ended.split()
    segments = [path for path in sorted(folder.glob("0*")) if first <= path.name <= last]
    size = segments[0].stat().st_size
    logged = b"".join(path.read_bytes() for path in segments)
    return logged[int(start) : (len(segments) - 1) * size + int(end)]


def _one(connection: psycopg.Connection, statement: str) -> str:
    row = connection.execute(statement.encode()).fetchone()
    assert row is not None
    return str(row[0])
