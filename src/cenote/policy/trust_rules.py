"""
What a role's trust policy may be refused for. IAM reads these by another parser than other policies, which has words of its own.

Source: IAM User Guide, "IAM JSON policy element reference"; "Amazon Cognito identity pools and IAM roles" (a condition on the audience).
"""

from typing import Final

from cenote.policy.grammar import DocumentText, Place, StatementText, SyntaxFaultError
from cenote.policy.patterns import matcher_of
from cenote.policy.rules import MalformedPolicyError, require_formed_actions, require_principal, values_of
from cenote.policy.variables import tokens_of

NO_JSON: Final = "This policy contains invalid Json"
_SENTENCES: Final = {
    Place.VERSION: "The policy must contain a valid version string",
    Place.STATEMENT: "Could not parse the policy: Statement is empty!",
    Place.NO_EFFECT: "Missing required field Effect",
    Place.EFFECT: "Invalid effect: ",
    Place.OPERATOR: "Invalid Condition type : ",
    Place.ANYWHERE: "Syntax error in policy.",
}
_ACTIONS: Final = (
    "assumerole",
    "assumerolewithsaml",
    "assumerolewithwebidentity",
    "assumeroot",
    "setcontext",
    "setsourceidentity",
    "tagsession",
)
_COGNITO: Final = "cognito-identity.amazonaws.com"
_COGNITO_AUDIENCE: Final = "cognito-identity.amazonaws.com:aud"


def sentence_of(fault: SyntaxFaultError) -> str:
    """What IAM says of a trust policy that is not in the policy language."""
    return _SENTENCES[fault.place] + fault.written


def require_trust(document: DocumentText) -> None:
    """Refuse what no trust policy may hold or lack."""
    for statement in document.statements:
        _require_statement(statement)
    sids = [statement.sid for statement in document.statements if statement.sid]
    if len(set(sids)) != len(sids):
        raise MalformedPolicyError("The Statement Ids in the policy are not unique")


def _require_statement(statement: StatementText) -> None:
    if statement.effect not in {"Allow", "Deny"}:
        raise MalformedPolicyError(f"{_SENTENCES[Place.EFFECT]}{statement.effect}")
    require_principal(statement)
    if statement.is_principal_negated:
        raise MalformedPolicyError("AssumeRole policy must not contain NotPrincipal field.")
    if not values_of(statement.action):
        raise MalformedPolicyError("Missing required field Action")
    require_formed_actions(statement.action)
    if not all(map(_is_trust_action, values_of(statement.action))):
        raise MalformedPolicyError("AssumeRole policy may only specify STS AssumeRole actions.")
    if statement.resource is not None:
        raise MalformedPolicyError(
            "AssumeRole policy must not contain resources."
            if statement.resource.is_negated
            else "Has prohibited field Resource"
        )
    if statement.effect == "Allow" and _trusts_cognito(statement) and not _names_audience(statement):
        raise MalformedPolicyError("A condition block must be present for the Cognito provider")


def _trusts_cognito(statement: StatementText) -> bool:
    principal = statement.principal
    return principal is not None and not isinstance(principal, str) and _COGNITO in principal.get("Federated", ())


def _names_audience(statement: StatementText) -> bool:
    return any(key.lower() == _COGNITO_AUDIENCE for by_key in statement.condition.values() for key in by_key)


def _is_trust_action(action: str) -> bool:
    vendor, _, name = action.lower().partition(":")
    matches = matcher_of(tokens_of(name, has_wildcards=True, has_variables=False))
    return vendor == "sts" and any(matches(known, {}) for known in _ACTIONS)
