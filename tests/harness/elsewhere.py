"""Providers of the public Internet, played by a server of the test: the same requests, answered on loopback."""

from urllib.parse import urlsplit

from cenote.federation.calls import Answer, Call
from cenote.federation.fetching import Fetcher
from harness.oidc_provider import OidcProvider


class Elsewhere(Fetcher):
    """A fetcher to which every host of *hosts* is *provider*, and which refuses every other one that a test did not think of."""

    def __init__(self, provider: OidcProvider, *hosts: str) -> None:
        super().__init__(is_development=True)
        self._provider = provider
        self._hosts = frozenset(hosts)

    def get(self, url: str, accept: str) -> bytes:
        """As `Fetcher.get`."""
        return super().get(self._led(url), accept)

    def call(self, call: Call) -> Answer:
        """As `Fetcher.call`."""
        return super().call(Call(self._led(call.url), call.accept, call.form, call.bearer, call.query))

    def _led(self, url: str) -> str:
        parts = urlsplit(url)
        if f"{parts.scheme}://{parts.netloc}" == self._provider.url:
            return url
        assert parts.scheme == "https", url
        assert parts.hostname in self._hosts, url
        return url.replace(f"https://{parts.netloc}", self._provider.url, 1)
