"""`/feedback`: where the mail about a risky sign-in leads, and its reader says whether it was they."""

from flask import Response

from cenote.base.errors import Fault
from cenote.flows.threat import feedback as flow
from cenote.login.registry import page
from cenote.login.visit import Visit

_FIELD = "feedbackValue"
_VALID, _INVALID = "Valid", "Invalid"


@page("/feedback", "GET", "POST", needs_request=False)
def feedback(visit: Visit) -> Response:
    """Ask whether it was they; nothing is kept of a link that was only opened, for readers of mail open links by themselves."""
    asked = visit.query
    value = visit.form.get(_FIELD, "")
    try:
        # A link of another pool, or one whose time is over, is told so before anything is asked.
        flow.sub_of_token(visit.services, visit.pool.pool_id, asked.get("eventId", ""), asked.get("feedbackToken", ""))
        if value not in {_VALID, _INVALID}:
            return visit.render("feedback.html", suggested=asked.get(_FIELD, ""))
        flow.give_by_token(
            visit.services,
            visit.pool,
            asked.get("username", ""),
            asked.get("eventId", ""),
            asked.get("feedbackToken", ""),
            value,
        )
    except Fault as fault:
        heading, text = visit.say("Something went wrong"), visit.sentence_of(fault)
        return visit.render("error.html", status=400, heading=heading, text=text)
    return _thanked(visit, was_they=value == _VALID)


def _thanked(visit: Visit, *, was_they: bool) -> Response:
    text = (
        visit.say("We have noted that it was you.")
        if was_they
        else visit.say("We have noted that it was not you. Please change your password in the app now.")
    )
    return visit.render(
        "message.html", heading=visit.say("Thank you"), kind="success" if was_they else "info", text=text
    )
