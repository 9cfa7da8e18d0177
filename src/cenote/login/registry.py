"""
The pages by their paths: each registers itself where it is written.

    @page("/login", "GET", "POST")
    def sign_in(visit: Visit) -> Response: ...
"""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Response

from cenote.login.visit import Visit

Handler = Callable[[Visit], Response]


@dataclass(frozen=True, slots=True)
class Page:
    """A page: *needs_request* unless it stands for itself, without an app's request."""

    path: str
    methods: tuple[str, ...]
    handler: Handler
    needs_request: bool


PAGES: list[Page] = []


def page(path: str, *methods: str, needs_request: bool = True) -> Callable[[Handler], Handler]:
    """Register a function as the page at *path*."""

    def register(handler: Handler) -> Handler:
        PAGES.append(Page(path, methods, handler, needs_request))
        return handler

    return register
