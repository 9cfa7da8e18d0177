"""What goes out to browsers that come back from a provider: they go on by a GET, whatever they came by (RFC 9110, section 15.4.4)."""

from functools import partial
from http import HTTPStatus
from typing import Final

from cenote.base import browser_replies

redirect: Final = partial(browser_replies.redirect, status=HTTPStatus.SEE_OTHER)
to_error_page: Final = partial(browser_replies.to_error_page, status=HTTPStatus.SEE_OTHER)
