"""The lines that point an AWS client at this deployment."""

import shlex
from pathlib import Path

from cenote.flows.deployment import Deployment


def export_lines(deployment: Deployment, authority: Path | None = None) -> list[str]:
    """`export AWS_…=…`, quoted for a POSIX shell; *authority* is the certificate of the one that they have to trust."""
    values = {
        "AWS_ENDPOINT_URL": deployment.endpoint_url,
        "AWS_ACCESS_KEY_ID": deployment.access_key_id,
        "AWS_SECRET_ACCESS_KEY": deployment.secret_access_key.reveal(),
        "AWS_DEFAULT_REGION": deployment.region,
    }
    if authority is not None:
        values["AWS_CA_BUNDLE"] = str(authority)
    return [f"export {name}={shlex.quote(value)}" for name, value in values.items()]
