"""What attacks are made of, and the list that they are kept in."""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from harness import saml_idp
from harness.saml_idp import Plan, document, one, sign, tag

EVIL = "admin@example.com"
PLAN = Plan()


@dataclass(frozen=True)
class Attack:
    """*document* is what is sent, *why* what the refusal must say, *changes* those of what is expected."""

    name: str
    make: Callable[[], bytes]
    why: str
    changes: tuple[tuple[str, Any], ...] = ()


ATTACKS: list[Attack] = []


def attack(why: str, **changes: Any) -> Callable[[Callable[[], Any]], Callable[[], Any]]:
    """Add a maker of a tree, or of bytes, to the corpus."""

    def kept(make: Callable[[], Any]) -> Callable[[], Any]:
        def made() -> bytes:
            result = make()
            return result if isinstance(result, bytes) else document(result)

        ATTACKS.append(Attack(make.__name__, made, why, tuple(changes.items())))
        return make

    return kept


def good(plan: Plan = PLAN) -> Any:
    """A response with a signed assertion."""
    root = saml_idp.response(plan)
    sign(one(root, "saml:Assertion"))
    return root


def whole(plan: Plan = PLAN) -> Any:
    """A signed response."""
    return sign(saml_idp.response(plan))


def evil_of(element: Any, identifier: str | None = "_evil") -> Any:
    """A copy of *element* for somebody else, without its signature."""
    evil = copy.deepcopy(element)
    for signature in list(evil.iter(tag("ds:Signature"))):
        signature.getparent().remove(signature)
    one(evil, "saml:NameID").text = EVIL
    if identifier is not None:
        evil.set("ID", identifier)
    return evil


def changed(change: Callable[[Any], None], make: Callable[[], Any] = good) -> Any:
    """A good response, changed after it was signed."""
    root = make()
    change(root)
    return root


def planned(change: Callable[[Any], None], **fields: Any) -> Any:
    """A response that says something else, and is signed."""
    return good(Plan(changes=change, **fields))
