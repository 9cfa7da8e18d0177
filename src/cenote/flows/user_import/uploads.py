"""
A job's file on its way in: piece by piece, each sealed and committed by itself, so that neither memory nor a transaction holds it whole.

The pieces count from the moment that the job names their upload. One that breaks off leaves the upload before it in force.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from cenote.flows.services import Services
from cenote.model.user_import.job import ImportJob, JobStatus
from cenote.storage import import_jobs
from cenote.storage.database import Tx

CHUNK_BYTES = 256 * 1024
MAX_UPLOADS = 100


class UploadError(Exception):
    """A file that was not taken."""


class NotOpenError(UploadError):
    """There is no such job, or none that still takes a file."""


class OvertakenError(UploadError):
    """A later upload for the same job was complete first."""


class IncompleteError(UploadError):
    """The file is shorter than was said."""


class DigestError(UploadError):
    """The file is not the one whose digest was given."""


class Source(Protocol):
    """Where the file comes from."""

    def read(self, size: int, /) -> bytes:
        """At most *size* bytes; none at the end."""
        ...


@dataclass(frozen=True, slots=True)
class _Received:
    size: int
    chunks: int
    lines: int
    md5: bytes


def receive(
    services: Services, pool_id: str, job_id: str, source: Source, *, length: int, md5: bytes | None = None
) -> str:
    """
    Store *length* bytes as the job's file, in the place of one that came before; the MD5 digest in hexadecimal, as S3's ETag.

    Raises:
        UploadError: it was not taken, and nothing of it is left.
        OSError: *source* failed, and nothing of the file is left.
    """
    job, number = services.database.write("begin upload", lambda tx: _begin(services, tx, pool_id, job_id))
    try:
        received = _stored(services, job, number, _pieces(source, length))
        _verify(received, length, md5)
        services.database.write("complete upload", partial(_complete, services, job, number, received))
    except BaseException:
        services.database.write("drop upload", partial(_drop, job, number))
        raise
    return received.md5.hex()


def chunks_of(services: Services, job: ImportJob) -> Iterator[bytes]:
    """
    The pieces of a job's file, each read when it is asked for.

    Raises:
        NotOpenError: the file is gone, and with it the job's pool or the job.
    """
    first = job.document["upload"] * import_jobs.STRIDE
    for place in range(first, first + job.document["chunks"]):
        with services.database.read() as tx:
            sealed = import_jobs.get_chunk(tx, job, place)
        if sealed is None:
            raise NotOpenError
        yield services.keys.open(sealed, _context(job, place))


def _begin(services: Services, tx: Tx, pool_id: str, job_id: str) -> tuple[ImportJob, int]:
    job = _open(services, import_jobs.lock(tx, pool_id, job_id))
    number = job.document["uploads"] + 1
    begun = import_jobs.update(tx, job, document={**job.document, "uploads": number})
    if begun is None or number > MAX_UPLOADS:
        raise NotOpenError
    return begun, number


def _stored(services: Services, job: ImportJob, number: int, pieces: Iterator[bytes]) -> _Received:
    digest = hashlib.md5(usedforsecurity=False)
    size, chunks, breaks, last = 0, 0, 0, b"\n"
    for piece in pieces:
        _store(services, job, number * import_jobs.STRIDE + chunks, piece)
        digest.update(piece)
        size, chunks, breaks, last = size + len(piece), chunks + 1, breaks + piece.count(b"\n"), piece[-1:]
    return _Received(size, chunks, breaks + (last != b"\n"), digest.digest())


def _verify(received: _Received, length: int, md5: bytes | None) -> None:
    if received.size < length:
        raise IncompleteError
    if md5 is not None and md5 != received.md5:
        raise DigestError


def _store(services: Services, job: ImportJob, place: int, piece: bytes) -> None:
    sealed = services.keys.seal(piece, _context(job, place))

    def work(tx: Tx) -> None:
        # Held, so that no piece comes after a start, or after the pool is gone.
        _open(services, import_jobs.hold(tx, job.pool_id, job.job_id))
        import_jobs.insert_chunk(tx, job, place, sealed)

    services.database.write("store upload", work)


def _complete(services: Services, begun: ImportJob, number: int, received: _Received, tx: Tx) -> None:
    job = _open(services, import_jobs.lock(tx, begun.pool_id, begun.job_id))
    if job.document.get("upload", 0) > number:
        raise OvertakenError
    described = {"upload": number, "chunks": received.chunks, "lines": received.lines}
    import_jobs.update(tx, job, document={**job.document, **described}, uploaded_bytes=received.size)
    import_jobs.delete_chunks(tx, job, end=number * import_jobs.STRIDE)


def _drop(begun: ImportJob, number: int, tx: Tx) -> None:
    job = import_jobs.lock(tx, begun.pool_id, begun.job_id)
    # A commit whose answer was lost is a commit: then these pieces are the job's file.
    if job is None or job.document.get("upload") != number:
        first = number * import_jobs.STRIDE
        import_jobs.delete_chunks(tx, begun, first=first, end=first + import_jobs.STRIDE)


def _open(services: Services, job: ImportJob | None) -> ImportJob:
    if job is None or job.status_at(services.clock.now_ms()) is not JobStatus.CREATED:
        raise NotOpenError
    return job


def _pieces(source: Source, length: int) -> Iterator[bytes]:
    """The file in pieces of CHUNK_BYTES; the last one is shorter."""
    left = length
    while left > 0:
        piece = bytearray()
        while len(piece) < min(CHUNK_BYTES, left):
            part = source.read(min(CHUNK_BYTES, left) - len(piece))
            if not part:
                break
            piece += part
        if not piece:
            return
        left -= len(piece)
        yield bytes(piece)


def _context(job: ImportJob, place: int) -> str:
    return f"import_chunk:{job.pool_id}:{job.job_id}:{place}"
