"""
What an OAuth endpoint refuses with, in the words of the RFCs.

Source: RFC 6749, sections 4.1.2.1 and 5.2; RFC 6750, section 3.1; OpenID Connect Core 1.0, section 3.1.2.6.
"""


class OAuthError(Exception):
    """
    A refusal: *error* is one of the registered codes, *description* may be shown to anybody.

    Cognito mostly gives no description; an empty one is left out of the answer. *cause* is for our log alone.
    """

    def __init__(self, error: str, description: str = "", *, status: int = 400, cause: str = "") -> None:
        super().__init__(cause or description or error)
        self.error = error
        self.description = description
        self.status = status
        self.cause = cause


class PageError(Exception):
    """
    A refusal that only the person at the browser may see: the one who asked is not known, or not to be trusted with an answer.

    *code* is what the error page is called with, `redirect_mismatch` for example.
    """

    def __init__(self, code: str, *, cause: str = "") -> None:
        super().__init__(cause or code)
        self.code = code
        self.cause = cause
