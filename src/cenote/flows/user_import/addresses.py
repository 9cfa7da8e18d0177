"""
The address that a job's file is put to, signed for this job, this method and a quarter of an hour.

Source: API_UserImportJobType, PreSignedUrl.
"""

import hashlib
import hmac
from urllib.parse import urlencode

from cenote.flows.services import Services
from cenote.model.user_import.job import ImportJob

FOLDER = "/_cenote/imports/"
VALID_S = 15 * 60
_PURPOSE = "import upload"


def presigned_url(services: Services, job: ImportJob) -> str:
    """Where the file of *job* is put to, from its creation on for VALID_S seconds."""
    expires_s = job.created_at_ms // 1000 + VALID_S
    query = urlencode(
        {"Expires": expires_s, "Signature": _signature(services, job.pool_id, job.job_id, str(expires_s))}
    )
    return f"{services.settings.public_url}{FOLDER}{job.pool_id}/{job.job_id}?{query}"


def is_signed(services: Services, pool_id: str, job_id: str, expires: str, signature: str) -> bool:
    """Whether *signature* is ours for that job and *expires* (seconds since the epoch)."""
    return hmac.compare_digest(_signature(services, pool_id, job_id, expires).encode(), signature.encode())


def is_over(services: Services, expires: str) -> bool:
    """Whether the hour of a signed *expires* has come."""
    return services.clock.now_ms() >= int(expires) * 1000


def _signature(services: Services, pool_id: str, job_id: str, expires: str) -> str:
    text = f"PUT\n{pool_id}\n{job_id}\n{expires}"
    return hmac.new(services.keys.derived(_PURPOSE), text.encode(), hashlib.sha256).hexdigest()
