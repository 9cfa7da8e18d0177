"""
What an assertion asks of AWS, in AWS's own attributes, and which of its other attributes trust policies may look at.

Source: IAM User Guide, "Configure SAML assertions for the authentication response"; "Available keys for SAML-based AWS STS federation".
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from cenote.base.iam_errors import InvalidIdentityTokenException
from cenote.model.iam import quotas
from cenote.model.iam.entity import EntityKind
from cenote.model.iam.names import parse_arn
from cenote.model.iam.session_rules import is_session_name, is_session_tag, is_source_identity

Attributes = Mapping[str, str | list[str]]

_OURS = "https://aws.amazon.com/SAML/Attributes/"
_TAG = f"{_OURS}PrincipalTag:"
_SECONDS = re.compile(r"[0-9]{1,6}")
_SHORTEST_S, _LONGEST_S = 900, 43_200
_EDU_PERSON, _EDU_ORG = "urn:oid:1.3.6.1.4.1.5923.1.1.1.", "urn:oid:1.3.6.1.4.1.5923.1.2.1."
_CLAIMS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"
# The names of attributes, in lower case, and the condition keys that they are.
_KEYS = {
    f"{_EDU_PERSON}1": "edupersonaffiliation",
    f"{_EDU_PERSON}2": "edupersonnickname",
    f"{_EDU_PERSON}3": "edupersonorgdn",
    f"{_EDU_PERSON}4": "edupersonorgunitdn",
    f"{_EDU_PERSON}5": "edupersonprimaryaffiliation",
    f"{_EDU_PERSON}6": "edupersonprincipalname",
    f"{_EDU_PERSON}7": "edupersonentitlement",
    f"{_EDU_PERSON}8": "edupersonprimaryorgunitdn",
    f"{_EDU_PERSON}9": "edupersonscopedaffiliation",
    f"{_EDU_PERSON}10": "edupersontargetedid",
    f"{_EDU_PERSON}11": "edupersonassurance",
    f"{_EDU_ORG}2": "eduorghomepageuri",
    f"{_EDU_ORG}3": "eduorgidentityauthnpolicyuri",
    f"{_EDU_ORG}4": "eduorglegalname",
    f"{_EDU_ORG}5": "eduorgsuperioruri",
    f"{_EDU_ORG}6": "eduorgwhitepagesuri",
    "urn:oid:2.5.4.3": "cn",
    "urn:oid:2.5.4.4": "surname",
    "urn:oid:2.5.4.41": "name",
    "urn:oid:2.5.4.42": "givenname",
    "urn:oid:2.5.4.45": "x500uniqueidentifier",
    "urn:oid:0.9.2342.19200300.100.1.1": "uid",
    "urn:oid:0.9.2342.19200300.100.1.3": "mail",
    "urn:oid:0.9.2342.19200300.100.1.45": "organizationstatus",
    f"{_CLAIMS}name": "name",
    f"{_CLAIMS}givenname": "givenname",
    f"{_CLAIMS}surname": "surname",
    f"{_CLAIMS}emailaddress": "mail",
    "http://schemas.xmlsoap.org/claims/commonname": "commonname",
    "http://schemas.microsoft.com/ws/2008/06/identity/claims/primarygroupsid": "primarygroupsid",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """
    What an assertion asks of AWS. *roles* are pairs of a role's ARN and a SAML provider's; *session_name* is RoleSessionName.

    *duration_s* is SessionDuration. Each is empty or None where nothing is asked.
    """

    roles: tuple[tuple[str, str], ...] = ()
    session_name: str | None = None
    duration_s: int | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    transitive_tag_keys: tuple[str, ...] = ()
    source_identity: str | None = None


def asked_in(attributes: Attributes) -> Asked:
    """
    What the attributes of a verified assertion ask.

    Raises:
        InvalidIdentityTokenException: they ask in a way that AWS does not take.
    """
    return Asked(
        roles=tuple(_pair_of(value) for value in _values(attributes, f"{_OURS}Role")),
        session_name=_session_name_in(attributes),
        duration_s=_duration_in(attributes),
        tags=_tags_in(attributes),
        transitive_tag_keys=_transitive_in(attributes),
        source_identity=_source_identity_in(attributes),
    )


def context_of(attributes: Attributes) -> dict[str, tuple[str, ...]]:
    """The condition keys that the attributes of a verified assertion are."""
    found: dict[str, tuple[str, ...]] = {}
    for name in attributes:
        key = _KEYS.get(name.lower())
        if key is not None:
            found[f"saml:{key}"] = (*found.get(f"saml:{key}", ()), *_values(attributes, name))
    return found


def _values(attributes: Attributes, name: str) -> list[str]:
    value = attributes.get(name, [])
    return [value] if isinstance(value, str) else value


def _one(attributes: Attributes, name: str) -> str | None:
    values = _values(attributes, f"{_OURS}{name}")
    if len(values) > 1:
        raise InvalidIdentityTokenException(f"{name} in AuthnResponse must have one value")
    return values[0] if values else None


def _pair_of(value: str) -> tuple[str, str]:
    """A role's and a provider's ARN, in whichever order they were written."""
    arns = [each.strip() for each in value.split(",")]
    refs = [parse_arn(each) for each in arns]
    by_kind = {ref.kind: arn for ref, arn in zip(refs, arns, strict=True) if ref is not None}
    wanted = (EntityKind.ROLE, EntityKind.SAML_PROVIDER)
    if by_kind.keys() != set(wanted) or len(arns) != len(wanted):
        raise InvalidIdentityTokenException("Role in AuthnResponse must be the ARNs of a role and a SAML provider")
    role, provider = (by_kind[kind] for kind in wanted)
    return role, provider


def _session_name_in(attributes: Attributes) -> str | None:
    name = _one(attributes, "RoleSessionName")
    if name is not None and not is_session_name(name):
        raise InvalidIdentityTokenException("RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}")
    return name


def _source_identity_in(attributes: Attributes) -> str | None:
    name = _one(attributes, "SourceIdentity")
    if name is not None and not is_source_identity(name):
        raise InvalidIdentityTokenException(
            'Source Identity must match [a-zA-Z_0-9+=,.@-]{2,64} and not begin with "aws:"'
        )
    return name


def _duration_in(attributes: Attributes) -> int | None:
    written = _one(attributes, "SessionDuration")
    if written is None:
        return None
    if not _SECONDS.fullmatch(written) or not _SHORTEST_S <= int(written) <= _LONGEST_S:
        raise InvalidIdentityTokenException(
            f"SessionDuration in AuthnResponse must be between {_SHORTEST_S} and {_LONGEST_S}"
        )
    return int(written)


def _tags_in(attributes: Attributes) -> dict[str, str]:
    found = {}
    for name in attributes:
        if name.startswith(_TAG):
            values = _values(attributes, name)
            key = name.removeprefix(_TAG)
            if len(values) != 1 or not is_session_tag(key, values[0]):
                raise InvalidIdentityTokenException("PrincipalTag in AuthnResponse must have a key and one value")
            found[key] = values[0]
    if len({key.lower() for key in found}) != len(found) or len(found) > quotas.TAGS:
        raise InvalidIdentityTokenException("AuthnResponse has too many PrincipalTags, or one twice")
    return found


def _transitive_in(attributes: Attributes) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_values(attributes, f"{_OURS}TransitiveTagKeys")))
