"""The four lines that point an AWS client at this deployment."""

import shlex

from cenote.flows.deployment import Deployment


def export_lines(deployment: Deployment) -> list[str]:
    """`export AWS_…=…`, quoted for a POSIX shell."""
    values = {
        "AWS_ENDPOINT_URL": deployment.endpoint_url,
        "AWS_ACCESS_KEY_ID": deployment.access_key_id,
        "AWS_SECRET_ACCESS_KEY": deployment.secret_access_key.reveal(),
        "AWS_DEFAULT_REGION": deployment.region,
    }
    return [f"export {name}={shlex.quote(value)}" for name, value in values.items()]
