"""What this room refuses with."""


class FederationError(Exception):
    """A document that cannot be had or cannot be used; *public* may be shown, *private* says more for our log."""

    def __init__(self, public: str, private: str = "") -> None:
        super().__init__(private or public)
        self.public = public
        self.private = private


class PastTimeError(FederationError):
    """What was good once, and is past its time."""


class UnansweredError(FederationError):
    """Nobody answered; *is_timeout* tells silence from a connection that cannot be had or broke off."""

    def __init__(self, public: str, private: str = "", *, is_timeout: bool) -> None:
        super().__init__(public, private)
        self.is_timeout = is_timeout


class CrowdedError(FederationError):
    """As many calls to a host as may be are already waited for."""


class SignInRefusedError(FederationError):
    """
    A provider's sign-in that failed or must not be believed; the app is told *error* and *description*.

    *error* is a code of RFC 6749, section 4.1.2.1, or the provider's own.
    """

    def __init__(self, error: str, description: str, private: str = "") -> None:
        super().__init__(description, private)
        self.error = error
        self.description = description
