"""`cenote doctor`."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from cenote.cli.checkup import Finding, Verdict, findings
from cenote.cli.effective import effective_settings
from cenote.cli.failures import CommandError

COLOURS = {Verdict.FINE: "green", Verdict.WARNING: "yellow", Verdict.FAILED: "bold red"}


def doctor() -> None:
    """Look whether Cenote can work here; exits with 1 if not."""
    found = findings(effective_settings())
    Console(soft_wrap=True, highlight=False).print(table_of(found))
    if any(finding.verdict is Verdict.FAILED for finding in found):
        raise CommandError("it cannot work here as it is")


def table_of(found: list[Finding]) -> Table:
    """The findings as a table."""
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for finding in found:
        verdict = Text(finding.verdict.value, style=COLOURS[finding.verdict])
        table.add_row(finding.subject, verdict, Text(finding.detail))
    return table
