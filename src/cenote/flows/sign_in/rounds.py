"""
Rounds: a challenge that was put to a client and waits for its answer, under a `Session` that is used once.

A session is an id of the whole sign-in and a secret of the round. Whoever comes with a session of an earlier round, for another client,
for another challenge or under another name ends the sign-in: the round that waits is deleted.

Source: API_RespondToAuthChallenge, "Session".
"""

import json
import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from cenote.base.errors import Fault, NotAuthorizedException
from cenote.crypto import codes
from cenote.flows.services import Services
from cenote.model.challenge import Challenge
from cenote.model.client import Client
from cenote.model.pool import Pool
from cenote.model.sign_in.names import ChallengeName
from cenote.model.sign_in.progress import Progress, packed, unpacked
from cenote.storage import challenges
from cenote.storage.database import Tx

USED = "Invalid session for the user, session can only be used once."
INVALID = "Invalid session for the user."
EXPIRED = "Invalid session for the user, session is expired."
TRIES = 5
_ID_BYTES = 16
_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class Round:
    """A challenge that waits, opened: *state* is what its factor kept for the answer."""

    challenge: Challenge
    sign_in_id: bytes = field(repr=False)
    progress: Progress
    state: Mapping[str, Any] = field(repr=False)

    @property
    def name(self) -> ChallengeName:
        """Which challenge it is."""
        return ChallengeName(self.challenge.name)


def new_round(
    services: Services,
    pool_id: str,
    client_id: str,
    subject: str,
    name: ChallengeName,
    progress: Progress,
    state: Mapping[str, Any],
    *,
    ttl_s: int,
    sign_in_id: bytes | None = None,
) -> tuple[str, Challenge]:
    """A round's session and its row, not written yet; *sign_in_id* where the sign-in goes on."""
    sign_in_id = sign_in_id or os.urandom(_ID_BYTES)
    session = codes.session_of(sign_in_id + os.urandom(_SECRET_BYTES))
    digest = codes.token_digest(session)
    content = json.dumps({"progress": packed(progress), "state": state})
    row = Challenge(
        session_digest=digest,
        pool_id=pool_id,
        client_id=client_id,
        subject=subject,
        name=name.value,
        sealed_state=services.keys.seal(content.encode(), _context(digest)),
        expires_at_ms=services.clock.now_ms() + ttl_s * 1000,
        sign_in_digest=_digest_of_id(sign_in_id),
    )
    return session, row


def require(
    services: Services, pool: Pool | None, client: Client | None, session: str, names: Collection[ChallengeName]
) -> Round:
    """
    The round that *session* stands for, left where it is; *pool* and *client* are None where the round alone says which.

    Raises:
        NotAuthorizedException: it is unknown, used, past its time, another client's, or waits for another challenge. The sign-in ends.
    """
    digest = codes.token_digest(session)
    sign_in_id = _id_of(session)
    with services.database.glance() as tx:
        challenge = challenges.get(tx, digest)
        was_used = challenge is None and challenges.is_spent(tx, digest)
    if challenge is None:
        burn(services, sign_in_id)
        raise NotAuthorizedException(USED if was_used else INVALID)
    if challenge.expires_at_ms <= services.clock.now_ms():
        raise NotAuthorizedException(EXPIRED)
    refusal = _refusal_of(challenge, pool, client, names)
    if refusal is not None:
        burn(services, sign_in_id)
        raise refusal
    return _opened(services, challenge, sign_in_id)


def waiting(services: Services, pool: Pool, client: Client, sign_in_id: bytes, name: ChallengeName) -> Round:
    """
    The round of a sign-in that waits for *name*, the newest where several do; for answers that come without a session.

    Raises:
        NotAuthorizedException: none does.
    """
    now_ms = services.clock.now_ms()
    with services.database.read() as tx:
        found = challenges.of_sign_in(tx, _digest_of_id(sign_in_id))
    open_ones = [
        each
        for each in found
        if each.expires_at_ms > now_ms and _refusal_of(each, pool, client, frozenset({name})) is None
    ]
    if not open_ones:
        raise NotAuthorizedException(INVALID, cause=f"no {name} waits for this device")
    newest = max(open_ones, key=lambda each: each.expires_at_ms)
    return _opened(services, newest, sign_in_id)


def burn(services: Services, sign_in_id: bytes) -> None:
    """End the sign-in: whatever round of it waits is deleted."""
    if sign_in_id:
        digest = _digest_of_id(sign_in_id)
        services.database.write("end sign-in", lambda tx: challenges.delete_of_sign_in(tx, digest))


def take(tx: Tx, open_round: Round, now_ms: int) -> None:
    """
    Consume a round inside the caller's transaction.

    Raises:
        NotAuthorizedException: somebody else was first.
    """
    if challenges.take(tx, open_round.challenge.session_digest, now_ms) is None:
        raise NotAuthorizedException(USED)
    challenges.spend(tx, open_round.challenge.session_digest, open_round.challenge.expires_at_ms)


def count_wrong(tx: Tx, open_round: Round, *, is_kept: bool) -> None:
    """Count a wrong answer; the round is over after it, or after TRIES of them where it is kept for another try."""
    digest = open_round.challenge.session_digest
    if is_kept and challenges.count_try(tx, digest) < TRIES:
        return
    challenges.spend(tx, digest, open_round.challenge.expires_at_ms)
    challenges.delete(tx, digest)


def succeed(services: Services, tx: Tx, open_round: Round, state: Mapping[str, Any]) -> str:
    """
    Put a round of the same challenge with another *state* in the place of this one, in the caller's transaction; its session.

    Raises:
        NotAuthorizedException: somebody else was first.
    """
    now_ms = services.clock.now_ms()
    former = open_round.challenge
    session, row = new_round(
        services,
        former.pool_id,
        former.client_id,
        former.subject,
        open_round.name,
        open_round.progress,
        state,
        ttl_s=0,
        sign_in_id=open_round.sign_in_id,
    )
    take(tx, open_round, now_ms)
    # It ends when this one would have: whoever goes on asking gets no more time.
    challenges.put(tx, replace(row, expires_at_ms=former.expires_at_ms))
    return session


def _refusal_of(
    challenge: Challenge, pool: Pool | None, client: Client | None, names: Collection[ChallengeName]
) -> Fault | None:
    if pool is not None and challenge.pool_id != pool.pool_id:
        return NotAuthorizedException(INVALID, cause="another pool's session")
    if client is not None and challenge.client_id != client.client_id:
        return NotAuthorizedException(INVALID, cause="another client's session")
    if challenge.name not in {name.value for name in names}:
        return NotAuthorizedException(INVALID, cause=f"the session waits for {challenge.name}")
    return None


def _opened(services: Services, challenge: Challenge, sign_in_id: bytes) -> Round:
    content = json.loads(services.keys.open(challenge.sealed_state, _context(challenge.session_digest)))
    return Round(challenge, sign_in_id, unpacked(content["progress"]), content["state"])


def _id_of(session: str) -> bytes:
    content = codes.session_content(session)
    return content[:_ID_BYTES] if len(content) == _ID_BYTES + _SECRET_BYTES else b""


def _digest_of_id(sign_in_id: bytes) -> bytes:
    return codes.token_digest(sign_in_id.hex())


def _context(digest: bytes) -> str:
    return f"challenge:{digest.hex()}"
