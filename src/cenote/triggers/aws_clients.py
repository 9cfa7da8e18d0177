"""
Clients of a service of AWS, or of what speaks its protocol elsewhere: by boto3, which the `aws` extra brings.

Credentials are boto3's own to find (environment, profile, role); an endpoint that is not AWS gets made-up ones where there are none, for
such endpoints want a signature and check none.
"""

import importlib
import threading
from typing import Any, Final

# The settings' word for AWS itself.
AWS: Final = "aws"
_CONNECTIONS: Final = 16
_CONNECT_S: Final = 2.0
_ANYBODY: Final = "cenote"


class AwsClients:
    """
    The clients of *service*, kept by region and time; safe to share between threads.

    *endpoint_url* is a URL, or `aws`. *tries* is how often a client asks. *errors* are botocore's. Raises ImportError when boto3 is not
    installed.
    """

    def __init__(self, service: str, endpoint_url: str, *, tries: int) -> None:
        # Nobody but those who have functions or keys elsewhere has boto3, so it is looked for at run time.
        boto3: Any = importlib.import_module("boto3")
        self._config: Any = importlib.import_module("botocore.config").Config
        self.errors: Any = importlib.import_module("botocore.exceptions")
        self._service = service
        self._endpoint_url = None if endpoint_url == AWS else endpoint_url
        self._tries = tries
        self._session: Any = boto3.Session()
        self._clients: dict[tuple[str, float], Any] = {}
        self._making = threading.Lock()

    def get(self, region: str, timeout_s: float) -> Any:  # noqa: ANN401 - boto3 makes its classes at run time
        """The client for a region that waits *timeout_s* for an answer."""
        with self._making:
            key = region, timeout_s
            if key not in self._clients:
                self._clients[key] = self._made(region, timeout_s)
            return self._clients[key]

    def _made(self, region: str, timeout_s: float) -> Any:  # noqa: ANN401 - see get
        config = self._config(
            connect_timeout=min(_CONNECT_S, timeout_s),
            read_timeout=timeout_s,
            retries={"total_max_attempts": self._tries, "mode": "standard"},
            max_pool_connections=_CONNECTIONS,
        )
        keys = {}
        if self._endpoint_url is not None and self._session.get_credentials() is None:
            keys = {"aws_access_key_id": _ANYBODY, "aws_secret_access_key": _ANYBODY}
        return self._session.client(
            self._service, region_name=region, endpoint_url=self._endpoint_url, config=config, **keys
        )


def code_of(error: Any) -> str:  # noqa: ANN401 - botocore's ClientError
    """The code of a service's refusal."""
    return str(error.response.get("Error", {}).get("Code", ""))
