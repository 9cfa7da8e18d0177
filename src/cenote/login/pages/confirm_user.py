"""
`/confirmUser`: where the link of a message leads that confirms an account or an address.

It acts when it is opened, as Cognito's does: the link is all that somebody is sent. A reader of mail that opens links by itself confirms
no more than the person was about to.
"""

from flask import Response

from cenote.base.errors import Fault, LimitExceededException
from cenote.flows.hosted import confirmation
from cenote.login.registry import page
from cenote.login.visit import Visit


@page("/confirmUser", "GET", needs_request=False)
def confirm_user(visit: Visit) -> Response:
    """Confirm what the link is about, and say so; a link that does nothing any more says why that may be."""
    name, code = visit.query.get("user_name", ""), visit.query.get("confirmation_code", "")
    try:
        confirmation.by_link(visit.services, visit.pool, visit.client, name, code, visit.origin)
    except LimitExceededException as fault:
        return _refused(visit, visit.sentence_of(fault))
    except Fault as fault:
        is_theirs = fault.code in {"UserLambdaValidationException", "AliasExistsException"}
        return _refused(visit, visit.sentence_of(fault) if is_theirs else _worn_out(visit))
    return visit.render(
        "message.html",
        heading=visit.say("Confirmed"),
        kind="success",
        text=visit.say("Your email address is confirmed. You can go back to the app and sign in."),
    )


def _worn_out(visit: Visit) -> str:
    return visit.say("This link is not valid any more. If you have confirmed your account already, you can sign in.")


def _refused(visit: Visit, text: str) -> Response:
    return visit.render("error.html", status=400, heading=visit.say("Confirm your account"), text=text)
