"""
The demo's pages: a Flask application for this machine alone.

It answers to its own name only, so that no other site can reach it under one of its own (DNS rebinding), and takes forms from its own
pages only.
"""

from collections.abc import Callable
from importlib.resources import files
from urllib.parse import urlsplit

from flask import Flask, Response, render_template, request

from cenote.cli.demo.claims import rows_of
from cenote.cli.demo.making import CALLBACK, USERNAME
from cenote.cli.demo.relying_party import AUTHORIZE, SIGN_UP, Pending, RelyingParty, SignedIn, SignInError
from cenote.cli.demo.visits import Visits
from cenote.login import static_files

View = Callable[[], Response | str]

_SEE_OTHER = 303
_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not `no-referrer`: browsers then send our own forms with the origin null.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_CSS = (files("cenote.cli.demo") / "static" / "demo.css").read_bytes()
_ICON = static_files.every()["favicon.svg"]


class Demo:
    """The pages of one relying party, and who is at them."""

    def __init__(self, party: RelyingParty) -> None:
        self._party = party
        self._visits = Visits()
        # Cookies are shared by all ports of a host.
        self._cookie = f"cenote-demo-{urlsplit(party.origin).port}"

    def flask(self) -> Flask:
        """The application."""
        app = Flask("cenote.cli.demo", static_folder=None)
        app.before_request(self._refuse_strangers)
        app.after_request(self._guard)
        app.register_error_handler(SignInError, self._told)
        routes: dict[str, tuple[str, View]] = {
            "/": ("GET", self._home),
            CALLBACK: ("GET", self._callback),
            "/sign-in": ("POST", lambda: self._leave(AUTHORIZE)),
            "/sign-up": ("POST", lambda: self._leave(SIGN_UP)),
            "/refresh": ("POST", self._refresh),
            "/sign-out": ("POST", self._sign_out),
            "/demo.css": ("GET", lambda: Response(_CSS, mimetype="text/css")),
            "/favicon.svg": ("GET", lambda: Response(_ICON.content, mimetype=_ICON.media_type)),
        }
        for path, (method, view) in routes.items():
            app.add_url_rule(path, endpoint=path, view_func=view, methods=[method])
        return app

    def _refuse_strangers(self) -> Response | None:
        own = urlsplit(self._party.origin)
        if request.host != own.netloc:
            if request.method == "GET" and request.host == f"127.0.0.1:{own.port}":
                return self._go(self._party.origin + "/")
            return Response("This is not the name of this page.\n", 421, mimetype="text/plain")
        if request.method == "POST" and request.headers.get("Origin") != self._party.origin:
            return Response("This form is not from this page.\n", 403, mimetype="text/plain")
        return None

    def _guard(self, response: Response) -> Response:
        server = urlsplit(self._party.public_url)
        response.headers.update(_HEADERS)
        response.headers["Content-Security-Policy"] = (
            "default-src 'none'; style-src 'self'; img-src 'self'; "
            f"form-action 'self' {server.scheme}://{server.netloc}; frame-ancestors 'none'; base-uri 'none'"
        )
        return response

    def _home(self) -> Response | str:
        who = self._visits.get(self._cookie_value())
        return _signed_in_page(who) if isinstance(who, SignedIn) else self._signed_out_page()

    def _leave(self, page: str) -> Response:
        pending = Pending()
        self._visits.take(self._cookie_value())
        return self._remember(self._go(self._party.address(pending, page)), self._visits.keep(pending))

    def _callback(self) -> Response:
        pending = self._visits.take(self._cookie_value())
        if not isinstance(pending, Pending):
            raise SignInError(
                "This browser has not begun to sign in here, or it has been here with the answer already."
            )
        if any(len(values) > 1 for values in request.args.listvalues()):
            raise SignInError("The answer says something twice.")
        signed_in = self._party.redeemed(pending, request.args)
        # The address with the code does not stay in the browser's history.
        return self._remember(self._go("/"), self._visits.keep(signed_in))

    def _refresh(self) -> Response:
        who = self._visits.get(self._cookie_value())
        if not isinstance(who, SignedIn):
            return self._go("/")
        return self._remember(self._go("/"), self._visits.keep(self._party.refreshed(who)), over=self._cookie_value())

    def _sign_out(self) -> Response:
        who = self._visits.take(self._cookie_value())
        if isinstance(who, SignedIn):
            self._party.revoke(who)
        response = self._go(self._party.logout_address())
        response.delete_cookie(self._cookie)
        return response

    def _told(self, error: SignInError) -> tuple[str, int]:
        return render_template("told.html", sentence=str(error)), 400

    def _signed_out_page(self) -> str:
        made = self._party.made
        return render_template(
            "signed_out.html", made=made, username=USERNAME, messages=f"{self._party.public_url}/_cenote/messages.html"
        )

    def _go(self, location: str) -> Response:
        return Response(status=_SEE_OTHER, headers={"Location": location})

    def _cookie_value(self) -> str:
        return request.cookies.get(self._cookie, "")

    def _remember(self, response: Response, value: str, *, over: str = "") -> Response:
        self._visits.take(over)
        response.set_cookie(self._cookie, value, httponly=True, samesite="Lax")
        return response


def _signed_in_page(who: SignedIn) -> str:
    tokens = [
        ("ID token", "tells this app who signed in.", who.id_token, rows_of(who.id_claims)),
        ("Access token", "opens services, such as the pool's own API.", who.access_token, rows_of(who.access_claims)),
    ]
    return render_template("signed_in.html", name=who.id_claims.get("email", who.id_claims.get("sub")), tokens=tokens)
