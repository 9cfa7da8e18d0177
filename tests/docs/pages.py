"""The documentation as data: its pages, their code blocks and tables."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A fenced block: its language and its text."""

    language: str
    text: str


def text_of(name: str) -> str:
    """A page, by its path from the root of the repository."""
    return (ROOT / name).read_text(encoding="utf-8")


def section_of(page: str, title: str) -> str:
    """What stands under the heading `## title`, up to the next heading of that level."""
    _, _, rest = page.partition(f"\n## {title}\n")
    assert rest, f"there is no section '{title}'"
    return rest.partition("\n## ")[0]


def blocks_of(page: str) -> list[Block]:
    """The fenced blocks of a page, in order."""
    return [Block(language, text) for language, text in _BLOCK.findall(page)]


def rows_of(page: str) -> Iterator[list[str]]:
    """The cells of every row of every table."""
    for line in page.splitlines():
        if line.startswith("| ") and line.endswith(" |"):
            yield [cell.strip() for cell in line[1:-1].split("|")]


def pages() -> list[Path]:
    """Every page that a reader may open."""
    return [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
