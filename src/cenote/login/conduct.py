"""
What every page of a sign-in does with what flows.sign_in says: the next question has its page, an arrival leads on to the app, and a fault
leaves the person where they are, or ends the sign-in.
"""

from dataclasses import replace

from flask import Response

from cenote.base.errors import (
    Fault,
    InvalidLambdaResponseException,
    NotAuthorizedException,
    PasswordResetRequiredException,
    ResourceNotFoundException,
    UnexpectedLambdaException,
    UserLambdaValidationException,
    UserNotConfirmedException,
    UserNotFoundException,
)
from cenote.flows.hosted.links import LOGIN
from cenote.flows.sign_in import answering, instead
from cenote.flows.sign_in.arrival import Arrival
from cenote.flows.sign_in.asked import Asked
from cenote.login import beginning, confirming, enrolment, remembered, waiting
from cenote.login.visit import Visit
from cenote.login.waiting import Outcome, Waiting
from cenote.login.words import msgid
from cenote.model import mfa
from cenote.model.sign_in.names import ChallengeName

MFA, CHOOSE, PASSWORD, PASSKEY = "/mfa", "/choose", "/password", "/passkey"
CONFIRM, FORGOT = "/confirm", "/forgotPassword"
PAGES = {
    ChallengeName.SMS_MFA: MFA,
    ChallengeName.SMS_OTP: MFA,
    ChallengeName.EMAIL_OTP: MFA,
    ChallengeName.SOFTWARE_TOKEN_MFA: MFA,
    ChallengeName.SELECT_MFA_TYPE: "/mfaOption",
    ChallengeName.MFA_SETUP: "/mfaSetup",
    ChallengeName.NEW_PASSWORD_REQUIRED: "/changePassword",
    ChallengeName.SELECT_CHALLENGE: CHOOSE,
    ChallengeName.PASSWORD: PASSWORD,
    ChallengeName.WEB_AUTHN: PASSKEY,
}
_REFUSED = "refused"
_ENDED = (
    InvalidLambdaResponseException,
    NotAuthorizedException,
    ResourceNotFoundException,
    UnexpectedLambdaException,
    UserLambdaValidationException,
    UserNotFoundException,
)
_NO_WAY = msgid("There is no way to sign in to this account. Please contact an administrator.")
_OUT_OF_DATE = msgid("This page is no longer valid. Please sign in again.")


def answer(visit: Visit, held: Waiting, parameters: dict[str, str]) -> Outcome:
    """What an answer to what *held* waits for comes to; raises what flows.sign_in does."""
    attempt = visit.attempt(held.given, parameters)
    return answering.answer(visit.services, attempt, held.challenge, held.session)


def follow(visit: Visit, held: Waiting, outcome: Outcome) -> Response:
    """Lead on to what *outcome* asks, or to the app; raises Fault where what follows at once is refused."""
    outcome = remembered.proved(visit, held.given, outcome)
    if isinstance(outcome, Arrival):
        return _let_in(visit, held, outcome)
    if not isinstance(outcome, Asked):
        raise TypeError("pages are not given tokens")
    after = _with_ways(visit, held, held.asked(outcome))
    if after.challenge is not ChallengeName.SELECT_CHALLENGE:
        return show(visit, after)
    if not after.ways:
        return ended(visit, visit.say(_NO_WAY))
    return take_way(visit, after, after.ways[0]) if len(after.ways) == 1 else show(visit, after)


def take_way(visit: Visit, held: Waiting, way: str) -> Response:
    """Go on with the first factor *way*, in answer to SELECT_CHALLENGE; raises Fault."""
    if way == ChallengeName.PASSWORD:
        return show(visit, replace(held, challenge=ChallengeName.PASSWORD))
    return follow(visit, held, answer(visit, held, {"ANSWER": way}))


def choose_again(visit: Visit, held: Waiting) -> Response:
    """Let the person choose another way than the one they chose; raises Fault."""
    if held.challenge is ChallengeName.PASSWORD and held.session is not None:
        return show(visit, replace(held, challenge=ChallengeName.SELECT_CHALLENGE))
    if held.session is None:
        return follow(visit, held, beginning.by_choice(visit, held.given))
    asked = instead.other_ways(visit.services, visit.attempt(held.given, {}), held.session)
    return show(visit, _with_ways(visit, held, held.asked(asked)))


def show(visit: Visit, held: Waiting) -> Response:
    """Lead on to the page of what *held* waits for."""
    waiting.keep(visit, held)
    return visit.go(PAGES[held.challenge])


def refused(visit: Visit, given: str, fault: Fault) -> Response | None:
    """Where *fault* sends somebody whose sign-in is open; None where they stay and may try again."""
    redirected = refused_at_start(visit, given, fault)
    if redirected is not None or not isinstance(fault, _ENDED):
        return redirected
    return ended(visit, visit.sentence_of(fault))


def refused_at_start(visit: Visit, given: str, fault: Fault) -> Response | None:
    """Where *fault* sends somebody who has just given their name or password; None where they may try again."""
    if isinstance(fault, UserNotConfirmedException):
        confirming.begin(visit, given, None, None)
        return visit.go(CONFIRM)
    if isinstance(fault, PasswordResetRequiredException):
        visit.keep({"username": given})
        return visit.go(FORGOT)
    return None


def ended(visit: Visit, text: str) -> Response:
    """Back to the beginning, where *text* says why."""
    visit.keep({_REFUSED: text})
    return visit.go(LOGIN)


def reason(visit: Visit) -> str:
    """Why the sign-in before has ended, if that is what brought the person here; it is said once."""
    text = visit.kept.get(_REFUSED, "") if isinstance(visit.kept, dict) else ""
    if text:
        visit.forget()
    return str(text)


def lost(visit: Visit) -> Response:
    """The answer to a request for a page whose question nobody asked: on to the one that waits, or to the beginning."""
    held = waiting.any_of(visit)
    if held is not None:
        return visit.go(PAGES[held.challenge])
    return ended(visit, visit.say(_OUT_OF_DATE)) if visit.form else visit.go(LOGIN)


def _with_ways(visit: Visit, before: Waiting, after: Waiting) -> Waiting:
    """*after*, with what the person may go on with instead."""
    if not after.is_second:
        return replace(after, ways=enrolment.offered_ways(visit, after.ways))
    ways: tuple[str, ...] = ()
    if after.session is not None and len(mfa.factors_of(visit.pool)) > 1:
        ways = instead.second_factors(visit.services, visit.attempt(after.given, {}), after.session)
    if not ways and before.challenge is ChallengeName.MFA_SETUP:
        ways = before.ways
    return replace(after, ways=tuple(ways))


def _let_in(visit: Visit, held: Waiting, arrival: Arrival) -> Response:
    visit.recognise(arrival)
    if held.remembers:
        remembered.remember(visit, arrival.who.user)
    if held.can_passkey and enrolment.is_offered(visit, arrival.who):
        return enrolment.offer(visit, arrival.who)
    visit.forget()
    return visit.complete(arrival.who)
