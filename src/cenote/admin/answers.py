"""What every answer of this door has in common."""

from cenote.base.errors import (
    ConcurrentModificationException,
    Fault,
    InvalidParameterException,
    ResourceNotFoundException,
)

MAX_POOL_ID = 55
HEADERS = [("Content-Type", "application/json"), ("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff")]


def status_of(fault: Fault) -> int:
    """404, 400 and 409 for what they are for, 403 for a signature that is missing or wrong, 5xx as it is."""
    if isinstance(fault, ResourceNotFoundException):
        return 404
    if isinstance(fault, ConcurrentModificationException):
        return 409
    return max(fault.status, 400 if isinstance(fault, InvalidParameterException) else 403)
