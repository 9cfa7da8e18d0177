"""
Another question in the place of the one that waits: a new code, or a choice among what the person may answer with. For the pages, where
nobody has the password at hand any more that the API's clients begin anew with.

Nothing is proved by it and nothing forgiven: attempts go on being counted by the person, and messages by the hour.
"""

from collections.abc import Sequence
from dataclasses import replace

from cenote.base.errors import NotAuthorizedException
from cenote.flows.attempt import Attempt
from cenote.flows.factors import one_time_code, selection
from cenote.flows.factors.verdict import Question, SignIn
from cenote.flows.services import Services
from cenote.flows.sign_in import answering, asking, choice, pauses, people, questions, rounds
from cenote.flows.sign_in.asked import Asked
from cenote.flows.sign_in.rounds import Round
from cenote.model import mfa
from cenote.model.mfa import Mfa
from cenote.model.sign_in.machine import Ask
from cenote.model.sign_in.names import FIRST_FACTORS, ChallengeName, Flow

_SENT = frozenset({ChallengeName.EMAIL_OTP, ChallengeName.SMS_OTP, ChallengeName.SMS_MFA})
_CHOSEN = _SENT | {ChallengeName.SOFTWARE_TOKEN_MFA, ChallengeName.WEB_AUTHN, ChallengeName.SELECT_CHALLENGE}
_FACTORS = {ChallengeName.SMS_MFA: Mfa.SMS, ChallengeName.EMAIL_OTP: Mfa.EMAIL}


def again(services: Services, attempt: Attempt, session: str) -> Asked:
    """
    Send a new code in the place of the one that was sent, which is none any more.

    Raises:
        NotAuthorizedException: no code is waited for, or the sign-in ended.
        TooManyRequestsException: too many were sent this hour.
    """
    sign_in, open_round = _opened(services, attempt, session, _SENT)
    state = open_round.state
    is_new, attribute = bool(state.get(one_time_code.IS_NEW)), state["attribute"]
    named = sign_in
    if sign_in.user is not None and is_new:
        named = replace(
            sign_in, user=replace(sign_in.user, attributes={**sign_in.user.attributes, attribute: state["to"]})
        )
    if named.user is not None and not named.user.attributes.get(attribute):
        raise NotAuthorizedException(rounds.INVALID, cause="the address is gone")
    options = (_FACTORS[open_round.name],) if state["is_second"] else ()
    question = questions.question_of(services, named, Ask(open_round.name, options))
    if is_new:
        question = replace(question, state={**question.state, one_time_code.IS_NEW: True})
    return asking.put(services, sign_in, question, open_round)


def other_ways(services: Services, attempt: Attempt, session: str) -> Asked:
    """
    Ask what to go on with: SELECT_CHALLENGE before a first factor, SELECT_MFA_TYPE or MFA_SETUP after it.

    Raises:
        NotAuthorizedException: nothing is waited for that could be chosen, or the sign-in ended.
    """
    sign_in, open_round = _opened(services, attempt, session, _CHOSEN)
    return asking.put(services, sign_in, _choice(services, sign_in), open_round)


def second_factors(services: Services, attempt: Attempt, session: str) -> tuple[Mfa, ...]:
    """
    The second factors that the person of an open sign-in, who has shown a first one, may choose from.

    Raises:
        NotAuthorizedException: the sign-in ended.
    """
    sign_in, _open_round = _opened(services, attempt, session, _CHOSEN)
    return tuple(_usable(services, sign_in))


def _opened(
    services: Services, attempt: Attempt, session: str, names: frozenset[ChallengeName]
) -> tuple[SignIn, Round]:
    open_round = rounds.require(services, attempt.pool, attempt.client, session, names)
    sign_in = answering.opened(services, attempt, open_round)
    pauses.require_none(services, sign_in)
    return sign_in, open_round


def _choice(services: Services, sign_in: SignIn) -> Question:
    progress, pool = sign_in.progress, sign_in.attempt.pool
    if sign_in.user is not None and FIRST_FACTORS & frozenset(progress.proofs):
        usable = tuple(_usable(services, sign_in))
        if usable:
            return selection.ask_mfa(services, sign_in, usable)
        return questions.question_of(services, sign_in, Ask(ChallengeName.MFA_SETUP, mfa.setups_of(pool, sign_in.user)))
    if progress.flow is not Flow.CHOICE:
        raise NotAuthorizedException(rounds.INVALID, cause="nothing can be chosen in this sign-in")
    if sign_in.user is not None:
        facts = people.facts_of(services, pool, sign_in.user, device_key=progress.device_key, is_choice=True)
        sign_in = replace(sign_in, facts=facts)
    return selection.ask_challenge(choice.available(sign_in))


def _usable(services: Services, sign_in: SignIn) -> Sequence[Mfa]:
    user, pool = sign_in.user, sign_in.attempt.pool
    if user is None or not FIRST_FACTORS & frozenset(sign_in.progress.proofs):
        return ()
    facts = people.facts_of(services, pool, user, device_key=None)
    return mfa.usable_factors(pool, user, has_software_token=facts.has_software_token)
