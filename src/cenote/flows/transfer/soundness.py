"""
What a row must be to be restored: such that every reader of it can work with it.

A file is not held to every rule by which the operations that made its rows went, but nothing passes here that would break a list, a
sign-in or a start afterwards, that would be found by nobody, or that would cost more than a row of our own making.
"""

import base64
import json
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from cryptography.exceptions import UnsupportedAlgorithm

from cenote.base.errors import Fault
from cenote.crypto import device_verifier, imported_passwords, jwt, passwords
from cenote.crypto.errors import CryptoError
from cenote.crypto.webauthn.public_keys import verify_supported
from cenote.crypto.webauthn.responses import MAX_CREDENTIAL_ID_BYTES, base64url_bytes
from cenote.flows.threat.configuration import RiskSettings
from cenote.flows.transfer.documents import (
    is_client_document,
    is_event_document,
    is_pool_document,
    is_resource_document,
    is_session_document,
    is_token_document,
)
from cenote.flows.transfer.errors import TransferError
from cenote.flows.transfer.lines import Header
from cenote.flows.transfer.parts import Part
from cenote.model.auth_event import EventResponse, EventType, created_at_ms_of
from cenote.model.client import client_of
from cenote.model.device import is_device_key
from cenote.model.domain import verify_name
from cenote.model.identity_provider.link import IDENTITIES, Link, identities_claim
from cenote.model.mfa import preference_of
from cenote.model.names import MAX_NAME_LENGTH, is_nameable, is_sub_like
from cenote.model.pool import pool_of
from cenote.model.pool_settings.session import POOL_DEFAULT
from cenote.model.user import UserStatus
from cenote.model.user_session import SessionKind, UserSession, is_session_id
from cenote.storage import devices, passkeys, tables, users
from cenote.storage.resources import OF_POOL, Kind
from cenote.storage.transfer import Row

USES = frozenset({"access", "id"})
_POOL_ID = re.compile(r"[\w-]+_[0-9a-zA-Z]+", re.ASCII)
_CLIENT_ID = re.compile(r"[\w+]{1,128}", re.ASCII)
_REGION = re.compile(r"[a-z0-9-]+")
_ACCOUNT_ID = re.compile(r"[0-9]{12}")
_DIGEST_BYTES = 32
_KEY_BYTES = 256
# RFC 4226, section 4: 128 bits at least.
_APP_SECRET_BYTES = range(16, 129)
_MAX_RESOURCE_NAME = 1024
_PROOF = b"cenote"
# What a pool has one of is stored without a name.
_ONE_OF_POOL = frozenset({Kind.LOG_DELIVERY, Kind.RISK_CONFIGURATION, Kind.SESSION_CONFIGURATION})
# What readers of a row that is not right stumble over.
_STUMBLES = (
    ArithmeticError,
    AttributeError,
    CryptoError,
    Fault,
    LookupError,
    RecursionError,
    TypeError,
    UnsupportedAlgorithm,
    ValueError,
)
_Check = Callable[[Row, Header], bool]


def verify(part: Part, row: Row, header: Header) -> None:
    """
    Accept a row, its secrets open, of the file with that header.

    Raises:
        TransferError: it cannot be right.
    """
    try:
        is_sound = _CHECKS[part.name](row, header)
    except _STUMBLES:
        is_sound = False
    if not is_sound:
        raise TransferError(f"the file is damaged: a record of {part.name} has values that cannot be right")


def _is_pool(row: Row, header: Header) -> bool:
    pool = pool_of(**row)
    return (
        _POOL_ID.fullmatch(pool.pool_id) is not None
        and _REGION.fullmatch(pool.region) is not None
        and _ACCOUNT_ID.fullmatch(pool.account_id) is not None
        and (pool.region, pool.account_id) == (header.region, header.account_id)
        and bool(pool.name)
        and is_pool_document(pool.document)
    )


def _is_signing_key(row: Row, _header: Header) -> bool:
    der: bytes = row["sealed_private_key"]
    signature = jwt.Signer(row["kid"], der).signature_of(_PROOF)
    # Loading a key does not look whether its numbers belong together: what it signs does.
    jwt.Verifier(row["public_jwk"]).verify(_PROOF, signature)
    is_own = row["public_jwk"] == jwt.public_jwk(row["kid"], der)
    return row["token_use"] in USES and is_own and len(signature) >= _KEY_BYTES


def _is_client(row: Row, _header: Header) -> bool:
    client = client_of(**row, secrets=())
    return _CLIENT_ID.fullmatch(client.client_id) is not None and is_client_document(client.document)


def _is_client_secret(row: Row, _header: Header) -> bool:
    return bool(row["secret_id"] and row["sealed_secret"].decode())


def _is_resource(row: Row, _header: Header) -> bool:
    kind, secrets = Kind(row["kind"]), row["sealed_secrets"]
    is_named = len(row["name"].encode()) <= _MAX_RESOURCE_NAME and (row["name"] != OF_POOL or kind in _ONE_OF_POOL)
    is_open = kind is not Kind.IDENTITY_PROVIDER or secrets is None or isinstance(json.loads(secrets), dict)
    return is_named and is_open and is_resource_document(kind, row["document"]) and _is_followed(kind, row)


def _is_followed(kind: Kind, row: Row) -> bool:
    """Whether what every sign-in goes by can be gone by."""
    if kind is Kind.RISK_CONFIGURATION:
        return RiskSettings(row["document"]).is_sound
    if kind is Kind.SESSION_CONFIGURATION and row["name"] == OF_POOL:
        return (
            row["document"].keys() == POOL_DEFAULT.keys() and type(row["document"]["TokenSession"]["MaxPerUser"]) is int
        )
    return True


def _is_domain(row: Row, header: Header) -> bool:
    verify_name(row["domain"], is_custom=row["is_custom"])
    is_ours = (row["region"], row["account_id"]) == (header.region, header.account_id)
    return is_ours and type(row["document"]["ManagedLoginVersion"]) is int


def _is_group(row: Row, _header: Header) -> bool:
    return 0 < len(row["name"]) <= MAX_NAME_LENGTH


def _is_user(row: Row, _header: Header) -> bool:
    if row["status"] not in _STATUSES:
        raise TransferError("a user has a status that this version of Cenote does not know")
    user = users.record_of([row[column.name] for column in tables.users.c])
    if user.sealed_password is not None:
        _verify_password(user.sealed_password)
    for former in json.loads(user.sealed_history or b"[]"):
        _verify_password(base64.b64decode(former, validate=True))
    if IDENTITIES in user.attributes:
        identities_claim(user.attributes[IDENTITIES])
    is_text = all(isinstance(value, str) and "\0" not in value for value in user.attributes.values())
    preference = preference_of(user)
    is_chosen = preference.preferred in {None, *preference.enabled}
    return is_text and is_chosen and is_sub_like(user.sub) and bool(user.username) and is_nameable(user.username)


def _is_membership(row: Row, _header: Header) -> bool:
    return is_sub_like(row["sub"]) and 0 < len(row["group_name"]) <= MAX_NAME_LENGTH


def _is_link(row: Row, _header: Header) -> bool:
    link = Link(**{name: value for name, value in row.items() if name != "document"}, **row["document"])
    is_typed = isinstance(link.provider_type, str) and isinstance(link.is_primary, bool)
    are_named = isinstance(link.issuer, str | None) and isinstance(link.authority, str | None)
    return is_typed and are_named and is_sub_like(link.sub)


def _is_software_token(row: Row, _header: Header) -> bool:
    secrets = [row[name] for name in ("sealed_secret", "sealed_pending") if row[name] is not None]
    is_sized = all(len(secret) in _APP_SECRET_BYTES for secret in secrets)
    return bool(secrets) and is_sized and is_sub_like(row["sub"])


def _is_passkey(row: Row, _header: Header) -> bool:
    passkey = passkeys.record_of([row[column.name] for column in tables.passkeys.c])
    verify_supported(base64url_bytes(passkey.public_key))
    is_named = 0 < len(base64url_bytes(passkey.credential_id)) <= MAX_CREDENTIAL_ID_BYTES
    texts = (passkey.relying_party, passkey.friendly_name, passkey.aaguid, *passkey.transports)
    is_typed = isinstance(passkey.is_backup_eligible, bool) and isinstance(passkey.attachment, str | None)
    return is_named and is_typed and all(isinstance(each, str) for each in texts) and is_sub_like(passkey.sub)


def _is_device(row: Row, _header: Header) -> bool:
    device = devices.record_of([row[column.name] for column in tables.devices.c])
    record = passwords.decode(device.sealed_verifier)
    if not isinstance(record, passwords.SrpRecord):
        return False
    device_verifier.verify(record)
    texts = (device.group_key, device.last_ip, device.sdk, device.name or "")
    is_typed = all(isinstance(each, str) for each in texts)
    return is_typed and bool(device.group_key) and is_device_key(device.device_key) and is_sub_like(device.sub)


def _is_session(row: Row, _header: Header) -> bool:
    session = UserSession(**{**row, "kind": SessionKind(row["kind"])})
    is_linked = session.parent_id is None or is_session_id(session.parent_id, SessionKind.SSO)
    # What leads to no refresh tokens would stay active when its sign-in is revoked.
    is_tied = session.kind is SessionKind.SSO or bool(session.origin_jti)
    is_known = is_session_id(session.session_id, session.kind) and _CLIENT_ID.fullmatch(session.client_id) is not None
    return is_known and is_linked and is_tied and is_session_document(session.document) and is_sub_like(session.sub)


def _is_auth_event(row: Row, _header: Header) -> bool:
    is_known = EventType(row["event_type"]) in EventType and EventResponse(row["response"]) in EventResponse
    # Whoever names an event finds it by the moment that is in its id.
    is_found = created_at_ms_of(row["event_id"]) == row["created_at_ms"]
    return is_known and is_found and is_event_document(row["document"]) and is_sub_like(row["sub"])


def _is_refresh_token(row: Row, _header: Header) -> bool:
    is_known = is_token_document(row["details"]) and len(row["token_digest"]) == _DIGEST_BYTES
    return is_known and is_sub_like(row["sub"])


def _verify_password(data: bytes) -> None:
    """Accept a password record whose check costs no more than one that an import may bring; raises CryptoError."""
    record = passwords.decode(data)
    if isinstance(record, passwords.Argon2Record):
        imported_passwords.parse("ARGON2ID", record.phc)


_STATUSES = frozenset(UserStatus)
_CHECKS: Mapping[str, _Check] = MappingProxyType(
    {
        tables.pools.name: _is_pool,
        tables.signing_keys.name: _is_signing_key,
        tables.clients.name: _is_client,
        tables.client_secrets.name: _is_client_secret,
        tables.resources.name: _is_resource,
        tables.domains.name: _is_domain,
        tables.groups.name: _is_group,
        tables.users.name: _is_user,
        tables.memberships.name: _is_membership,
        tables.links.name: _is_link,
        tables.software_tokens.name: _is_software_token,
        tables.passkeys.name: _is_passkey,
        tables.devices.name: _is_device,
        tables.sessions.name: _is_session,
        tables.auth_events.name: _is_auth_event,
        tables.refresh_tokens.name: _is_refresh_token,
    }
)
