"""
Secure Remote Password, Cognito's variant: PASSWORD_VERIFIER.

The server's half of the exchange travels inside SECRET_BLOCK, sealed: InitiateAuth writes nothing, any node can take the answer, and
clients that send no `Session` work. The block knows its pool, client and user; it is used once, which the answer's transaction marks.
In choice-based and custom sign-ins, where clients send back whatever session they were given last, there is one, made of the block.

    SRP_A ──► b, B ──► SECRET_BLOCK = sealed(pool, client, sub, name, b, A, B, expiry, progress)
    RespondToAuthChallenge(SECRET_BLOCK, TIMESTAMP, SIGNATURE) ──► Verdict

Source: developer guide "SRP-based sign-in"; RFC 5054.
"""

import base64
import binascii
import hashlib
import hmac
import json
import uuid
from dataclasses import dataclass, field

from cenote.base.errors import InvalidParameterException, NotAuthorizedException
from cenote.crypto import codes, srp
from cenote.crypto.errors import SrpError
from cenote.crypto.passwords import SrpRecord
from cenote.flows import passwords
from cenote.flows.attempt import Attempt
from cenote.flows.factors.verdict import Question, SignIn, Verdict
from cenote.flows.keys import TokenBrokenError
from cenote.flows.services import Services
from cenote.model.names import normalised
from cenote.model.pool import Pool
from cenote.model.sign_in.names import ChallengeName, Flow, Proof
from cenote.model.sign_in.progress import Progress, packed, unpacked
from cenote.model.user import User
from cenote.storage import challenges

_PURPOSE = "srp"
_NUMBER_BYTES = 384
_PRIVATE_BYTES = 32
# As long as that of any other challenge (flows.sign_in.rounds).
_SESSION_BYTES = 48
_WRONG = passwords.WRONG_PASSWORD


@dataclass(frozen=True, slots=True)
class Exchange:
    """The server's half of one exchange. *sub* is empty for a name that belongs to nobody; *progress* is the sign-in's."""

    pool_id: str
    client_id: str
    sub: str
    subject: str
    username: str
    given: str
    expires_at_ms: int
    progress: Progress
    server: srp.ServerKeys = field(repr=False)
    client_public: int = field(repr=False)


def ask(services: Services, sign_in: SignIn, client_public_hex: str) -> Question:
    """
    PASSWORD_VERIFIER for the user, or for nobody, who gets the same salt each time and as much work.

    Raises:
        InvalidParameterException: SRP_A is no number of the group.
    """
    attempt, user = sign_in.attempt, sign_in.user
    pool, given = attempt.pool, attempt.given
    try:
        client_public = srp.parse_public(client_public_hex)
    except SrpError as error:
        raise InvalidParameterException("SRP_A is not a valid public value.", cause=str(error)) from None
    record = record_of(services, pool, user, given)
    username = user.username if user is not None else username_of_nobody(services, pool, given)
    with services.gate:
        server = srp.begin(record.verifier)
    exchange = Exchange(
        pool_id=pool.pool_id,
        client_id=attempt.client.client_id,
        sub=user.sub if user is not None else "",
        subject=sign_in.subject,
        username=username,
        given=given,
        expires_at_ms=services.clock.now_ms() + attempt.client.session_ttl_s * 1000,
        progress=sign_in.progress,
        server=server,
        client_public=client_public,
    )
    block = services.keys.seal_bytes(_PURPOSE, _packed(exchange))
    parameters = {
        "SALT": srp.salt_hex(record.salt),
        "SRP_B": f"{server.public:x}",
        "SECRET_BLOCK": base64.b64encode(block).decode(),
        "USERNAME": username,
        "USER_ID_FOR_SRP": username,
    }
    session = None if sign_in.progress.flow is Flow.SRP else _session_of(services, block)
    return Question(ChallengeName.PASSWORD_VERIFIER, parameters, is_stateless=True, session=session)


def open_exchange(services: Services, attempt: Attempt) -> tuple[Exchange, bytes]:
    """
    The exchange inside PASSWORD_CLAIM_SECRET_BLOCK, and the block's bytes.

    Raises:
        NotAuthorizedException: it is not ours, another client's, past its time, or about another name than the answer.
    """
    try:
        block = base64.b64decode(attempt.required("PASSWORD_CLAIM_SECRET_BLOCK"), validate=True)
        exchange = _unpacked(services.keys.open_bytes(_PURPOSE, block))
    except (binascii.Error, ValueError, TokenBrokenError) as error:
        raise NotAuthorizedException(_WRONG, cause=f"SECRET_BLOCK: {error}") from None
    if exchange.client_id != attempt.client.client_id or exchange.pool_id != attempt.pool.pool_id:
        raise NotAuthorizedException(_WRONG, cause="SECRET_BLOCK of another client")
    if exchange.expires_at_ms <= services.clock.now_ms():
        raise NotAuthorizedException("Invalid session for the user, session is expired.")
    if attempt.given not in {exchange.username, exchange.given, exchange.sub}:
        raise NotAuthorizedException(_WRONG, cause="USERNAME is not the exchange's")
    return exchange, block


def verify_session(services: Services, exchange: Exchange, block: bytes, session: str | None) -> None:
    """
    Accept the session that comes with *block*: none, or the block's own; another one ends the exchange.

    Raises:
        NotAuthorizedException: it is another one.
    """
    if session is None or exchange.progress.flow is Flow.SRP:
        return
    if not hmac.compare_digest(_session_of(services, block).encode(), session.encode(errors="surrogatepass")):
        spent, until_ms = _spent_digest_of(block), exchange.expires_at_ms
        services.database.write("end exchange", lambda tx: challenges.spend(tx, spent, until_ms))
        raise NotAuthorizedException("Invalid session for the user.", cause="Session is not the SECRET_BLOCK's")


def check(services: Services, sign_in: SignIn, exchange: Exchange, block: bytes) -> Verdict:
    """Check the claim of *exchange*'s client; the sign-in's user is the exchange's own, None for nobody."""
    user, attempt = sign_in.user, sign_in.attempt
    timestamp = attempt.required("TIMESTAMP")
    signature = attempt.required("PASSWORD_CLAIM_SIGNATURE")
    record = record_of(services, attempt.pool, user, exchange.given)
    right = user is not None and passwords.record_of(services, user) == record
    try:
        srp.verify_timestamp(timestamp, services.clock.now_ms())
        with services.gate:
            key = srp.session_key(record.verifier, exchange.server, f"{exchange.client_public:x}")
        claim = base64.b64decode(signature, validate=True)
        srp.verify_claim(key, attempt.pool.short_name, exchange.username, block, timestamp, signature=claim)
    except (SrpError, binascii.Error, ValueError):
        right = False
    return Verdict(
        method="srp",
        user=user,
        subject=exchange.subject,
        proof=Proof.PASSWORD,
        is_right=right,
        spent_digest=_spent_digest_of(block),
        spent_until_ms=exchange.expires_at_ms,
    )


def record_of(services: Services, pool: Pool, user: User | None, given: str) -> SrpRecord:
    """The user's verifier; for nobody, or a user without one, a stable stand-in that no password fits."""
    # Made for everybody, so that its time tells nobody apart.
    seed = _stand_in(services, pool, user.username if user is not None else given)
    stand_in = SrpRecord(srp.fake_salt(seed), srp.fake_verifier(seed))
    record = passwords.record_of(services, user) if user is not None else None
    return record if isinstance(record, SrpRecord) else stand_in


def _session_of(services: Services, block: bytes) -> str:
    digest = hashlib.blake2b(block, key=services.keys.derived("srp sessions"), digest_size=_SESSION_BYTES).digest()
    return codes.session_of(digest)


def _spent_digest_of(block: bytes) -> bytes:
    return hashlib.sha256(b"srp" + block).digest()


def _stand_in(services: Services, pool: Pool, given: str) -> bytes:
    key = services.keys.derived("fake users")
    return hashlib.blake2b(
        f"{pool.pool_id}\n{normalised(pool, given)}".encode(errors="surrogatepass"), key=key, digest_size=32
    ).digest()


def username_of_nobody(services: Services, pool: Pool, given: str) -> str:
    """The user name that *given*, which belongs to nobody, is shown as having: one like those of the pool's users, always the same."""
    looks_like_alias = "@" in given or given.startswith("+")
    if pool.requires_names_by_attribute or (pool.alias_attributes and looks_like_alias):
        return str(uuid.UUID(bytes=_stand_in(services, pool, given)[:16], version=4))
    # A user's name is put right in the answer; were nobody's echoed, its case would tell them apart.
    return normalised(pool, given)


def _packed(exchange: Exchange) -> bytes:
    head = [
        exchange.pool_id,
        exchange.client_id,
        exchange.sub,
        exchange.subject,
        exchange.username,
        exchange.given,
        exchange.expires_at_ms,
        packed(exchange.progress),
    ]
    numbers = exchange.server.public.to_bytes(_NUMBER_BYTES) + exchange.client_public.to_bytes(_NUMBER_BYTES + 1)
    return exchange.server.private + numbers + json.dumps(head).encode()


def _unpacked(data: bytes) -> Exchange:
    public_at = _PRIVATE_BYTES
    client_at = public_at + _NUMBER_BYTES
    head_at = client_at + _NUMBER_BYTES + 1
    pool_id, client_id, sub, subject, username, given, expires_at_ms, progress = json.loads(data[head_at:])
    return Exchange(
        pool_id=pool_id,
        client_id=client_id,
        sub=sub,
        subject=subject,
        username=username,
        given=given,
        expires_at_ms=expires_at_ms,
        progress=unpacked(progress),
        server=srp.ServerKeys(data[:public_at], int.from_bytes(data[public_at:client_at])),
        client_public=int.from_bytes(data[client_at:head_at]),
    )
