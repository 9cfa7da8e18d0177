"""Which second factors a user may turn on, off and prefer."""

from dataclasses import replace
from typing import Any

import pytest

from cenote.base.errors import InvalidParameterException
from cenote.model.mfa import Mfa, MfaPreference, preference_of
from cenote.model.mfa_preference import Setting, changed, with_factor, without_factor
from cenote.model.pool import Pool
from cenote.model.user import User, UserStatus
from harness import records

ON, OFF, PREFERRED = Setting(is_enabled=True), Setting(is_enabled=False), Setting(is_enabled=True, is_preferred=True)
ALL: dict[str, Any] = {
    "SmsConfiguration": {"SnsCallerArn": "arn"},
    "SoftwareTokenMfaConfiguration": {"Enabled": True},
    "EmailMfaConfiguration": {},
    "WebAuthnConfiguration": {"FactorConfiguration": "MULTI_FACTOR_WITH_USER_VERIFICATION"},
}
PLAIN = User(
    pool_id="us-east-1_One",
    sub="s",
    username="ada",
    status=UserStatus.CONFIRMED,
    enabled=True,
    attributes={"email": "ada@example.com", "phone_number": "+15555550100"},
    sealed_password=None,
    sealed_history=None,
    temporary_until_ms=None,
    tokens_valid_after_ms=0,
    version=1,
    created_at_ms=0,
    modified_at_ms=0,
)


def a_pool(mode: str = "OPTIONAL", **document: Any) -> Pool:
    return records.pool("us-east-1_One", **{"MfaConfiguration": mode, **(document or ALL)})


def with_choice(*enabled: Mfa, preferred: Mfa | None = None, passkey: bool = False) -> User:
    return replace(PLAIN, mfa=MfaPreference(enabled, preferred, passkey=passkey).document)


def chosen(
    user: User,
    wanted: dict[Mfa, Setting],
    *,
    pool: Pool | None = None,
    passkey: bool | None = None,
    has_software_token: bool = True,
) -> MfaPreference:
    after = changed(pool or a_pool(), user, wanted, passkey=passkey, has_software_token=has_software_token)
    assert replace(user, mfa=after.mfa) == after
    return preference_of(after)


def refusal(user: User, wanted: dict[Mfa, Setting], **more: Any) -> str:
    with pytest.raises(InvalidParameterException) as caught:
        chosen(user, wanted, **more)
    return caught.value.message


def test_what_is_not_named_stays() -> None:
    before = with_choice(Mfa.SMS, preferred=Mfa.SMS)
    assert MfaPreference((Mfa.SMS, Mfa.EMAIL), Mfa.SMS) == chosen(before, {Mfa.EMAIL: ON})
    assert preference_of(before) == chosen(before, {})


def test_they_are_kept_in_one_order() -> None:
    wanted = {Mfa.EMAIL: ON, Mfa.SOFTWARE_TOKEN: ON, Mfa.SMS: ON}
    assert tuple(Mfa) == chosen(PLAIN, wanted).enabled


def test_one_is_preferred_at_most() -> None:
    before = with_choice(Mfa.SMS, Mfa.EMAIL, preferred=Mfa.SMS)
    assert Mfa.EMAIL == chosen(before, {Mfa.EMAIL: PREFERRED}).preferred
    assert "Only one MFA method can be preferred." == refusal(PLAIN, {Mfa.EMAIL: PREFERRED, Mfa.SMS: PREFERRED})


def test_one_that_is_off_is_not_preferred() -> None:
    before = with_choice(Mfa.SMS, Mfa.EMAIL, preferred=Mfa.SMS)
    assert MfaPreference((Mfa.EMAIL,)) == chosen(before, {Mfa.SMS: OFF})
    wanted = {Mfa.SMS: Setting(is_enabled=False, is_preferred=True)}
    assert "An MFA method must be enabled to be preferred." == refusal(before, wanted)


def test_a_preference_is_given_up_or_left_as_it_is() -> None:
    before = with_choice(Mfa.SMS, preferred=Mfa.SMS)
    assert chosen(before, {Mfa.SMS: ON}).preferred is None
    assert Mfa.SMS == chosen(before, {Mfa.SMS: Setting(is_enabled=True, is_preferred=None)}).preferred


@pytest.mark.parametrize("factor", list(Mfa))
def test_the_user_needs_what_a_factor_needs(factor: Mfa) -> None:
    bare = replace(PLAIN, attributes={})
    expected = (
        "User has not verified software token mfa"
        if factor is Mfa.SOFTWARE_TOKEN
        else f"User does not have delivery config set to turn on {factor.value}"
    )
    assert expected == refusal(bare, {factor: ON}, has_software_token=False)
    assert MfaPreference() == chosen(bare, {factor: OFF}, has_software_token=False)


@pytest.mark.parametrize("factor", list(Mfa))
def test_the_pool_needs_to_have_the_factor(factor: Mfa) -> None:
    expected = f"User does not have delivery config set to turn on {factor.value}"
    for pool in (a_pool("OFF"), a_pool(MfaConfiguration="OPTIONAL")):
        assert expected == refusal(PLAIN, {factor: ON}, pool=pool)
    assert MfaPreference() == chosen(with_choice(factor, preferred=factor), {factor: OFF}, pool=a_pool("OFF"))


def test_a_required_factor_cannot_be_turned_off_altogether() -> None:
    pool = a_pool("ON")
    before = with_choice(Mfa.SMS, Mfa.EMAIL)
    expected = "The user pool requires MFA: at least one MFA method must stay enabled."
    assert expected == refusal(before, {Mfa.SMS: OFF, Mfa.EMAIL: OFF}, pool=pool)
    assert (Mfa.EMAIL,) == chosen(before, {Mfa.SMS: OFF}, pool=pool).enabled
    assert MfaPreference() == chosen(PLAIN, {Mfa.SMS: OFF}, pool=pool)


def test_a_factor_that_the_pool_gave_up_is_none_that_stays() -> None:
    pool = a_pool("ON", SoftwareTokenMfaConfiguration={"Enabled": True})
    before = with_choice(Mfa.SMS, Mfa.SOFTWARE_TOKEN)
    expected = "The user pool requires MFA: at least one MFA method must stay enabled."
    assert expected == refusal(before, {Mfa.SOFTWARE_TOKEN: OFF}, pool=pool)


def test_a_passkey_is_a_second_factor_beside_another_one_where_the_pool_has_it() -> None:
    before = with_choice(Mfa.SMS)
    assert MfaPreference((Mfa.SMS,), passkey=True) == chosen(before, {}, passkey=True)
    expected = "Passkey MFA requires another MFA method: SMS, software token or email."
    assert expected == refusal(PLAIN, {}, passkey=True)
    assert expected == refusal(with_choice(Mfa.SMS, passkey=True), {Mfa.SMS: OFF})
    assert MfaPreference() == chosen(with_choice(Mfa.SMS, passkey=True), {Mfa.SMS: OFF}, passkey=False)
    alone = {name: value for name, value in ALL.items() if name != "WebAuthnConfiguration"}
    assert "Passkey MFA has not been enabled by the userPool" == refusal(before, {}, passkey=True, pool=a_pool(**alone))


def test_a_factor_comes_and_goes_by_itself() -> None:
    user = with_factor(with_choice(Mfa.SMS, preferred=Mfa.SMS, passkey=True), Mfa.SOFTWARE_TOKEN)
    assert MfaPreference((Mfa.SMS, Mfa.SOFTWARE_TOKEN), Mfa.SMS, passkey=True) == preference_of(user)
    user = without_factor(user, Mfa.SMS)
    assert MfaPreference((Mfa.SOFTWARE_TOKEN,), None, passkey=True) == preference_of(user)
    assert without_factor(user, Mfa.SOFTWARE_TOKEN).mfa is None
