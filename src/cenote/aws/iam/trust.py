"""Trust policies when they are written: whom they name must be there."""

import re
from typing import Final

from cenote.aws.iam import documents
from cenote.base.errors import LimitExceededException, MalformedPolicyDocumentException
from cenote.model.iam import quotas, trust
from cenote.model.iam.entity import EntityKind
from cenote.model.iam.names import parse_arn
from cenote.policy.document import Kind, Policy
from cenote.storage.database import Tx
from cenote.storage.iam import entities

_PRINCIPALS: Final = frozenset({EntityKind.ROLE, EntityKind.USER})
_SESSION_ARN: Final = re.compile(r"arn:aws:sts::([0-9]{12}):(assumed-role|federated-user)/([^/]+)(?:/[^/]+)?")


def require_trust(text: str) -> Policy:
    """
    The trust policy that *text* is; whether whom it names is there, `verify_principals` says.

    Raises:
        MalformedPolicyDocumentException: it is none.
        LimitExceededException: it is too long.
    """
    policy = documents.require_policy(text, Kind.TRUST)
    if quotas.counted_chars(text) > quotas.TRUST_CHARS:
        raise LimitExceededException(quotas.exceeded("ACLSizePerRole", quotas.TRUST_CHARS))
    return policy


def verify_principals(tx: Tx, policy: Policy) -> None:
    """
    Let a trust policy pass that names only whom there is.

    Raises:
        MalformedPolicyDocumentException: somebody is not there.
    """
    for statement in policy.statements:
        if statement.principals is None:
            continue
        for arn in sorted(statement.principals.arns):
            if not _is_there(tx, arn):
                raise _invalid("AWS", arn)
        for entity_id in sorted(statement.principals.unique_ids):
            entity = entities.get_by_id(tx, entity_id)
            if entity is None or entity.kind not in _PRINCIPALS:
                raise _invalid("AWS", entity_id)
        for provider in sorted(statement.principals.federated):
            if not trust.is_provider(provider):
                raise _invalid("Federated", provider)


def _is_there(tx: Tx, arn: str) -> bool:
    session = _SESSION_ARN.fullmatch(arn)
    if session is not None:
        account_id, kind, name = session.groups()
        return kind == "federated-user" or entities.get(tx, account_id, EntityKind.ROLE, name) is not None
    ref = parse_arn(arn)
    if ref is None or ref.kind not in _PRINCIPALS:
        return False
    entity = entities.get(tx, ref.account_id, ref.kind, ref.name)
    return entity is not None and entity.arn == arn


def _invalid(kind: str, principal: str) -> MalformedPolicyDocumentException:
    return MalformedPolicyDocumentException(f'Invalid principal in policy: "{kind}":"{principal}"')
