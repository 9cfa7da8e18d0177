"""What a pool's file holds, in one sentence."""

from collections.abc import Mapping


def summary_of(counts: Mapping[str, int]) -> str:
    """`1 client, 50,000 users`: everything of which there is some. *counts* are by the table's name."""
    return ", ".join(f"{count:,} {_noun(name, count)}" for name, count in counts.items() if count and name != "pools")


def _noun(table: str, count: int) -> str:
    words = table.replace("_", " ")
    return words.removesuffix("s") if count == 1 else words
