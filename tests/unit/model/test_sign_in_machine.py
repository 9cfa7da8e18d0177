"""Every state of the sign-in machine that a pool, a user and a history of proofs can be in, held against what must never happen."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations, product

import pytest

from cenote.model.mfa import Mfa, MfaPreference
from cenote.model.pool import Pool, pool_of
from cenote.model.sign_in.levels import level_of, methods_of
from cenote.model.sign_in.machine import Admit, Ask, Facts, Refuse, first_challenges, next_step
from cenote.model.sign_in.names import FIRST_FACTORS, SECOND_FACTORS, VERIFIED_PASSKEYS, ChallengeName, Flow, Proof
from cenote.model.sign_in.progress import Progress, packed, unpacked
from cenote.model.user import User, UserStatus

NOW_MS = 1_800_000_000_000
MODES = ("OFF", "OPTIONAL", "ON")
DEMANDS = ("", "MFA_IF_CONFIGURED", "MFA_REQUIRED", "BLOCK")
SETUPS = {
    Mfa.SMS: {"SmsConfiguration": {"SnsCallerArn": "arn"}},
    Mfa.SOFTWARE_TOKEN: {"SoftwareTokenMfaConfiguration": {"Enabled": True}},
    Mfa.EMAIL: {"EmailMfaConfiguration": {}},
}
MULTI = "MULTI_FACTOR_WITH_USER_VERIFICATION"


def pool(mode: str = "OFF", factors: tuple[Mfa, ...] = (), *, multi: bool = False, first: tuple[str, ...] = ()) -> Pool:
    document: dict[str, object] = {
        "MfaConfiguration": mode,
        "Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", *first]}},
        "WebAuthnConfiguration": {"FactorConfiguration": MULTI if multi else "SINGLE_FACTOR"},
    }
    for factor in factors:
        document |= SETUPS[factor]
    return pool_of(
        pool_id="us-east-1_test",
        account_id="000000000000",
        region="us-east-1",
        name="tests",
        document=document,
        created_at_ms=0,
        modified_at_ms=0,
        version=1,
    )


def user(
    status: UserStatus = UserStatus.CONFIRMED, *, enabled: bool = True, chosen: MfaPreference | None = None
) -> User:
    return User(
        pool_id="us-east-1_test",
        sub="sub",
        username="ada",
        status=status,
        enabled=enabled,
        attributes={"email": "ada@example.com", "phone_number": "+14155550100"},
        sealed_password=b"x",
        sealed_history=None,
        temporary_until_ms=None,
        tokens_valid_after_ms=0,
        version=1,
        created_at_ms=0,
        modified_at_ms=0,
        mfa=chosen.document if chosen else None,
    )


@dataclass(frozen=True)
class State:
    facts: Facts
    progress: Progress


def subsets(of: tuple[Mfa, ...]) -> Iterator[tuple[Mfa, ...]]:
    for size in range(len(of) + 1):
        yield from combinations(of, size)


def states() -> Iterator[State]:
    proofs: list[tuple[Proof, ...]] = [(), *((proof,) for proof in Proof)]
    proofs += [(first, second) for first in sorted(FIRST_FACTORS) for second in (*sorted(SECOND_FACTORS), Proof.DEVICE)]
    for mode, factors, chosen in product(MODES, subsets(tuple(Mfa)), subsets(tuple(Mfa))):
        preference = MfaPreference(chosen, chosen[0] if chosen else None, passkey=bool(chosen))
        # What a user may not do for its status does not hang on which factors it chose.
        others = (
            [*((status, True) for status in UserStatus), (UserStatus.CONFIRMED, False)] if factors == chosen else []
        )
        for status, enabled in others or [(UserStatus.CONFIRMED, True)]:
            facts = Facts(
                pool(mode, factors, multi=len(factors) == 1), user(status, enabled=enabled, chosen=preference), NOW_MS
            )
            for shown, has_app, remembered, demand in product(proofs, (False, True), (False, True), DEMANDS):
                known = replace(facts, has_software_token=has_app, is_device_remembered=remembered)
                yield State(known, Progress(Flow.USER_PASSWORD, proofs=shown, demand=demand))


def is_complete(state: State) -> bool:
    """Whether what was shown may do for a sign-in in a pool that requires two factors."""
    proofs = frozenset(state.progress.proofs)
    has_device = Proof.DEVICE in proofs and state.facts.is_device_remembered and not state.progress.demand
    has_passkey = (
        bool(proofs & VERIFIED_PASSKEYS)
        and state.facts.pool.document["WebAuthnConfiguration"]["FactorConfiguration"] == MULTI
    )
    return bool(proofs & SECOND_FACTORS) or bool(proofs & {Proof.CUSTOM, Proof.SIGN_UP}) or has_device or has_passkey


def test_nobody_is_admitted_whom_any_rule_refuses() -> None:
    seen = set()
    for state in states():
        step = next_step(state.facts, state.progress)
        seen.add(type(step))
        if not isinstance(step, Admit):
            continue
        proofs = frozenset(state.progress.proofs)
        assert proofs & FIRST_FACTORS, state
        assert state.facts.user.enabled, state
        assert state.facts.user.status is UserStatus.CONFIRMED or (
            state.facts.user.status is UserStatus.FORCE_CHANGE_PASSWORD and Proof.PASSWORD not in proofs
        ), state
        assert state.progress.demand != "BLOCK", state
        if state.facts.pool.document["MfaConfiguration"] == "ON" or state.progress.demand == "MFA_REQUIRED":
            assert is_complete(state), state
    assert {Admit, Ask, Refuse} == seen


def test_what_is_asked_for_is_what_the_user_can_give() -> None:
    for state in states():
        step = next_step(state.facts, state.progress)
        if not isinstance(step, Ask):
            continue
        names = {
            ChallengeName.NEW_PASSWORD_REQUIRED,
            ChallengeName.DEVICE_SRP_AUTH,
            ChallengeName.MFA_SETUP,
            ChallengeName.SELECT_MFA_TYPE,
            ChallengeName.SMS_MFA,
            ChallengeName.SOFTWARE_TOKEN_MFA,
            ChallengeName.EMAIL_OTP,
        }
        assert step.challenge in names, state
        if step.challenge is ChallengeName.SOFTWARE_TOKEN_MFA:
            assert state.facts.has_software_token, state
        if step.challenge is ChallengeName.DEVICE_SRP_AUTH:
            assert state.facts.is_device_remembered, state
            assert not state.progress.demand, state
        if step.challenge is ChallengeName.SELECT_MFA_TYPE:
            assert len(step.options) > 1, state


def test_a_step_leads_on_from_each_challenge_until_somebody_is_admitted_or_refused() -> None:
    answers = {
        ChallengeName.SMS_MFA: Proof.SMS_MFA,
        ChallengeName.EMAIL_OTP: Proof.EMAIL_MFA,
        ChallengeName.SOFTWARE_TOKEN_MFA: Proof.SOFTWARE_TOKEN,
        ChallengeName.DEVICE_SRP_AUTH: Proof.DEVICE,
        ChallengeName.MFA_SETUP: Proof.SOFTWARE_TOKEN,
    }
    for state in states():
        facts, progress = state.facts, state.progress
        for _round in range(4):
            step = next_step(facts, progress)
            if not isinstance(step, Ask):
                break
            if step.challenge is ChallengeName.NEW_PASSWORD_REQUIRED:
                facts = replace(facts, user=replace(facts.user, status=UserStatus.CONFIRMED))
            elif step.challenge is ChallengeName.SELECT_MFA_TYPE:
                progress = progress.with_proof(
                    {Mfa.SMS: Proof.SMS_MFA, Mfa.EMAIL: Proof.EMAIL_MFA}.get(step.options[0], Proof.SOFTWARE_TOKEN)
                )
            else:
                progress = progress.with_proof(answers[step.challenge])
        else:
            pytest.fail(f"goes round in circles: {state}")


@pytest.mark.parametrize(
    ("proofs", "level", "methods"),
    [
        ((Proof.PASSWORD,), 1, ["pwd"]),
        ((Proof.EMAIL_OTP,), 2, ["email_otp"]),
        ((Proof.SMS_OTP,), 2, ["sms"]),
        ((Proof.VERIFIED_PASSKEY,), 3, ["swk"]),
        ((Proof.ROAMING_PASSKEY,), 3, ["hwk"]),
        ((Proof.VERIFIED_ROAMING_PASSKEY,), 3, ["hwk"]),
        ((Proof.PASSWORD, Proof.SMS_MFA), 3, ["pwd", "sms", "mfa"]),
        ((Proof.PASSWORD, Proof.EMAIL_MFA), 3, ["pwd", "email_otp", "mfa"]),
        ((Proof.PASSWORD, Proof.SOFTWARE_TOKEN), 4, ["pwd", "otp", "mfa"]),
        ((Proof.PASSWORD, Proof.DEVICE), 1, ["pwd"]),
        ((Proof.CUSTOM,), 1, []),
    ],
)
def test_levels_and_methods(proofs: tuple[Proof, ...], level: int, methods: list[str]) -> None:
    assert (level, methods) == (level_of(proofs), methods_of(proofs))


def test_choices_are_what_is_allowed_and_there() -> None:
    everything = ("EMAIL_OTP", "SMS_OTP", "WEB_AUTHN")
    facts = Facts(pool(first=everything), user(), NOW_MS, passkeys=1)
    words = ["PASSWORD_SRP", "PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"]
    assert words == [each.value for each in first_challenges(facts)]
    assert words[:4] == [each.value for each in first_challenges(replace(facts, passkeys=0))]
    forced = replace(facts, user=user(UserStatus.FORCE_CHANGE_PASSWORD))
    assert ["PASSWORD_SRP", "PASSWORD"] == [each.value for each in first_challenges(forced)]
    without = replace(
        facts, user=replace(user(), sealed_password=None, attributes={"email": "ada@example.com"}), passkeys=0
    )
    assert ["EMAIL_OTP"] == [each.value for each in first_challenges(without)]
    with_mfa = Facts(pool("ON", (Mfa.SOFTWARE_TOKEN,), first=everything), user(), NOW_MS, passkeys=1)
    assert ["PASSWORD_SRP", "PASSWORD"] == [each.value for each in first_challenges(with_mfa)]


def test_a_progress_comes_back_as_it_was_packed() -> None:
    progress = Progress(
        Flow.CUSTOM,
        began_at_ms=5,
        proofs=(Proof.PASSWORD,),
        device_key="us-east-1_x",
        rounds=({"challengeName": "SRP_A", "challengeResult": True, "challengeMetadata": None},),
        target=3,
        has_new_password=True,
        demand="MFA_REQUIRED",
        event_id="e",
    )
    assert progress == unpacked(packed(progress))
