"""
The answer to a challenge.

The round says whose sign-in it is, whatever name the answer carries; an answer under another name ends the sign-in.

Source: API_RespondToAuthChallenge, API_AdminRespondToAuthChallenge.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from cenote.base.errors import InvalidParameterException, NotAuthorizedException
from cenote.flows import devices, passwords, threat, users
from cenote.flows.attempt import Attempt
from cenote.flows.factors import device, mfa_setup, one_time_code, selection, srp
from cenote.flows.factors.verdict import SignIn
from cenote.flows.services import Services
from cenote.flows.sign_in import asking, choice, custom, pauses, people, questions, rounds, starting
from cenote.flows.sign_in.arrival import Arrival
from cenote.flows.sign_in.asked import Asked
from cenote.flows.sign_in.rounds import Round
from cenote.flows.sign_in.settling import settle
from cenote.flows.tokens import Tokens
from cenote.model.attributes import is_email
from cenote.model.mfa import Mfa
from cenote.model.sign_in.machine import CHALLENGES, Ask
from cenote.model.sign_in.names import ChallengeName
from cenote.model.sign_in.progress import Progress
from cenote.model.user import User
from cenote.storage import lockout
from cenote.storage.database import Tx

_FIRST = frozenset(
    {
        ChallengeName.PASSWORD,
        ChallengeName.PASSWORD_SRP,
        ChallengeName.EMAIL_OTP,
        ChallengeName.SMS_OTP,
        ChallengeName.WEB_AUTHN,
    }
)
# Some clients send none here: the round is found by user and device.
_WITHOUT_SESSION = frozenset({ChallengeName.DEVICE_SRP_AUTH, ChallengeName.DEVICE_PASSWORD_VERIFIER})


def answer(services: Services, attempt: Attempt, name: ChallengeName, session: str | None) -> Asked | Tokens | Arrival:
    """
    Take an answer to the challenge *name*; *session* is None where the parameters tell the round (SECRET_BLOCK, DEVICE_KEY).

    Raises:
        NotAuthorizedException: the session is not this challenge's, the name not its user's, or the proof wrong.
        CodeMismatchException, InvalidPasswordException and what else the factor refuses with.
    """
    if name is ChallengeName.PASSWORD_VERIFIER:
        return _answer_srp(services, attempt, session)
    if session is not None:
        open_round = rounds.require(services, attempt.pool, attempt.client, session, _names_for(name))
    elif name in _WITHOUT_SESSION:
        open_round = _device_round(services, attempt, name)
    else:
        raise InvalidParameterException("Missing required parameter Session")
    sign_in = opened(services, attempt, open_round)
    pauses.require_none(services, sign_in)
    return _ANSWERS.get(open_round.name, _checked)(services, sign_in, open_round, name)


def _names_for(name: ChallengeName) -> frozenset[ChallengeName]:
    """The challenges that an answer called *name* may be about: a first factor may be chosen by answering it."""
    return frozenset({name, ChallengeName.SELECT_CHALLENGE}) if name in _FIRST else frozenset({name})


def opened(services: Services, attempt: Attempt, open_round: Round) -> SignIn:
    """
    The sign-in that *open_round* belongs to, which *attempt* goes on with.

    Raises:
        NotAuthorizedException: it is under another name, or something overtook it; it ends.
    """
    subject = open_round.challenge.subject
    user = people.of_sub(services, attempt.pool, subject)
    if user is None:
        is_feigned = attempt.given == open_round.progress.feigned_name
        if not is_feigned and subject != people.subject_of_nobody(services, attempt):
            rounds.burn(services, open_round.sign_in_id)
            raise NotAuthorizedException(rounds.INVALID, cause="USERNAME is not the session's, or the user is gone")
    else:
        people.verify_holder(services, attempt, open_round, user)
    progress = open_round.progress
    if progress.device_key is None and user is not None:
        # In custom authentication some clients name their device with the answer only.
        given = attempt.parameters.get("DEVICE_KEY") or None
        progress = replace(progress, device_key=devices.known_key(services, attempt.pool, user.sub, given))
    return SignIn(attempt, user, subject, progress)


def _checked(services: Services, sign_in: SignIn, open_round: Round, _name: ChallengeName) -> Asked | Tokens | Arrival:
    check = questions.CHECKS[open_round.name]
    return settle(services, sign_in, check(services, sign_in, open_round.state), open_round)


def _select(services: Services, sign_in: SignIn, open_round: Round, name: ChallengeName) -> Asked | Tokens | Arrival:
    """SELECT_CHALLENGE, answered by its name or by that of the factor itself."""
    wanted = sign_in.attempt.required("ANSWER") if name is ChallengeName.SELECT_CHALLENGE else name.value
    challenge = selection.chosen_challenge(wanted, open_round.state)
    if sign_in.user is not None:
        facts = people.facts_of(
            services, sign_in.attempt.pool, sign_in.user, device_key=sign_in.progress.device_key, is_choice=True
        )
        sign_in = replace(sign_in, facts=facts)
    chosen = choice.chosen(sign_in.attempt, challenge)
    if chosen.password is not None:
        return starting.by_password(services, sign_in, chosen.password, open_round)
    return asking.put(services, sign_in, choice.question(services, sign_in, chosen), open_round)


def _select_mfa(
    services: Services, sign_in: SignIn, open_round: Round, _name: ChallengeName
) -> Asked | Tokens | Arrival:
    factor = selection.chosen_mfa(sign_in.attempt.required("ANSWER"), open_round.state)
    question = questions.question_of(services, sign_in, Ask(CHALLENGES[factor], (factor,)))
    return asking.put(services, sign_in, question, open_round)


def _password(services: Services, sign_in: SignIn, open_round: Round, _name: ChallengeName) -> Asked | Tokens | Arrival:
    return starting.by_password(services, sign_in, sign_in.attempt.required("PASSWORD"), open_round)


def _set_up(services: Services, sign_in: SignIn, open_round: Round, name: ChallengeName) -> Asked | Tokens | Arrival:
    """MFA_SETUP: with an app that is verified, or with an e-mail address to send a code to."""
    address = mfa_setup.address_of(sign_in, open_round.state)
    if address is None or sign_in.user is None:
        return _checked(services, sign_in, open_round, name)
    if not is_email(address):
        raise InvalidParameterException("Invalid email address format.")
    if not people.may_set_up(services, sign_in.attempt.pool, sign_in.user, Mfa.EMAIL):
        rounds.burn(services, open_round.sign_in_id)
        raise NotAuthorizedException(rounds.INVALID, cause="the user has a second factor by now")
    user = replace(sign_in.user, attributes={**sign_in.user.attributes, "email": address})
    named = replace(sign_in, user=user)
    question = questions.question_of(services, named, Ask(ChallengeName.EMAIL_OTP, (Mfa.EMAIL,)))
    # The address joins the user with the right code, not before.
    question = replace(question, state={**question.state, one_time_code.IS_NEW: True})
    return asking.put(services, sign_in, question, open_round)


def _custom(services: Services, sign_in: SignIn, open_round: Round, _name: ChallengeName) -> Asked | Tokens | Arrival:
    """
    CUSTOM_CHALLENGE: the answer uses the round up, and a wrong one is counted; then the pool's functions say what follows.

    In this order: of answers at once only one has anything to follow, and the others say nothing by how long they take.
    """
    sign_in, is_right = custom.verified(services, sign_in, open_round.state)
    services.database.write("settle answer", lambda tx: _use_up(services, tx, sign_in, open_round, is_right=is_right))
    if not is_right:
        threat.failed(services, sign_in, is_second=False)
    decided = custom.decide(services, sign_in)
    return starting.obey_functions(services, sign_in, decided, open_round.sign_in_id)


def _use_up(services: Services, tx: Tx, sign_in: SignIn, open_round: Round, *, is_right: bool) -> None:
    now_ms, pool_id = services.clock.now_ms(), sign_in.attempt.pool.pool_id
    rounds.take(tx, open_round, now_ms)
    is_paused = lockout.is_paused(tx, pool_id, sign_in.subject, now_ms)
    if is_paused or not (is_right or lockout.fail(tx, pool_id, sign_in.subject, now_ms)):
        raise NotAuthorizedException(passwords.TOO_MANY_ATTEMPTS)


def _device(services: Services, sign_in: SignIn, open_round: Round, _name: ChallengeName) -> Asked | Tokens | Arrival:
    return asking.put(services, sign_in, device.begin(services, sign_in), open_round)


def _answer_srp(services: Services, attempt: Attempt, session: str | None) -> Asked | Tokens | Arrival:
    exchange, block = srp.open_exchange(services, attempt)
    srp.verify_session(services, exchange, block, session)
    # Nobody is looked up as well, who has no sub: it takes as long.
    user = people.of_sub(services, attempt.pool, exchange.sub)
    sign_in = SignIn(attempt, user, exchange.subject, exchange.progress)
    pauses.require_none(services, sign_in, lambda: srp.check(services, sign_in, exchange, block))
    if user is not None and people.is_overtaken(user, exchange.progress):
        raise NotAuthorizedException(rounds.INVALID, cause="the user was signed out everywhere meanwhile")
    progress = replace(exchange.progress, device_key=_device_of(services, attempt, user, exchange.progress))
    return settle(services, replace(sign_in, progress=progress), srp.check(services, sign_in, exchange, block))


def _device_of(services: Services, attempt: Attempt, user: User | None, progress: Progress) -> str | None:
    """The device that the answer says to come from; one that was named before and is gone by now counts as none."""
    given = attempt.parameters.get("DEVICE_KEY") or None
    devices.require_known(services, attempt.pool, user, given)
    if given is not None or user is None:
        return given
    return devices.known_key(services, attempt.pool, user.sub, progress.device_key)


def _device_round(services: Services, attempt: Attempt, name: ChallengeName) -> Round:
    """The round that waits for the device which the answer names."""
    with services.database.glance() as tx:
        user = users.find(services, tx, attempt.pool, attempt.given)
    if user is None:
        raise NotAuthorizedException(rounds.INVALID, cause="nobody of that name")
    sign_in_id = devices.sign_in_id(services, attempt, user.sub, attempt.required("DEVICE_KEY"))
    return rounds.waiting(services, attempt.pool, attempt.client, sign_in_id, name)


_ANSWERS: Mapping[ChallengeName, Callable[[Services, SignIn, Round, ChallengeName], Asked | Tokens | Arrival]] = {
    ChallengeName.CUSTOM_CHALLENGE: _custom,
    ChallengeName.DEVICE_SRP_AUTH: _device,
    ChallengeName.MFA_SETUP: _set_up,
    ChallengeName.PASSWORD: _password,
    ChallengeName.SELECT_CHALLENGE: _select,
    ChallengeName.SELECT_MFA_TYPE: _select_mfa,
}
