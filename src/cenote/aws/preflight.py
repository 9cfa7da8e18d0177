"""
What a browser asks before it calls: anyone may, from anywhere.

Source: Fetch standard, "CORS protocol".
"""

from cenote.aws.http import Reply

ALLOWED_HEADERS = (
    "authorization,cache-control,content-type,amz-sdk-invocation-id,amz-sdk-request,x-amz-content-sha256,x-amz-date,"
    "x-amz-security-token,x-amz-target,x-amz-user-agent,x-amzn-client-context"
)
MAX_AGE_S = 172_800


def preflight(*, methods: str, exposed: str, headers: str = ALLOWED_HEADERS) -> Reply:
    """The answer to an OPTIONS request: the methods and headers that may be sent, and the headers that a page may read, by commas."""
    return Reply(
        200,
        [
            ("Access-Control-Allow-Origin", "*"),
            ("Access-Control-Allow-Methods", methods),
            ("Access-Control-Allow-Headers", headers),
            ("Access-Control-Expose-Headers", exposed),
            ("Access-Control-Max-Age", str(MAX_AGE_S)),
        ],
    )
