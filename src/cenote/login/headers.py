"""
What every page tells the browser of itself: run nothing that is not ours, show it in no frame, keep it nowhere.

Source: developer guide, "Managed login", security headers; Content Security Policy Level 3; OWASP, "HTTP headers".
"""

from flask import Response

from cenote.base.browser_replies import HSTS, UNKEPT
from cenote.flows.hosted.sites import Site
from cenote.model.oauth.authorization_request import AuthorizationRequest
from cenote.model.oauth.redirects import form_target_of

_PLAIN = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-XSS-Protection": "0",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin-allow-popups",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), publickey-credentials-create=(self), publickey-credentials-get=(self)",
}


def guard(response: Response, site: Site, request: AuthorizationRequest | None) -> None:
    """Put the headers on a page; *request* is the app's that its forms may end at."""
    for name, value in (_PLAIN | ({} if "Cache-Control" in response.headers else dict(UNKEPT))).items():
        response.headers[name] = value
    response.headers["Content-Security-Policy"] = _policy(site, request)
    if site.is_secure:
        name, value = HSTS
        response.headers[name] = value


def _policy(site: Site, request: AuthorizationRequest | None) -> str:
    # A form's answer leads on: to the app, or to another provider, which are by https but for apps on this machine or with own schemes.
    targets = form_target_of(request.redirect_uri) if request is not None else "https:"
    # In development also for providers: a container next door, or another pool's domain.
    any_host = ["https:"] if site.is_secure else ["http:", "https:"]
    forms = " ".join(dict.fromkeys(["'self'", *targets.split(), *any_host]))
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
        f"form-action {forms}; frame-ancestors 'none'; base-uri 'none'"
    )
