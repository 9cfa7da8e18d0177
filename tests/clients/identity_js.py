"""amazon-cognito-identity-js in Node, unmodified: one pool of it, with what a browser would keep."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness import node
from harness.people import Pool

SCRIPT = Path(__file__).with_name("node") / "identity.js"
CALLBACKS, CALLBACK = "@callbacks", "@callback"


@dataclass(frozen=True)
class Called:
    """Which callback came, and with what."""

    name: str
    values: list[Any]

    @property
    def tokens(self) -> dict[str, Any]:
        """The session of an `onSuccess`."""
        assert "onSuccess" == self.name, (self.name, self.values)
        session: dict[str, Any] = self.values[0]
        return session


class IdentityJs:
    """A pool of the library, and one user of it at a time."""

    def __init__(self, program: node.Program, pool: Pool) -> None:
        self._program = program
        data = {"UserPoolId": pool.id, "ClientId": pool.client_id, "endpoint": pool.endpoint.url}
        program.tell({"make": data})

    def user(self, name: str, flow: str = "USER_SRP_AUTH") -> None:
        """Go on with another user object, as after the page was loaded anew."""
        self._program.tell({"user": name, "flow": flow})

    def call(self, method: str, *arguments: Any) -> Called:
        """Call a method of the user; which callback came."""
        answer = self._program.tell({"call": method, "with": arguments})
        return Called(answer["callback"], answer["values"])

    def authenticate(self, name: str, password: str, flow: str = "USER_SRP_AUTH") -> Called:
        """Begin a sign-in with a password."""
        self.user(name, flow)
        return self.call("authenticateUser", {"@details": {"Username": name, "Password": password}}, CALLBACKS)


@contextmanager
def identity_js(pool: Pool) -> Iterator[IdentityJs]:
    """The library for *pool*."""
    with node.running(SCRIPT) as program:
        yield IdentityJs(program, pool)
