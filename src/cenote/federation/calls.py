"""What a sign-in asks of a provider's endpoints, and what comes back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

# As Cognito calls itself, for providers that let nobody else in.
_CALLER = "Amazon/Cognito"


def with_query(url: str, parameters: Mapping[str, str]) -> str:
    """*url* with *parameters* behind those of its own query."""
    parts = urlsplit(url)
    return parts._replace(query="&".join(filter(None, (parts.query, urlencode(parameters))))).geturl()


@dataclass(frozen=True, slots=True)
class Call:
    """
    A request of a sign-in: a GET, or the POST of *form*. *bearer* is an access token.

    *query* is added to that of the URL.
    """

    url: str
    accept: str = "application/json"
    form: Mapping[str, str] | None = field(default=None, repr=False)
    bearer: str | None = field(default=None, repr=False)
    query: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def method(self) -> str:
        """GET or POST."""
        return "GET" if self.form is None else "POST"

    @property
    def headers(self) -> dict[str, str]:
        """What it says besides where it goes."""
        headers = {"Accept": self.accept, "User-Agent": _CALLER}
        if self.form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        if self.bearer is not None:
            headers["Authorization"] = f"Bearer {self.bearer}"
        return headers

    @property
    def body(self) -> bytes | None:
        """The form."""
        return None if self.form is None else urlencode(self.form).encode()


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered, whatever the status."""

    status: int
    body: bytes = field(repr=False)
