"""
ListUsers by each of its filters, by the number of users: the same server and the same load on databases of several sizes, in turns.

Each load runs once before it is measured, so that the files' pages are in memory for every size: the smallest is there anyway, and how long
a machine keeps cached what nobody has read for some seconds is no property of an index.
"""

import json
import random
import statistics
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass

import load
import machine
import programs
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from growth import Filled, Size
from load import Load
from operations import Plan

ROUND_S = 2.0
WARM_UP_S = 2.0
# More different requests than a server remembers pages for, signed anew for each round.
REQUESTS = 1500
LIMIT = 10
_KEYS = Credentials(programs.ACCESS_KEY_ID, programs.SECRET_ACCESS_KEY)
# Names end in a digit: without it, a beginning is that of ten users, however many there are.
FILTERS: dict[str, Callable[[str, str], str]] = {
    "email =": lambda name, _sub: f'email = "{name}@example.com"',
    "email ^=": lambda name, _sub: f'email ^= "{name[:-1]}"',
    "username ^=": lambda name, _sub: f'username ^= "{name[:-1]}"',
    "given_name ^=": lambda name, _sub: f'given_name ^= "Given {name[:-1]}"',
    "status =": lambda _name, _sub: 'status = "Enabled"',
    "cognito:user_status =": lambda _name, _sub: 'cognito:user_status = "CONFIRMED"',
    "sub =": lambda _name, sub: f'sub = "{sub}"',
}


@dataclass(frozen=True, slots=True)
class Searched:
    """One filter: each size's rounds."""

    name: str
    sizes: tuple[Size, ...]
    loads: tuple[list[Load], ...]

    def p50_ms(self, at: int) -> float:
        """The median over the rounds of the size at a place."""
        return statistics.median(load.p50_ms for load in self.loads[at])

    @property
    def growth(self) -> float:
        """How many times as long it takes among the most users as among the fewest."""
        return self.p50_ms(-1) / self.p50_ms(0)

    @property
    def processor_growth(self) -> float:
        """The same by the server's processor time, which other programs hardly disturb."""
        last, first = (statistics.median(load.server_ms for load in self.loads[at]) for at in (-1, 0))
        return last / first


def measure(crowds: list[Filled], pinned: machine.Processors, plan: Plan, say: Callable[[str], None]) -> list[Searched]:
    """Search by each filter on one connection, on each size in turn, round by round; the servers are all up and idle but for one."""
    sizes = tuple(each.size for each in crowds)
    searched = [Searched(name, sizes, tuple([] for _ in crowds)) for name in FILTERS]
    with ExitStack() as up:
        running = [(each, up.enter_context(programs.cenote(each.data, pinned.server))) for each in crowds]
        for number in range(1, plan.rounds + 1):
            for row in searched:
                for at, (each, program) in enumerate(running):
                    say(f"{row.name} among {each.size.users:,} users, round {number} of {plan.rounds}")
                    lines = _lines(program, each, row.name, number)
                    load.wrk(program, pinned, "ListUsers", lines, connections=1, seconds=WARM_UP_S)
                    seconds = min(plan.seconds, ROUND_S)
                    row.loads[at].append(load.wrk(program, pinned, "ListUsers", lines, connections=1, seconds=seconds))
    return searched


def _lines(program: programs.Program, crowd: Filled, name: str, number: int) -> list[str]:
    """Signed requests for users from all over the crowd, others in each round, as bodies.lua reads them."""
    chance = random.Random(number)
    people = chance.sample(crowd.people, min(REQUESTS, len(crowd.people)))
    return [_line(program, crowd.pool_id, FILTERS[name](*person)) for person in people]


def _line(program: programs.Program, pool_id: str, wanted: str) -> str:
    body = json.dumps({"UserPoolId": pool_id, "Filter": wanted, "Limit": LIMIT})
    headers = {"X-Amz-Target": programs.TARGET_PREFIX + "ListUsers", "Content-Type": programs.CONTENT_TYPE}
    request = AWSRequest("POST", program.url + "/", headers=headers, data=body)
    SigV4Auth(_KEYS, "cognito-idp", programs.REGION).add_auth(request)
    return "\t".join((request.headers["X-Amz-Date"], request.headers["Authorization"], body))
