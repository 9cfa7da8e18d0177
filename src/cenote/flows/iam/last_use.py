"""
When access keys and roles were used last: noted in memory with each use, written now and then, and at the end.

`Housekeeper` writes. What another process has noted is seen a minute later at most; what a process that is killed had noted is lost.

Source: API_GetAccessKeyLastUsed, API_RoleLastUsed.
"""

import threading
from typing import TYPE_CHECKING

from cenote.storage.iam import last_uses
from cenote.storage.iam.last_uses import LastUse

if TYPE_CHECKING:
    from cenote.storage.database import Database, Tx

MAX_NOTED = 50_000


class LastUses:
    """What this process knows and has not written yet; safe to share between threads."""

    def __init__(self) -> None:
        self._noted: dict[str, LastUse] = {}
        self._lock = threading.Lock()

    def note(self, used_id: str, service: str, region: str, now_ms: int) -> None:
        """Remember that an access key, or the role of an id, was used for *service* (its signing name) in *region*."""
        with self._lock:
            if used_id in self._noted or len(self._noted) < MAX_NOTED:
                self._noted[used_id] = LastUse(used_id, service, region, now_ms)

    def get(self, tx: "Tx", used_id: str) -> LastUse | None:
        """The last use of an access key or a role, None before the first."""
        known = [use for use in (self._noted.get(used_id), last_uses.get(tx, used_id)) if use is not None]
        return max(known, key=lambda use: use.used_at_ms, default=None)

    def write(self, database: "Database") -> int:
        """Write what was noted since the last time; the number of ids."""
        with self._lock:
            noted = dict(self._noted)
        if not noted:
            return 0
        database.write("note last uses", lambda tx: last_uses.put(tx, list(noted.values())))
        with self._lock:
            for used_id, use in noted.items():
                # Used again meanwhile, it stays for the next time.
                if self._noted.get(used_id) is use:
                    del self._noted[used_id]
        return len(noted)
