"""
What a pool does about risk: its mode, and the risk configuration of the client or else of the pool.

Source: API_UserPoolAddOnsType, API_RiskConfigurationType.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from cenote.model.pool import Pool
from cenote.model.sign_in.names import BLOCK, MFA_IF_CONFIGURED, MFA_REQUIRED
from cenote.storage import resources
from cenote.storage.database import Tx
from cenote.storage.resources import OF_POOL, Kind
from cenote.threat.score import Level
from cenote.threat.sighting import is_within

NO_ACTION = "NO_ACTION"


class Mode(StrEnum):
    """What threat protection does: nothing; looking and recording; acting too."""

    OFF = "OFF"
    AUDIT = "AUDIT"
    ENFORCED = "ENFORCED"


class Watched(StrEnum):
    """What is assessed, as an EventFilter calls it."""

    SIGN_IN = "SIGN_IN"
    SIGN_UP = "SIGN_UP"
    PASSWORD_CHANGE = "PASSWORD_CHANGE"


@dataclass(frozen=True, slots=True)
class RiskSettings:
    """A risk configuration; what it does not set does nothing."""

    document: Mapping[str, Any] = field(default_factory=dict)

    def checks_passwords(self, event: Watched) -> bool:
        """Whether passwords are held against the known ones at *event*."""
        return event.value in self._compromised.get("EventFilter", list(Watched))

    @property
    def is_sound(self) -> bool:
        """Whether all of it can be gone by; AttributeError, TypeError or ValueError where it is far from it."""
        actions = {self.action_at(level) for level in Level}
        mails = [self.notices.get(name, {}) for name in ("BlockEmail", "MfaEmail", "NoActionEmail")]
        texts = [mail.get(part, "") for mail in mails for part in ("Subject", "HtmlBody", "TextBody")]
        is_within("192.0.2.1", self.blocked_ranges + self.skipped_ranges)
        filters = self._compromised.get("EventFilter", [])
        is_text = all(isinstance(each, str) for each in [*texts, *filters])
        # Asked for what it raises: the action is of any type that can be compared.
        is_decided = self.blocks_compromised in {True, False}
        return is_text and is_decided and actions <= {NO_ACTION, BLOCK, MFA_IF_CONFIGURED, MFA_REQUIRED}

    @property
    def blocks_compromised(self) -> bool:
        """Whether a password that is known to be compromised may not be used."""
        return bool(self._compromised.get("Actions", {}).get("EventAction") == BLOCK)

    @property
    def blocked_ranges(self) -> tuple[str, ...]:
        """Whence nobody is let in."""
        return tuple(self.document.get("RiskExceptionConfiguration", {}).get("BlockedIPRangeList", ()))

    @property
    def skipped_ranges(self) -> tuple[str, ...]:
        """Whence nothing is a risk."""
        return tuple(self.document.get("RiskExceptionConfiguration", {}).get("SkippedIPRangeList", ()))

    @property
    def notices(self) -> Mapping[str, Any]:
        """How users are told."""
        notices: Mapping[str, Any] = self._takeover.get("NotifyConfiguration", {})
        return notices

    def action_at(self, level: Level | None) -> str:
        """What is done at *level*."""
        return str(self._action(level).get("EventAction", NO_ACTION))

    def notifies_at(self, level: Level | None) -> bool:
        """Whether the user is told at *level*."""
        return bool(self._action(level).get("Notify", False))

    def _action(self, level: Level | None) -> Mapping[str, Any]:
        actions: Mapping[str, Any] = self._takeover.get("Actions", {})
        return {} if level is None else actions.get(f"{level.value}Action", {})

    @property
    def _takeover(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.document.get("AccountTakeoverRiskConfiguration", {})
        return found

    @property
    def _compromised(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.document.get("CompromisedCredentialsRiskConfiguration", {})
        return found


def mode_of(pool: Pool, *, is_custom: bool = False) -> Mode:
    """The mode of *pool*; *is_custom*: that of sign-ins by the pool's own functions, which has to be chosen for itself."""
    add_ons = pool.document.get("UserPoolAddOns", {})
    mode = Mode(add_ons.get("AdvancedSecurityMode", "OFF"))
    if not is_custom or mode is Mode.OFF:
        return mode
    return Mode(add_ons.get("AdvancedSecurityAdditionalFlows", {}).get("CustomAuthMode", "OFF"))


def settings_of(tx: Tx, pool_id: str, client_id: str) -> RiskSettings:
    """The risk configuration that holds for a client: its own, or its pool's."""
    for name in (client_id, OF_POOL):
        found = resources.get(tx, pool_id, Kind.RISK_CONFIGURATION, name)
        if found is not None:
            return RiskSettings(found.document)
    return RiskSettings()
