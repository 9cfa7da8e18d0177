"""One process of a function, as other threads see it."""

import os
import threading
from collections.abc import Callable
from pathlib import Path

from cenote.functions.call import Call
from cenote.functions.inbox import Inbox
from cenote.functions.life import House, Life
from cenote.functions.removal import remove_tree
from cenote.model.function import Function


class WarmProcess:
    """
    A process for the events of *function*, one at a time; safe to share between threads.

    Everything happens in a thread of its own, which also starts the child: bubblewrap ends with the thread that started it. *freed* is
    called there when the process may be given another event, *gone* when nothing of it is left.
    """

    def __init__(
        self,
        house: House,
        function: Function,
        slot: int,
        *,
        freed: Callable[["WarmProcess"], None],
        gone: Callable[["WarmProcess"], None],
    ) -> None:
        self.function = function
        self.slot = slot
        self.is_stale = False
        self.is_making_room = False
        self._house = house
        self._freed = freed
        self._gone = gone
        self._inbox = Inbox()
        self._thread: threading.Thread | None = None

    def start(self, code: Path) -> None:
        """Start it, with its code in the folder *code*."""
        name = f"function {self.function.name}"
        self._thread = threading.Thread(target=self._run, args=(code,), name=name, daemon=True)
        self._thread.start()

    def discard(self) -> None:
        """Give up one that was never started."""
        self._inbox.close()

    def assign(self, call: Call) -> bool:
        """Give it its next event, unless it has ended; whether it took it."""
        return self._inbox.put(call)

    def stop(self, refusal: str | None = None) -> None:
        """End it at once; who waits for its answer is told the *refusal*."""
        self._inbox.stop(refusal)

    @property
    def is_running(self) -> bool:
        """Whether its thread has not ended."""
        return self._thread is not None and self._thread.is_alive()

    def join(self) -> None:
        """Wait until nothing of it is left."""
        if self._thread is not None:
            self._thread.join()

    def _run(self, code: Path) -> None:
        scratch = self._house.folder / f"scratch-{self.slot}"
        life = Life(self._house, self.function, self.slot, self._inbox, lambda: self._freed(self))
        try:
            self._prepare(scratch)
            life.spend(code, scratch)
        except OSError as error:
            self._inbox.stop(f"No process could be started for the function: {error.strerror}")
        finally:
            remove_tree(scratch)
            call, outcome = self._inbox.close() or life.left.call, life.left.outcome
            self._gone(self)
            if call is not None:
                call.end(outcome, refusal=None if outcome else self._inbox.refusal)

    def _prepare(self, scratch: Path) -> None:
        remove_tree(scratch)
        # In bubblewrap it is the whole /tmp, which is passed through to what lies below it outside, without root's rights.
        scratch.mkdir()
        scratch.chmod(0o711 if self._house.sandbox.kind == "bubblewrap" else 0o700)
        user = self._house.sandbox.user_of(self.slot)
        if user is not None:
            os.chown(scratch, user, user)
