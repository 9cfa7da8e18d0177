"""What a client sees of a running Cenote, whether it is a process or a function call away."""

import functools
import json
import urllib.parse
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

import boto3
from botocore import UNSIGNED
from botocore.config import Config

from cenote.aws.phases import COMMON_ERRORS
from cenote.aws.protocols.xml import COMMON_CODES

REGION = "us-east-1"
ACCESS_KEY_ID = "AKIATESTS0ROOT0KEY00"
SECRET_ACCESS_KEY = "tests/only/secret/access/key/of/the/root"
# One try: a refusal that goes away by itself is a fault of ours, and a test is not made slower by hiding it.
PATIENCE = Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=60)

# What the query services call what every service may answer.
QUERY_CODES = frozenset({*COMMON_CODES.values(), "ValidationError"})

# What a client reads: status, headers with names in lower case, body.
Answer = tuple[int, dict[str, str], bytes]


class Endpoint(ABC):
    """
    A running Cenote: where it is, whose keys open it, and clients for it.

    Every client of it insists that an operation refuses only with faults that AWS's model declares for it.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.region = REGION
        self.access_key_id = ACCESS_KEY_ID
        self.secret_access_key = SECRET_ACCESS_KEY
        self._clients: list[Any] = []

    def boto3_client(self, service: str = "cognito-idp", **options: Any) -> Any:
        """A client that signs with the root key; *options* are boto3's own and go before ours."""
        config = PATIENCE.merge(options.pop("config", None) or Config())
        keys = {"aws_access_key_id": self.access_key_id, "aws_secret_access_key": self.secret_access_key}
        ours = {"region_name": self.region, "endpoint_url": self.url, **keys}
        client = _session().client(service, config=config, **(ours | options))
        self.attach(client)
        self._clients.append(client)
        return client

    def anonymous_client(self, service: str = "cognito-idp", **options: Any) -> Any:
        """A client that signs nothing, as an app on a phone is one."""
        config = Config(signature_version=UNSIGNED).merge(options.pop("config", None) or Config())
        return self.boto3_client(service, config=config, **options)

    @functools.cached_property
    def signed(self) -> Any:
        """A cognito-idp client with the root key, made once."""
        return self.boto3_client()

    @functools.cached_property
    def anonymous(self) -> Any:
        """A cognito-idp client without keys, made once."""
        return self.anonymous_client()

    def attach(self, client: Any) -> None:
        """Watch a new client's answers; an endpoint without a socket leads its requests here as well."""
        client.meta.events.register("after-call", refuse_undeclared)

    @abstractmethod
    def request(self, method: str, path: str, *, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Answer:
        """Send a plain HTTP request; *path* may have a query."""

    def get_json(self, path: str) -> Any:
        """The document at *path*; an AssertionError unless the answer is 200."""
        status, _, body = self.request("GET", path)
        assert status == 200, (status, body)
        return json.loads(body)

    def messages(self, **asked: str) -> list[dict[str, Any]]:
        """What the outbox shows, newest first; *asked* is `to`, `username`, `pool` or `limit`."""
        found: list[dict[str, Any]] = self.get_json(f"/_cenote/messages?{urllib.parse.urlencode(asked)}")
        return found

    def code_for(self, username: str, **asked: str) -> str:
        """The code in the newest message to a user."""
        found = self.messages(username=username, **asked)
        assert found, f"no message to {username}"
        code: str = found[0]["code"]
        return code

    def close(self) -> None:
        """Give the connections back."""
        for client in self._clients:
            client.close()
        self._clients.clear()


def refuse_undeclared(parsed: Mapping[str, Any], model: Any, **_: Any) -> None:
    """Fail when an answer is a fault that the operation's model does not declare: SDKs have no class for it."""
    code = parsed.get("Error", {}).get("Code")
    if code is None or code in COMMON_ERRORS or code in QUERY_CODES:
        return
    declared = {shape.error_code or shape.name for shape in model.error_shapes}
    assert code in declared, f"{model.name} does not declare {code}"


@functools.cache
def _session() -> boto3.Session:
    """One session: it reads each service's model once."""
    return boto3.Session()
