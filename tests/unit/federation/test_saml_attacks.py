"""What attackers make of SAML responses is refused, each for the reason that makes it an attack."""

from typing import Any

import pytest

from cenote.federation.errors import FederationError
from cenote.federation.saml import response as responses
from cenote.federation.saml import structure
from harness import saml_idp
from harness.saml_attacks import ATTACKS, Attack, good, whole
from harness.saml_expected import expected, our_key
from harness.saml_idp import tag


def changes_of(attack: Attack) -> dict[str, object]:
    changes = dict(attack.changes)
    if changes.pop("our_key", False):
        changes["encryption_key"] = our_key()
    return changes


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_an_attack_is_refused_for_what_it_is(attack: Attack) -> None:
    with pytest.raises(FederationError) as caught:
        responses.verify(attack.make(), expected(**changes_of(attack)))
    assert attack.why == caught.value.public


def test_what_the_attacks_are_made_of_is_taken() -> None:
    """Otherwise their refusals would prove nothing."""
    for root in (good(), whole()):
        assert "wanda@example.com" == responses.verify(saml_idp.document(root), expected()).name_id


def test_the_corpus_has_each_sort_of_attack() -> None:
    assert 30 < len({attack.name for attack in ATTACKS}) == len(ATTACKS)


def test_nobody_else_comes_out_even_where_the_form_is_not_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is read is what was signed, wherever in a document an assertion is found."""

    def found_anywhere(root: Any) -> Any:
        return next(root.iter(tag("saml:Assertion"), tag("saml:EncryptedAssertion")), root)

    monkeypatch.setattr(structure, "assertion_of", found_anywhere)
    for name in ("_verify_message", "_verify_signatures", "verify_unique_ids"):
        monkeypatch.setattr(structure, name, lambda *_arguments: None)
    assert {"", "wanda@example.com"} == {_who(attack) for attack in ATTACKS}


def _who(attack: Attack) -> str:
    try:
        return responses.verify(attack.make(), expected(**changes_of(attack))).name_id
    except FederationError:
        return ""
