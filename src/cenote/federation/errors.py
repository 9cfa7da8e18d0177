"""What this room refuses with."""


class FederationError(Exception):
    """A document that cannot be had or cannot be used; *public* may be shown, *private* says more for our log."""

    def __init__(self, public: str, private: str = "") -> None:
        super().__init__(private or public)
        self.public = public
        self.private = private
