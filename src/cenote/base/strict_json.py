"""
What Python's JSON takes and JSON does not have: hooks that refuse it.

Source: RFC 8259, section 6.
"""

import math


def refuse_constant(constant: str) -> object:
    """As `parse_constant`: refuse NaN and the infinities; ValueError."""
    raise ValueError(constant)


def finite(text: str) -> float:
    """As `parse_float`: the number; ValueError for one beyond any float, which would become an infinity."""
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("a number is out of range")
    return number
