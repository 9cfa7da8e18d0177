"""The lines that point an AWS client at this deployment."""

import shlex
from collections.abc import Mapping
from pathlib import Path

from cenote.flows.deployment import Deployment
from cenote.flows.root_key import RootKey
from cenote.model.access_key import AccessKey


def export_lines(deployment: Deployment, authority: Path | None = None) -> list[str]:
    """
    `export AWS_…=…`, quoted for a POSIX shell; *authority* is the certificate of the one that they have to trust.

    Where the root key is switched off there is none among them.
    """
    values = {"AWS_ENDPOINT_URL": deployment.endpoint_url}
    if deployment.root_key.key is not None:
        values |= key_values(deployment.root_key.key)
    values["AWS_DEFAULT_REGION"] = deployment.region
    if authority is not None:
        values["AWS_CA_BUNDLE"] = str(authority)
    return exported(values)


def key_values(key: AccessKey) -> dict[str, str]:
    """The variables by which an AWS client signs with *key*."""
    return {"AWS_ACCESS_KEY_ID": key.access_key_id, "AWS_SECRET_ACCESS_KEY": key.secret_access_key.reveal()}


def exported(values: Mapping[str, str]) -> list[str]:
    """`export NAME=value` for each, quoted for a POSIX shell."""
    return [f"export {name}={shlex.quote(value)}" for name, value in values.items()]


def root_key_notice(root_key: RootKey) -> str | None:
    """What is to be said where clients cannot sign by the key that somebody may expect; None where there is nothing."""
    if root_key.key is None:
        named = " (the one that CENOTE_ROOT_ACCESS_KEY_ID names, too)" if root_key.is_named_idle else ""
        return f"The root key is switched off{named}: sign with keys of IAM users, or run cenote root-key on."
    if root_key.is_named_idle:
        return (
            "CENOTE_ROOT_ACCESS_KEY_ID names a root key that was rotated or deleted and signs no longer:"
            f" the root key is {root_key.key.access_key_id}."
        )
    return None
