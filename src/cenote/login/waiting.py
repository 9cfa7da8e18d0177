"""
The sign-in that is under way in a browser: what `page-data` keeps of it between two pages.

It lies sealed in the browser, one for each; the rounds of the sign-in itself are rows (flows.sign_in.rounds). A form carries the `mark` of
what it was shown for, so that one that a person left open in another tab answers nothing that it did not ask.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from cenote.flows.sign_in.arrival import Arrival
from cenote.flows.sign_in.asked import Asked
from cenote.flows.tokens import Tokens
from cenote.login.visit import Visit
from cenote.model.sign_in.names import ChallengeName

# What a request of a sign-in comes to; tokens never, at the pages.
Outcome = Asked | Tokens | Arrival
MARK = "mark"
_KIND = "sign-in"
_MARK_CHARS = 16
_OPTIONS = "CREDENTIAL_REQUEST_OPTIONS"
_SHOWN = (
    "CODE_DELIVERY_DELIVERY_MEDIUM",
    "CODE_DELIVERY_DESTINATION",
    "FRIENDLY_DEVICE_NAME",
    "MFAS_CAN_CHOOSE",
    "MFAS_CAN_SETUP",
    "requiredAttributes",
    _OPTIONS,
)
_SECOND = frozenset({ChallengeName.SMS_MFA, ChallengeName.SOFTWARE_TOKEN_MFA})
_SENT = frozenset({ChallengeName.EMAIL_OTP, ChallengeName.SMS_OTP})
# Browsers keep no cookie of more than 4096 bytes; so long a list of passkeys does without the ways to reach them.
_MAX_OPTIONS_CHARS = 1500


@dataclass(frozen=True, slots=True)
class Waiting:
    """
    A sign-in by *given*, a name that was typed, that waits for the answer to *challenge*.

    *session* is None where the page begins the sign-in anew. *shown* are ChallengeParameters, *ways* what may be chosen: first factors, or
    second ones by which to go on instead. *is_second*: it asks for a second factor. *can_passkey*: the browser said that it could make
    a passkey. *remembers*: the person asked for the browser to be remembered. *secret* is the key of an app that is being set up.
    """

    given: str
    challenge: ChallengeName
    session: str | None = field(default=None, repr=False)
    shown: Mapping[str, str] = field(default_factory=dict, repr=False)
    ways: tuple[str, ...] = ()
    is_second: bool = False
    can_passkey: bool = False
    remembers: bool = False
    secret: str | None = field(default=None, repr=False)

    @property
    def mark(self) -> str:
        """What the forms of the page carry to say which question they answer."""
        named = f"{self.challenge} {self.given} {self.session}"
        return hashlib.sha256(named.encode(errors="surrogatepass")).hexdigest()[:_MARK_CHARS]

    def asked(self, asked: Asked) -> "Waiting":
        """The sign-in once *asked* is what it waits for."""
        shown = {name: asked.parameters[name] for name in _SHOWN if name in asked.parameters}
        if len(shown.get(_OPTIONS, "")) > _MAX_OPTIONS_CHARS:
            shown[_OPTIONS] = _shortened(shown[_OPTIONS])
        ways = tuple(each.value for each in asked.available)
        # Only a second factor that is sent somewhere names the user.
        is_second = asked.challenge in _SECOND or (asked.challenge in _SENT and "USER_ID_FOR_SRP" in asked.parameters)
        return replace(
            self,
            challenge=asked.challenge,
            session=asked.session,
            shown=shown,
            ways=ways or self.ways,
            is_second=is_second,
            secret=None,
        )

    def options(self, name: str) -> list[str]:
        """The list in the parameter *name*."""
        found: list[str] = json.loads(self.shown.get(name, "[]"))
        return found


def keep(visit: Visit, waiting: Waiting) -> None:
    """Leave *waiting* for the next page."""
    visit.keep({"kind": _KIND, **asdict(waiting)})


def waiting_of(visit: Visit, *challenges: ChallengeName) -> Waiting | None:
    """The sign-in that waits in this browser for one of *challenges*; None where none does, or the form is about another one."""
    held = any_of(visit)
    if held is None or held.challenge not in challenges:
        return None
    return held if visit.form.get(MARK, held.mark) == held.mark else None


def any_of(visit: Visit) -> Waiting | None:
    """The sign-in that waits in this browser, whatever for."""
    kept: Any = visit.kept
    if not isinstance(kept, dict) or kept.get("kind") != _KIND:
        return None
    fields = {name: value for name, value in kept.items() if name != "kind"}
    return Waiting(**{**fields, "challenge": ChallengeName(fields["challenge"]), "ways": tuple(fields["ways"])})


def _shortened(options: str) -> str:
    document = json.loads(options)
    for each in document["allowCredentials"]:
        each.pop("transports", None)
    return json.dumps(document, separators=(",", ":"))
