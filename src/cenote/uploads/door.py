"""The door's two addresses: from a request's parts to a reply."""

import base64
import binascii
import json
import re
import urllib.parse
from collections.abc import Mapping

from cenote.base.errors import Fault, InvalidParameterException, ResourceNotFoundException
from cenote.base.own_requests import OwnReply, OwnRequest, Verify
from cenote.flows.services import Services
from cenote.flows.user_import import addresses, jobs, uploads
from cenote.flows.user_import.uploads import UploadError
from cenote.storage import import_jobs
from cenote.uploads import answers, log
from cenote.uploads.answers import S3Error

_READ_LOG = "ReadImportLog"
OPERATIONS = frozenset({answers.PUT, _READ_LOG})

_FILE = re.compile(rf"{addresses.FOLDER}([\w-]{{1,55}})/(import-[0-9a-zA-Z-]{{1,48}})", re.ASCII)
_LOG = re.compile(_FILE.pattern + "/log", re.ASCII)
_MAX_DIGITS = 15
_MD5_BYTES = 16
_JSON = ("Content-Type", "application/json")
_STATUSES: dict[type[Fault], int] = {InvalidParameterException: 400, ResourceNotFoundException: 404}


class UploadsDoor:
    """
    Takes files and shows logs.

    *verify* is for logs: the address of a file is signed itself.
    """

    def __init__(self, services: Services, verify: Verify) -> None:
        self._services = services
        self._verify = verify

    def handle(self, request: OwnRequest) -> OwnReply | None:
        """Answer a request; None when the path is not this door's."""
        if not request.path.startswith(addresses.FOLDER):
            return None
        found = _LOG.fullmatch(request.path)
        if found is not None:
            return self._log(request, found[1], found[2])
        found = _FILE.fullmatch(request.path)
        try:
            if found is None:
                raise answers.DENIED
            return answers.stored(self._put(request, found[1], found[2]), request.request_id)
        except S3Error as error:
            return answers.refused(error, request.request_id)
        except UploadError as error:
            return answers.refused(answers.error_of(error), request.request_id)
        except OSError:
            return answers.refused(answers.TIMED_OUT, request.request_id)

    def _put(self, request: OwnRequest, pool_id: str, job_id: str) -> str:
        if request.method != "PUT":
            raise answers.NOT_ALLOWED
        self._verify_address(request.query, pool_id, job_id)
        length = _length_of(request.headers)
        if length > self._services.settings.quotas.import_bytes:
            raise answers.TOO_LARGE
        md5 = _md5_of(request.headers)
        return uploads.receive(self._services, pool_id, job_id, request.body, length=length, md5=md5)

    def _verify_address(self, query: str, pool_id: str, job_id: str) -> None:
        try:
            given = dict(urllib.parse.parse_qsl(query, max_num_fields=10))
        except ValueError:
            raise answers.DENIED from None
        expires, signature = given.get("Expires", ""), given.get("Signature", "")
        if not (expires.isascii() and expires.isdigit() and len(expires) <= _MAX_DIGITS):
            raise answers.DENIED
        if not addresses.is_signed(self._services, pool_id, job_id, expires, signature):
            raise answers.FORGED
        if addresses.is_over(self._services, expires):
            raise answers.OVER

    def _log(self, request: OwnRequest, pool_id: str, job_id: str) -> OwnReply:
        if request.method not in {"GET", "HEAD"}:
            return OwnReply(_READ_LOG, 405, [("Allow", "GET, HEAD")])
        try:
            self._verify(request, _READ_LOG, pool_id)
            after, limit = log.place_of(request.query)
            body = self._page(pool_id, job_id, after, limit)
        except Fault as fault:
            status = max(fault.status, _STATUSES.get(type(fault), 403))
            refusal = json.dumps({"__type": fault.code, "message": fault.message}).encode()
            return OwnReply(_READ_LOG, status, [_JSON], refusal, fault.code)
        shown = b"" if request.method == "HEAD" else body
        return OwnReply(_READ_LOG, 200, [_JSON, ("Cache-Control", "no-store")], shown)

    def _page(self, pool_id: str, job_id: str, after: int, limit: int) -> bytes:
        with self._services.database.read() as tx:
            job = jobs.require(tx, pool_id, job_id)
            found = import_jobs.failures(tx, job, after=after, limit=limit + 1)
        return log.page_of(job_id, found, limit)


def _length_of(headers: Mapping[str, str]) -> int:
    text = headers.get("content-length", "")
    if not (text.isascii() and text.isdigit()) or "transfer-encoding" in headers:
        raise answers.NO_LENGTH
    if len(text) > _MAX_DIGITS:
        raise answers.TOO_LARGE
    return int(text)


def _md5_of(headers: Mapping[str, str]) -> bytes | None:
    given = headers.get("content-md5")
    if given is None:
        return None
    try:
        digest = base64.b64decode(given.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise answers.BAD_DIGEST from None
    if len(digest) != _MD5_BYTES:
        raise answers.BAD_DIGEST
    return digest
