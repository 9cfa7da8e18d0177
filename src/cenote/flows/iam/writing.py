"""
How an account's IAM is written: one transaction that has its turn before it reads anything, and what this process remembers forgotten.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from cenote.storage.database import Tx
from cenote.storage.iam import entities

if TYPE_CHECKING:
    from cenote.flows.services import Services

Result = TypeVar("Result")


def write(services: "Services", account_id: str, name: str, work: Callable[[Tx], Result]) -> Result:
    """
    Run *work* as `Database.write` does, when it is this writer's turn; *name* is what metrics and logs call it.

    What *work* reads of any account's IAM nobody else changes before it is committed.
    """

    def in_turn(tx: Tx) -> Result:
        entities.lock(tx, account_id)
        return work(tx)

    result = services.database.write(name, in_turn)
    services.iam.forget()
    return result
