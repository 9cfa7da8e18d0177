"""
From WSGI to a page and back: the visit is made ready, a form is checked to be ours, and what a page refuses becomes a redirect or an
error page.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from http import HTTPStatus
from typing import Any
from wsgiref.types import StartResponse

import structlog
from flask import Flask, Response, make_response, request
from werkzeug.exceptions import HTTPException, InternalServerError, MethodNotAllowed, TooManyRequests

from cenote.base.browser_replies import error_page
from cenote.base.errors import TooManyRequestsException
from cenote.base.oauth_errors import PageError
from cenote.flows.attempt import Origin
from cenote.flows.hosted import authorization
from cenote.flows.hosted.authorization import RefusedRequest
from cenote.flows.hosted.sites import Site
from cenote.flows.services import Services
from cenote.login import (
    cookies,
    csrf,
    headers,
    static_files,
    words,
)
from cenote.login.look.files import look_file
from cenote.login.look.looks import look_of, plain_look
from cenote.login.pages import errors
from cenote.login.registry import PAGES, Page
from cenote.login.visit import Visit
from cenote.model.client import Client
from cenote.model.oauth.authorization_request import AuthorizationRequest
from cenote.model.oauth.registration import DCR

log: Any = structlog.get_logger(__name__)
_SITE = "cenote.site"
_STATIC = "/_static/"
_OTHER = "page"
_FOR_EVER = "public, max-age=31536000, immutable"
_MAX_FORM_BYTES = 256 * 1024
_ERROR_PAGE = next(each for each in PAGES if each.handler is errors.error)


class LoginDoor:
    """The pages of every site, as one Flask application. OPERATIONS are what its requests are counted as."""

    OPERATIONS = frozenset({f"page {each.path}" for each in PAGES} | {_OTHER})

    def __init__(self, services: Services) -> None:
        self._services = services
        self._app = Flask(__name__, static_folder=None, template_folder="templates")
        self._app.config["MAX_CONTENT_LENGTH"] = _MAX_FORM_BYTES
        # It would lead `//login` to an address that it makes of the Host header.
        self._app.url_map.merge_slashes = False
        self._app.jinja_env.trim_blocks = self._app.jinja_env.lstrip_blocks = True
        words.teach(self._app.jinja_env)
        for each in PAGES:
            view = partial(self._answer, each)
            self._app.add_url_rule(each.path, each.path, view, methods=each.methods)
        self._app.register_error_handler(HTTPException, self._failed)
        self._app.add_url_rule(_STATIC + "<name>", "static file", self._static, methods=["GET"])

    def wsgi(self, environ: Mapping[str, Any], start_response: StartResponse, site: Site, path: str) -> Iterable[bytes]:
        """Answer a request to *path* of *site*."""
        within = {**environ, "PATH_INFO": path, "SCRIPT_NAME": site.base_path, _SITE: site}

        def start(status: str, rows: list[tuple[str, str]], _failure: object = None, /) -> Callable[[bytes], object]:
            # Flask shouts the phrase.
            number = int(status[:3])
            begun: Any = start_response(f"{number} {HTTPStatus(number).phrase}", rows)
            write: Callable[[bytes], object] = begun
            return write

        return self._app.wsgi_app(within, start)

    def operation_of(self, path: str) -> str:
        """What a request to *path* is counted as."""
        named = f"page {path}"
        return named if named in self.OPERATIONS else _OTHER

    def _answer(self, page: Page) -> Response:
        site: Site = request.environ[_SITE]
        app_request: AuthorizationRequest | None = None
        try:
            _verify_text()
            client, app_request = self._read(page, site)
            visit = self._visit(page, site, client, app_request)
            response = self._checked(page, visit)
            # A page that needs no request may have read one.
            app_request = visit.request
            _put_cookies(response, visit)
        except PageError as refusal:
            response = _to_error_page(site, refusal)
        except RefusedRequest as refusal:
            response = make_response("", HTTPStatus.FOUND, {"Location": refusal.location})
        except HTTPException as refusal:
            response = self._failed(refusal)
        except Exception as failure:
            log.exception("page_failed", page=page.path)
            is_busy = isinstance(failure, TooManyRequestsException)
            response = self._failed(TooManyRequests() if is_busy else InternalServerError())
        headers.guard(response, site, app_request)
        return response

    def _failed(self, failure: HTTPException) -> Response:
        """The page that says that there is no such page, or that it cannot be shown."""
        site: Site = request.environ[_SITE]
        visit = self._visit(_ERROR_PAGE, site, None, None)
        status = failure.code or HTTPStatus.INTERNAL_SERVER_ERROR
        if status == HTTPStatus.NOT_FOUND:
            text = visit.say("There is no such page.")
        else:
            text = visit.say("Something went wrong. Please try again.")
        response = visit.render("error.html", status=status, heading=visit.say(errors.HEADING), text=text)
        if isinstance(failure, MethodNotAllowed) and failure.valid_methods:
            response.headers["Allow"] = ", ".join(sorted(failure.valid_methods))
        headers.guard(response, site, None)
        return response

    def _read(self, page: Page, site: Site) -> tuple[Client | None, AuthorizationRequest | None]:
        if page.needs_request:
            return authorization.read(self._services, site, request.args.items(multi=True))
        return authorization.find_client(self._services, site, request.args.get("client_id", "")), None

    def _checked(self, page: Page, visit: Visit) -> Response:
        """The page's answer; PageError for a form that is not ours."""
        cookie = request.cookies.get(cookies.CSRF)
        if request.method != "POST":
            return page.handler(visit)
        if not csrf.is_own_form(self._services, visit.site, dict(request.headers), request.form, cookie):
            raise PageError("invalid_form", cause="the form is not ours, or cookies are off")
        return page.handler(visit)

    def _visit(self, page: Page, site: Site, client: Client | None, app_request: AuthorizationRequest | None) -> Visit:
        sent = request.cookies
        look = look_of(self._services, site, client) if client is not None else None
        if look is None:
            # Nobody is there to give a client that registered itself a style.
            if page.needs_request and (client is None or client.document.get("ClientType") != DCR):
                raise PageError(errors.UNAVAILABLE, cause="the client has no managed login style")
            look = plain_look(self._services, site)
        asked = request.args.get("lang")
        language = words.negotiated(asked, sent.get(cookies.LANGUAGE), request.headers.get("Accept-Language"))
        language = language if site.is_managed else words.ENGLISH
        translations = words.translations_of(language)
        words.speak(translations)
        kept = None
        if client is not None:
            kept = cookies.opened_page_data(self._services, site, client.client_id, sent.get(cookies.PAGE_DATA))
        return Visit(
            services=self._services,
            site=site,
            client=client,
            request=app_request,
            language=language,
            translations=translations,
            look=look,
            origin=Origin(source_ip=request.remote_addr or "", user_agent=request.headers.get("User-Agent", "")),
            csrf_token=csrf.token_of(self._services, site, sent.get(cookies.CSRF)),
            # The error page, which takes no form, is also the answer to one that could not be read.
            form=request.form.to_dict() if request.method == "POST" and page is not _ERROR_PAGE else {},
            query=request.args.to_dict(),
            sent=sent,
            kept=kept,
            cookies=[cookies.of_language(language)] if site.is_managed and words.known(asked) else [],
        )

    def _static(self, name: str) -> Response:
        site: Site = request.environ[_SITE]
        of_look = look_file(self._services, site, name, request.args)
        if of_look is not None:
            return make_response(of_look.body, of_look.headers)
        found = static_files.every().get(name)
        if found is None:
            response = make_response("", HTTPStatus.NOT_FOUND)
        else:
            response = make_response(found.content, {"Content-Type": found.media_type})
            # Its address has its version; without one it is asked for anew.
            response.headers["Cache-Control"] = _FOR_EVER if "v" in request.args else "no-cache"
        headers.guard(response, site, None)
        return response


def _verify_text() -> None:
    """Refuse parameters and fields that no database takes for text."""
    if any("\0" in value for value in request.values.values()):
        raise PageError("invalid_request", cause="a parameter is no text")


def _put_cookies(response: Response, visit: Visit) -> None:
    for cookie in visit.cookies:
        cookies.put(response, visit.site, cookie)
    for name in visit.dropped:
        cookies.drop(response, visit.site, name)
    cookies.put(response, visit.site, cookies.Cookie(cookies.CSRF, visit.csrf_token))


def _to_error_page(site: Site, refusal: PageError) -> Response:
    log.info("page_refused", code=refusal.code, cause=refusal.cause)
    location = error_page(site, refusal, request.args.get("client_id"))
    return make_response("", HTTPStatus.FOUND, {"Location": location})
