"""The ways out of a flow: everything that it may touch besides its arguments."""

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType

from cenote.base.clock import Clock
from cenote.base.settings import Settings
from cenote.federation.fetching import Fetcher
from cenote.flows.directory import Directory
from cenote.flows.functions.calls import LocalFunctions
from cenote.flows.functions.webhooks import Webhooks
from cenote.flows.iam.directory import IamDirectory
from cenote.flows.iam.last_use import LastUses
from cenote.flows.identity.issuer_keys import IssuerKeys
from cenote.flows.keys import Keys
from cenote.flows.user_room import UserRoom
from cenote.flows.verified_tokens import VerifiedTokens
from cenote.storage.database import Database
from cenote.telemetry.metrics import Metrics
from cenote.threat.compromised import CompromisedPasswords
from cenote.threat.geo import Geography
from cenote.triggers.caller import TriggerCaller
from cenote.triggers.reach.by_arn import ReachByArn
from cenote.triggers.remote_kms import RemoteKms


class HashingGate:
    """
    Bounds slow arithmetic to the number of cores, and keeps it out of transactions.

    Used as `with services.gate:` around password hashing and modular exponentiation.
    """

    def __init__(self, database: Database, width: int | None = None) -> None:
        self._database = database
        self._slots = threading.BoundedSemaphore(width or os.cpu_count() or 1)

    def __enter__(self) -> None:
        """Wait for a core; raises InsideTransactionError when this thread holds a write transaction."""
        self._database.refuse_inside_write()
        self._slots.acquire()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give the core back."""
        self._slots.release()


@dataclass(frozen=True, slots=True)
class Services:
    """Built once in app.py, the explicit first argument of every flow and operation: no state, no flow."""

    settings: Settings
    database: Database
    clock: Clock
    keys: Keys
    directory: Directory
    iam: IamDirectory
    metrics: Metrics
    gate: HashingGate
    wake_sender: Callable[[], None]
    functions: LocalFunctions
    webhooks: Webhooks
    fetcher: Fetcher = field(default_factory=lambda: Fetcher(is_development=False))
    verified_tokens: VerifiedTokens = field(default_factory=VerifiedTokens)
    user_room: UserRoom = field(default_factory=UserRoom)
    issuer_keys: IssuerKeys = field(default_factory=IssuerKeys)
    iam_last_uses: LastUses = field(default_factory=LastUses)
    triggers: TriggerCaller = field(default_factory=lambda: TriggerCaller(ReachByArn()))
    # The KMS of keys that are not our own; None where the settings name none.
    remote_kms: RemoteKms | None = None
    geography: Geography = field(default_factory=Geography)
    compromised_passwords: CompromisedPasswords = field(default_factory=CompromisedPasswords)
    # Set when an import was started, for the worker of this process to look at once.
    imports_due: threading.Event = field(default_factory=threading.Event)
