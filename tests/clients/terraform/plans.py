"""
What `terraform apply`, `plan` and `destroy` do around a resource, without Terraform.

A configuration and a state are dicts by argument; a block is a list of dicts. Terraform holds the configuration against what the provider
has read back: whatever differs would be shown again in every plan, and applied again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

State = dict[str, Any]


@dataclass(frozen=True)
class Argument:
    """
    How Terraform treats an argument.

    *is_computed*: unless configured, it is what the provider read. *is_set*: order means nothing. *block*: it is a list of such arguments.
    """

    is_computed: bool = False
    is_set: bool = False
    default: Any = None
    block: "Mapping[str, Argument] | None" = None


OPTIONAL = Argument()
COMPUTED = Argument(is_computed=True)
SET = Argument(is_set=True)
COMPUTED_SET = Argument(is_computed=True, is_set=True)


class Resource(Protocol):
    """
    One resource of the provider: the calls that it makes.

    With a *strict* one Terraform refuses what is not as planned; and what was known before and is not configured was planned to stay.
    """

    arguments: Mapping[str, Argument]
    is_strict: bool

    def read(self) -> State | None:
        """The state; None when there is no such thing (any more)."""

    def create(self, wanted: State) -> None:
        """Make it."""

    def update(self, wanted: State, before: State) -> None:
        """Change it."""

    def delete(self) -> None:
        """Take it away; it may be gone already."""


def verify_applied(resource: Resource, config: State) -> State:
    """Create or update *resource*, and see that a plan made right afterwards is empty; the state then."""
    before = resource.read()
    wanted = planned(resource.arguments, config, before or {})
    if before is None:
        resource.create(wanted)
    elif differences(resource.arguments, config, before):
        resource.update(wanted, before)
    after = resource.read()
    assert after is not None
    assert {} == differences(resource.arguments, config, after)
    if resource.is_strict:
        assert not changed(resource.arguments, wanted, after) & wanted.keys()
    return after


def verify_destroyed(resource: Resource) -> None:
    """Delete *resource*, twice as after a lost answer; it is not found afterwards."""
    resource.delete()
    assert resource.read() is None
    resource.delete()


def planned(arguments: Mapping[str, Argument], config: State, state: State) -> State:
    """What the resource is to be: the configuration, and the state where the provider may choose."""
    found: State = {}
    for name, argument in arguments.items():
        value = config.get(name)
        if value is None:
            value = state.get(name) if argument.is_computed else argument.default
        elif argument.block is not None and not argument.is_set:
            known = [*(state.get(name) or ()), {}]
            value = [planned(argument.block, each, known[min(i, len(known) - 1)]) for i, each in enumerate(value)]
        if value is not None:
            found[name] = value
    return found


def differences(arguments: Mapping[str, Argument], config: State, state: State) -> dict[str, tuple[Any, Any]]:
    """What a plan would show: by argument, what is and what is wanted."""
    wanted = planned(arguments, config, state)
    return {name: (state.get(name), wanted.get(name)) for name in changed(arguments, wanted, state)}


def changed(arguments: Mapping[str, Argument], wanted: State, state: State) -> set[str]:
    """The arguments that differ."""
    return {
        name
        for name, argument in arguments.items()
        if _comparable(argument, wanted.get(name)) != _comparable(argument, state.get(name))
    }


def _comparable(argument: Argument, value: Any) -> Any:
    """A value with nothing but what counts: zero values are as good as none, the number of blocks is not."""
    if argument.block is not None:
        blocks = [
            {name: _comparable(argument.block[name], each[name]) for name in sorted(each) if _counts(each[name])}
            for each in value or ()
        ]
        return sorted(blocks, key=repr) if argument.is_set else blocks
    if argument.is_set:
        return sorted(value or ())
    return value if _counts(value) else None


def _counts(value: Any) -> bool:
    return value not in (None, "", 0, False, [], {})
