"""`/error`: what the person is told where no app may be."""

from flask import Response

from cenote.login.registry import page
from cenote.login.visit import Visit
from cenote.login.words import msgid

HEADING = msgid("An error was encountered with the requested page.")
UNAVAILABLE = "login_pages_unavailable"
_LOST = msgid("Your sign-in took too long, or was begun in another browser. Please go back to the app and start again.")
_MALFORMED = msgid("The app has sent an incomplete request. Please contact its administrator.")
_PROVIDER = msgid("The answer of the identity provider was not valid. Please go back to the app and start again.")
_TEXTS = {
    "redirect_mismatch": msgid("The app wants you to be sent to an address that is not registered. Please contact its administrator."),
    "unauthorized_client": msgid("The app may not do this. Please contact its administrator."),
    "Client does not exist.": msgid("The app is not known here. Please contact its administrator."),
    "invalid_request": _MALFORMED,
    "invalid_request_uri": _LOST,
    "invalid_scope": msgid("The app asks for more than it may have. Please contact its administrator."),
    "invalid_form": msgid("This form has expired, or cookies are turned off in your browser. Please go back and try again."),
    "Required String parameter 'redirect_uri' is not present": _MALFORMED,
    "Invalid state": _LOST,
    "Invalid relayState from identity provider": _PROVIDER,
    "Invalid samlResponse or relayState from identity provider": _PROVIDER,
    "temporarily_unavailable": msgid("Something went wrong. Please try again."),
    "server_error": msgid("Something went wrong. Please try again."),
}  # fmt: skip


@page("/error", "GET", needs_request=False)
def error(visit: Visit) -> Response:
    """
    Say what went wrong, as far as it helps, and the code, which an administrator needs.

    Only codes that are known are repeated: a link must not put words into the mouth of the page.
    """
    code = visit.query.get("error", "")
    if code == UNAVAILABLE:
        text = visit.say("Login pages unavailable. Please contact an administrator.")
        return visit.render("error.html", status=400, heading=visit.say(HEADING), text=text)
    known = _TEXTS.get(code)
    text = (
        f"{visit.say(known)} ({code})" if known is not None else visit.say("Please go back to the app and try again.")
    )
    return visit.render("error.html", status=400, heading=visit.say(HEADING), text=text)
