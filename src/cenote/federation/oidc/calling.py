"""Calls to a provider's endpoints, and what the app is told when they fail."""

from typing import Any

from cenote.federation.calls import Answer, Call
from cenote.federation.errors import CrowdedError, FederationError, SignInRefusedError, UnansweredError
from cenote.federation.fetching import Fetcher
from cenote.federation.oidc.documents import object_of

OK = 200


def answered(fetcher: Fetcher, call: Call, *, late: str) -> Answer:
    """
    What a provider's endpoint answers; *late* is Cognito's sentence for one that does not in time.

    Raises:
        SignInRefusedError: it answers not at all, or what nobody could use.
    """
    try:
        return fetcher.call(call)
    except UnansweredError as error:
        description = late if error.is_timeout else "Connection reset"
        raise SignInRefusedError("server_error", description, error.private) from None
    except CrowdedError as error:
        raise SignInRefusedError("temporarily_unavailable", "Too many requests", error.private) from None
    except FederationError as error:
        raise SignInRefusedError("server_error", "The identity provider cannot be called.", str(error)) from None


def document_of(answer: Answer, what: str) -> dict[str, Any]:
    """
    The JSON object that was answered as *what*.

    Raises:
        SignInRefusedError: it is none.
    """
    try:
        return object_of(answer.body)
    except ValueError as error:
        raise SignInRefusedError("server_error", f"Bad {what} response", str(error)) from None
