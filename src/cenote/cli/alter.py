"""`cenote alter`."""

from typing import Annotated

import typer

from cenote.cli.deployment import PoolId, opened
from cenote.cli.failures import CommandError
from cenote.cli.terminal import printable
from cenote.flows import pool_alteration
from cenote.flows.alteration_report import Report
from cenote.model.pool_settings.alteration import Alteration

_NONE = "none"


def alter(
    pool: PoolId,
    *,
    username_attributes: Annotated[
        str | None,
        typer.Option(help="email, phone_number or both, by a comma: users sign in by these.", metavar="NAMES"),
    ] = None,
    alias_attributes: Annotated[
        str | None,
        typer.Option(help="Of email, phone_number, preferred_username; none: by user names only.", metavar="NAMES"),
    ] = None,
    case_sensitive: Annotated[
        bool | None, typer.Option("--case-sensitive/--case-insensitive", help="How names compare.")
    ] = None,
    require: Annotated[list[str] | None, typer.Option(help="Every user must have this attribute.")] = None,
    no_require: Annotated[list[str] | None, typer.Option(help="Users need not have this attribute.")] = None,
    apply: Annotated[bool, typer.Option("--apply", help="Do it; otherwise only say what would break.")] = False,
    accept_losses: Annotated[bool, typer.Option("--accept-losses", help="Do it although something breaks.")] = False,
) -> None:
    """Change what AWS never changes: sign-in names, their case sensitivity, required attributes."""
    alteration = Alteration(
        username_attributes=_names(username_attributes),
        alias_attributes=_names(alias_attributes),
        is_case_sensitive=case_sensitive,
        required=frozenset(require or ()),
        not_required=frozenset(no_require or ()),
    )
    if alteration == Alteration():
        raise CommandError("nothing is to be altered: see cenote alter --help")
    with opened() as services:
        if not apply:
            report = pool_alteration.report(services, pool, alteration)
            _tell(report)
            print(f"Nothing was changed; {_what_does_it(report)}.")
            return
        outcome = pool_alteration.alter(services, pool, alteration, accept_losses=accept_losses)
    _tell(outcome.report)
    if outcome.is_altered:
        print(f"{printable(pool)} is altered. Passwords, subs and sessions are as they were.")
        return
    if outcome.report.is_impossible:
        raise CommandError("nothing was changed: put the obstacles out of the way first")
    raise CommandError("nothing was changed: --accept-losses does it nevertheless")


def _tell(report: Report) -> None:
    print(f"{report.users:,} users were looked at.")
    for finding in report.findings:
        kind = "OBSTACLE" if finding.is_obstacle else "LOSS"
        print(printable(f"{kind} ({finding.count:,}): {finding.text}"))
        for example in finding.examples:
            print(f"    {printable(example)}")
    if not report.findings:
        print("Nothing would break.")


def _what_does_it(report: Report) -> str:
    if report.is_impossible:
        return "put the obstacles out of the way first"
    return "--apply --accept-losses does it" if report.findings else "--apply does it"


def _names(given: str | None) -> tuple[str, ...] | None:
    if given is None:
        return None
    return () if given == _NONE else tuple(name.strip() for name in given.split(","))
