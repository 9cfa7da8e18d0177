"""What a server has acknowledged, and clients who write it down while they make it write."""

import random
import threading
from dataclasses import dataclass, field
from typing import Any, Self

from botocore.exceptions import BotoCoreError, ClientError

from harness.endpoint import Endpoint
from harness.people import attributes

WAIT_S = 60.0


@dataclass
class Person:
    """
    A user as far as the server has said that it wrote it.

    *asked* holds what was asked for and not answered yet: by the names of the other fields, what they may be as well.
    """

    username: str
    sub: str = ""
    password: str = ""
    status: str = "UNCONFIRMED"
    nickname: str | None = None
    refresh_token: str | None = None
    asked: dict[str, str] = field(default_factory=dict)

    def may_be(self, name: str, seen: str | None) -> bool:
        """Whether *seen* is what was acknowledged last, or was asked for since."""
        return seen == getattr(self, name) or (name in self.asked and seen == self.asked[name])


class Ledger:
    """Every acknowledged write of several clients; safe to share between threads."""

    def __init__(self) -> None:
        self.people: dict[str, Person] = {}
        self.unanswered: list[str] = []
        self.acknowledged = 0
        self.faults: list[Exception] = []
        self._changed = threading.Condition()

    def acknowledge(self, person: Person, **written: str) -> None:
        """Write down what the server said it did."""
        with self._changed:
            for name, value in written.items():
                setattr(person, name, value)
                person.asked.pop(name, None)
            self.people[person.username] = person
            self.acknowledged += 1
            self._changed.notify_all()

    def fail(self, fault: Exception) -> None:
        """Write down what should not have happened."""
        with self._changed:
            self.faults.append(fault)
            self._changed.notify_all()

    def wait_for(self, more: int) -> None:
        """Return once *more* writes were acknowledged, or something failed."""
        with self._changed:
            goal = self.acknowledged + more
            assert self._changed.wait_for(lambda: self.acknowledged >= goal or self.faults, WAIT_S), "the load stands"


class Load:
    """Threads that write until the server is gone; `with Load(…) as load: … load.ends()`."""

    def __init__(self, ledger: Ledger, endpoint: Endpoint, pool_id: str, client_id: str, *, clients: int) -> None:
        self._ledger, self._endpoint, self._pool_id, self._client_id = ledger, endpoint, pool_id, client_id
        self._is_ending = threading.Event()
        self._threads = [threading.Thread(target=self._run, args=(number,)) for number in range(clients)]
        # Made here, once: botocore's clients may be shared by threads, but not made by several.
        self._signed, self._anonymous = endpoint.signed, endpoint.anonymous

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_ending.set()
        for thread in self._threads:
            thread.join(WAIT_S)

    def ends(self) -> None:
        """From now on an answer may fail to come."""
        self._is_ending.set()

    def _run(self, _number: int) -> None:
        try:
            while not self._is_ending.is_set():
                self._one_life()
        except (BotoCoreError, ClientError) as fault:
            if not self._is_ending.is_set():
                self._ledger.fail(fault)

    def _one_life(self) -> None:
        """Each call is a write; each acknowledgement is noted before the next call."""
        ledger, signed, anonymous = self._ledger, self._signed, self._anonymous
        name = f"u{random.getrandbits(64):016x}"
        person = Person(name, password=f"First-{name}", status="UNCONFIRMED")
        ledger.unanswered.append(name)
        made: dict[str, Any] = anonymous.sign_up(
            ClientId=self._client_id,
            Username=name,
            Password=person.password,
            UserAttributes=attributes(email=f"{name}@example.com"),
        )
        ledger.acknowledge(person, sub=made["UserSub"])
        ledger.unanswered.remove(name)
        whom = {"UserPoolId": self._pool_id, "Username": name}
        person.asked["status"] = "CONFIRMED"
        signed.admin_confirm_sign_up(**whom)
        ledger.acknowledge(person, status="CONFIRMED")
        person.asked["password"] = f"Second-{name}"
        signed.admin_set_user_password(**whom, Password=person.asked["password"], Permanent=True)
        ledger.acknowledge(person, password=f"Second-{name}")
        tokens = anonymous.initiate_auth(
            ClientId=self._client_id,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": name, "PASSWORD": person.password},
        )["AuthenticationResult"]
        ledger.acknowledge(person, refresh_token=tokens["RefreshToken"])
        for nickname in ("one", "two"):
            person.asked["nickname"] = nickname
            anonymous.update_user_attributes(
                AccessToken=tokens["AccessToken"], UserAttributes=attributes(nickname=nickname)
            )
            ledger.acknowledge(person, nickname=nickname)
