"""
What S3 would say, for clients that put files to pre-signed addresses.

Source: Amazon S3 API Reference, "Error responses".
"""

from dataclasses import dataclass
from xml.sax.saxutils import escape

from cenote.base.own_requests import OwnReply
from cenote.flows.user_import.uploads import DigestError, IncompleteError, NotOpenError, OvertakenError, UploadError

PUT = "PutImport"


@dataclass(frozen=True, slots=True)
class S3Error(Exception):
    """A refusal in S3's words."""

    status: int
    code: str
    message: str


DENIED = S3Error(403, "AccessDenied", "Access Denied")
OVER = S3Error(403, "AccessDenied", "Request has expired")
FORGED = S3Error(
    403,
    "SignatureDoesNotMatch",
    "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
)
NOT_ALLOWED = S3Error(405, "MethodNotAllowed", "The specified method is not allowed against this resource.")
NO_LENGTH = S3Error(411, "MissingContentLength", "You must provide the Content-Length HTTP header.")
TOO_LARGE = S3Error(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size")
BAD_DIGEST = S3Error(400, "InvalidDigest", "The Content-MD5 you specified is not valid.")
TIMED_OUT = S3Error(
    400,
    "RequestTimeout",
    "Your socket connection to the server was not read from or written to within the timeout period.",
)
_OF_UPLOADS: dict[type[UploadError], S3Error] = {
    NotOpenError: S3Error(
        403, "InvalidObjectState", "The operation is not valid for the current state of the import job."
    ),
    OvertakenError: S3Error(
        409, "OperationAborted", "A conflicting conditional operation is currently in progress against this resource."
    ),
    IncompleteError: S3Error(
        400, "IncompleteBody", "You did not provide the number of bytes specified by the Content-Length HTTP header"
    ),
    DigestError: S3Error(400, "BadDigest", "The Content-MD5 you specified did not match what we received."),
}


def error_of(refused: UploadError) -> S3Error:
    """What S3 would have said in the place of *refused*."""
    return _OF_UPLOADS[type(refused)]


def stored(etag: str, request_id: str) -> OwnReply:
    """The answer to a file that was taken."""
    headers = [("ETag", f'"{etag}"'), ("x-amz-server-side-encryption", "aws:kms"), *_numbered(request_id)]
    return OwnReply(PUT, 200, headers)


def refused(error: S3Error, request_id: str) -> OwnReply:
    """The answer to one that was not; the connection ends, since nobody reads the rest of the file."""
    # Each of them is raised again and again: it would hold on to every request that it ever refused.
    error.with_traceback(None)
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Error><Code>{escape(error.code)}</Code><Message>{escape(error.message)}</Message>"
        f"<RequestId>{request_id}</RequestId></Error>"
    )
    headers = [("Content-Type", "application/xml"), ("Connection", "close"), *_numbered(request_id)]
    if error is NOT_ALLOWED:
        headers.append(("Allow", "PUT"))
    return OwnReply(PUT, error.status, headers, body.encode(), error.code)


def _numbered(request_id: str) -> list[tuple[str, str]]:
    return [("x-amz-request-id", request_id), ("Cache-Control", "no-store")]
