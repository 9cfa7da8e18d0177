"""`/leave`: to a provider that is reached by a form, which a button sends where no script does."""

from flask import Response

from cenote.base.oauth_errors import PageError
from cenote.flows.federation import journeys
from cenote.login.registry import page
from cenote.login.visit import Visit


@page(journeys.FORM_PAGE, "GET", needs_request=False)
def leave(visit: Visit) -> Response:
    """Show the form that was made for this browser, once."""
    form = dict(journeys.take_answer(visit.services, visit.site, visit.query.get("form", "")))
    target = form.pop(journeys.FORM_TARGET, None)
    if target is None:
        raise PageError(journeys.LOST, cause="it is a provider's answer that waits under this handle")
    return visit.render("leave.html", target=target, fields=form)
