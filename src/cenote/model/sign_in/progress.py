"""
What a person has shown so far: what an open sign-in carries from one round to the next.

It travels sealed, in the row of the challenge that waits or inside SECRET_BLOCK, never in the clear and never from the client's own words.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from cenote.model.sign_in.names import Flow, Proof


@dataclass(frozen=True, slots=True)
class Progress:
    """
    An open sign-in, since *began_at_ms*.

    *proofs* in the order they were given. *device_key* is what the client says to be. *rounds* is the history that the functions of custom
    authentication are shown, an element of it {"challengeName", "challengeResult", "challengeMetadata"}. *target* is the level (1 to 4)
    that a step-up asked for. *has_new_password*: the user chose one on the way.
    *demand* is what the risk asks for ("", "MFA_IF_CONFIGURED", "MFA_REQUIRED", "BLOCK"), settled with the first proof; *event_id*
    names the event under which the sign-in is recorded. *feigned_name* is the user name that a name of nobody is shown as having.
    """

    flow: Flow
    began_at_ms: int = 0
    proofs: tuple[Proof, ...] = ()
    device_key: str | None = None
    rounds: tuple[Mapping[str, Any], ...] = ()
    target: int | None = None
    has_new_password: bool = False
    demand: str = ""
    event_id: str | None = None
    feigned_name: str = ""

    def with_proof(self, proof: Proof) -> "Progress":
        """The sign-in after *proof*."""
        return self if proof in self.proofs else replace(self, proofs=(*self.proofs, proof))


def packed(progress: Progress) -> str:
    """*progress* as JSON."""
    return json.dumps(asdict(progress), separators=(",", ":"))


def unpacked(text: str) -> Progress:
    """The record that `packed` wrote."""
    fields = json.loads(text)
    return Progress(
        **{
            **fields,
            "flow": Flow(fields["flow"]),
            "proofs": tuple(Proof(name) for name in fields["proofs"]),
            "rounds": tuple(fields["rounds"]),
        }
    )
