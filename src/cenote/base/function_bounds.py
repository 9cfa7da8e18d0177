"""What local functions may cost each worker, and how they are shut in."""

from collections.abc import Callable
from dataclasses import dataclass, field

from cenote.base import setting_values as values


def _by(parse: Callable[[str], object]) -> dict[str, Callable[[str], object]]:
    return {"parse": parse}


@dataclass(frozen=True, kw_only=True, slots=True)
class FunctionBounds:
    """
    Each is the setting `function_` and its name.

    *processes* run at once, with *memory_mb* each at most; *calls* are waited for at once, those of functions elsewhere included.
    *isolation* is the kind that must work, or `auto` for the best that does.
    """

    processes: int = field(default=4, metadata=_by(values.count))
    calls: int = field(default=16, metadata=_by(values.count))
    memory_mb: int = field(default=1024, metadata=_by(values.memory))
    isolation: str = field(default="auto", metadata=_by(values.function_isolation))
