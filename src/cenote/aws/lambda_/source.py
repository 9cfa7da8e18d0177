"""Where a request has a function's code."""

from collections.abc import Mapping
from typing import Any, Final

from cenote.base.errors import InvalidParameterValueException

# Fifty megabytes in base64, and what is around them.
MAX_BODY_BYTES: Final = 70 * 1024 * 1024


def zip_of(code: Mapping[str, Any]) -> bytes:
    """
    The zip file in the members of a request.

    Raises:
        InvalidParameterValueException: the code is somewhere else.
    """
    if code.get("ImageUri"):
        raise InvalidParameterValueException("Container images are not supported: PackageType must be Zip.")
    if code.get("S3Bucket") or code.get("S3Key"):
        raise InvalidParameterValueException("Code in S3 is not supported: send it as ZipFile.")
    content: bytes | None = code.get("ZipFile")
    if content is None:
        raise InvalidParameterValueException("Please provide a source for function code.")
    return content
