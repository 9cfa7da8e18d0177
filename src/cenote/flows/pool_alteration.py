"""
Changing what AWS says is immutable: names to sign in by, their case sensitivity, required attributes.

    report ─► what would break; nothing is written
    alter ─► one transaction: the pool is locked ─► examined again ─► every name derived anew ─► the pool's document replaced

Whoever writes a user holds the pool's row (`flows.users.held`): such a transaction comes before the lock, and is seen, or after the
commit, and goes by the new rules or begins again. A process or database that is killed leaves the pool as it was. Passwords, subs, sessions
and stored user names are not touched.
"""

from dataclasses import dataclass

from cenote.flows.alteration_report import Report, examine
from cenote.flows.services import Services
from cenote.model.names import claimed_names_of, searchable
from cenote.model.pool import Pool, pool_of
from cenote.model.pool_settings.alteration import Alteration, altered_document
from cenote.storage import pools, whole_pool
from cenote.storage.database import Tx

_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was found, and whether the pool is altered."""

    report: Report
    is_altered: bool


def report(services: Services, pool_id: str, alteration: Alteration) -> Report:
    """
    What *alteration* would break.

    Raises:
        ResourceNotFoundException: there is no such pool.
        InvalidParameterException: no pool can be like this.
    """
    with services.database.read() as tx:
        before = pools.require_of_any(tx, pool_id)
        return examine(tx, before, _altered(before, alteration))


def alter(services: Services, pool_id: str, alteration: Alteration, *, accept_losses: bool) -> Outcome:
    """
    Alter a pool, unless something is in the way or would break that *accept_losses* does not accept.

    Writes of users wait meanwhile (on SQLite all writes); reads and, on PostgreSQL, sign-ins go on.

    Raises:
        ResourceNotFoundException, InvalidParameterException: as `report`.
    """

    def work(tx: Tx) -> Outcome:
        pools.lock(tx, pool_id)
        before = pools.require_of_any(tx, pool_id)
        after = _altered(before, alteration)
        found = examine(tx, before, after)
        if found.is_impossible or (found.breaks and not accept_losses):
            return Outcome(found, is_altered=False)
        _derive(tx, before, after)
        pools.update(tx, before, name=before.name, document=after.document, now_ms=services.clock.now_ms())
        return Outcome(found, is_altered=True)

    outcome = services.database.write("alter pool", work)
    services.directory.forget()
    return outcome


def _derive(tx: Tx, before: Pool, after: Pool) -> None:
    """Write every user's names by *after*'s rules, and the e-mail addresses that users are searched by if they compare otherwise now."""
    is_recased = before.is_case_sensitive != after.is_case_sensitive
    whole_pool.delete_names(tx, after.pool_id)
    if is_recased:
        whole_pool.delete_values(tx, after.pool_id, "email")
    names, values = [], []
    for user in whole_pool.every_user(tx, after.pool_id):
        names += [(name, user.sub) for name in claimed_names_of(after, user)]
        if is_recased and user.attributes.get("email"):
            values.append((("email", searchable(after, "email", user.attributes["email"])), user.sub))
        if len(names) >= _AT_ONCE:
            whole_pool.insert_names(tx, after.pool_id, names)
            whole_pool.insert_values(tx, after.pool_id, values)
            names, values = [], []
    whole_pool.insert_names(tx, after.pool_id, names)
    whole_pool.insert_values(tx, after.pool_id, values)


def _altered(before: Pool, alteration: Alteration) -> Pool:
    return pool_of(
        pool_id=before.pool_id,
        account_id=before.account_id,
        region=before.region,
        name=before.name,
        document=altered_document(before.document, alteration),
        created_at_ms=before.created_at_ms,
        modified_at_ms=before.modified_at_ms,
        version=before.version,
    )
