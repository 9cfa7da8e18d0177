"""People who sign up all the time, and commands that are typed meanwhile."""

import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from subprocess import DEVNULL, Popen
from typing import Self

from botocore.exceptions import ClientError

from harness import processes, server
from harness.people import PASSWORD, Pool

# What a sign-up may be told whose process did not know of the alteration yet, or did.
REFUSALS = frozenset({"TooManyRequestsException", "InvalidParameterException"})


class SignUps(threading.Thread):
    """Somebody signs up all the time, under a chosen name if the pool lets them, else by e-mail address."""

    def __init__(self, pool: Pool, more: Sequence[dict[str, str]] = ()) -> None:
        super().__init__()
        self.acknowledged: dict[str, str] = {}
        self.faults: list[ClientError] = []
        self._pool = pool
        self._more = more
        self._is_over = threading.Event()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self.join()

    def run(self) -> None:
        """Until the block ends."""
        number = 0
        while not self._is_over.is_set():
            number += 1
            name = f"New{number}" if number % 2 else f"New{number}@example.com"
            email = name if "@" in name else f"{name}@example.com"
            try:
                answer = self._pool.endpoint.anonymous.sign_up(
                    ClientId=self._pool.client_id,
                    Username=name,
                    Password=PASSWORD,
                    UserAttributes=[{"Name": "email", "Value": email}, *self._more],
                )
            except ClientError as error:
                if error.response["Error"]["Code"] not in REFUSALS:
                    self.faults.append(error)
                continue
            self.acknowledged[name] = answer["UserSub"]


def typed(folder: Path, *arguments: str, **settings: str) -> Popen[bytes]:
    """`cenote` with arguments, begun, in a process group of its own."""
    command = [sys.executable, "-m", "cenote", *arguments]
    environ = server.environment(folder, **settings)
    return processes.start(command, env=environ, cwd=folder, stdout=DEVNULL, stderr=DEVNULL, process_group=0)
