"""`cenote users`."""

import json
import sys
from typing import Annotated

import typer

from cenote.aws.idp.present import user_type
from cenote.cli.deployment import PoolId, opened
from cenote.cli.terminal import escaped, printable
from cenote.flows.user_search import MAX_LIMIT, search
from cenote.model.user import User


def users(
    pool: PoolId,
    wanted: Annotated[
        str, typer.Argument(help='Such as \'custom:plan = "gold" and email ^= "a"\'.', metavar="FILTER")
    ] = "",
    *,
    limit: Annotated[int, typer.Option(help="Stop after so many users; 0 is all of them.", min=0)] = 1000,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line, as ListUsers shows users.")] = False,
) -> None:
    """List the users of a pool whom a filter means, by any indexed attribute."""
    with opened() as services:
        left, token = limit, None
        while True:
            size = min(left, MAX_LIMIT) if limit else MAX_LIMIT
            page = search(services, pool, wanted, limit=size, token=token)
            for user in page.users:
                print(_json_of(user_type(user)) if as_json else _line_of(user))
            left, token = left - len(page.users), page.token
            if token is None:
                return
            if limit and left == 0:
                print(f"There may be more users than these {limit:,}; --limit 0 lists all.", file=sys.stderr)
                return


def _line_of(user: User) -> str:
    state = user.status.value if user.enabled else f"{user.status.value}, disabled"
    shown = " ".join(f"{name}={_json_of(value)}" for name, value in user.attributes.items())
    return "\t".join(printable(each) for each in (user.username, state, shown))


def _json_of(value: object) -> str:
    return escaped(json.dumps(value, ensure_ascii=False))
