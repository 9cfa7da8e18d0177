"""
The certificate of the key that signs a pool's SAML requests.

The key is made when it is first asked for and stays for the life of the pool. Each year a new certificate is issued for it; those before
it stay good until their ten years are over.

Source: API_GetSigningCertificate; developer guide, "Signing SAML requests".
"""

import base64
from dataclasses import replace
from typing import Any

from cenote.crypto import certificates, jwt
from cenote.flows.services import Services
from cenote.storage import pools, resources
from cenote.storage.database import Tx
from cenote.storage.resources import Kind, Resource

RENEWED_AFTER_MS = 365 * 24 * 60 * 60 * 1000
_NAME = "saml"


def certificate_of(services: Services, pool_id: str) -> bytes:
    """
    The pool's newest certificate, as DER; the same one for everybody who asks within a year.

    Raises:
        ResourceNotFoundException: the pool is gone.
    """
    return base64.b64decode(_newest(_current(services, pool_id))["Certificate"])


def key_of(services: Services, pool_id: str) -> tuple[bytes, bytes]:
    """
    The key that signs the pool's requests (PKCS #8), and its newest certificate, as DER.

    Raises:
        ResourceNotFoundException: the pool is gone.
    """
    found = _current(services, pool_id)
    key = services.keys.open(found.sealed_secrets or b"", found.secrets_context)
    return key, base64.b64decode(_newest(found)["Certificate"])


def _current(services: Services, pool_id: str) -> Resource:
    with services.database.read() as tx:
        found = resources.get(tx, pool_id, Kind.SIGNING_CERTIFICATE, _NAME)
    if found is None:
        return _made(services, pool_id)
    if services.clock.now_ms() - _newest(found)["IssuedAtMs"] >= RENEWED_AFTER_MS:
        return _renewed(services, found)
    return found


def _made(services: Services, pool_id: str) -> Resource:
    now_ms = services.clock.now_ms()
    with services.gate:
        key = jwt.new_signing_key()
    document = {"Certificates": [_issued(key, pool_id, now_ms)]}
    bare = Resource(pool_id, Kind.SIGNING_CERTIFICATE, _NAME, document, now_ms, now_ms)
    made = replace(bare, sealed_secrets=services.keys.seal(key, bare.secrets_context))

    def work(tx: Tx) -> Resource:
        pools.hold(tx, pool_id)
        # Who is not first takes over what the first one made.
        return made if resources.insert(tx, made) else _require(tx, pool_id)

    return services.database.write("create signing certificate", work)


def _renewed(services: Services, before: Resource) -> Resource:
    now_ms = services.clock.now_ms()
    key = services.keys.open(before.sealed_secrets or b"", before.secrets_context)
    document = {"Certificates": [*before.document["Certificates"], _issued(key, before.pool_id, now_ms)]}

    def work(tx: Tx) -> Resource:
        after = resources.update(tx, before, document=document, modified_at_ms=now_ms)
        return after if after is not None else _require(tx, before.pool_id)

    return services.database.write("renew signing certificate", work)


def _require(tx: Tx, pool_id: str) -> Resource:
    found = resources.get(tx, pool_id, Kind.SIGNING_CERTIFICATE, _NAME)
    if found is None:
        raise pools.no_such_pool(pool_id)
    return found


def _issued(key: bytes, pool_id: str, now_ms: int) -> dict[str, Any]:
    certificate = certificates.self_signed(key, pool_id, now_ms)
    return {"Certificate": base64.b64encode(certificate).decode(), "IssuedAtMs": now_ms}


def _newest(found: Resource) -> dict[str, Any]:
    newest: dict[str, Any] = found.document["Certificates"][-1]
    return newest
