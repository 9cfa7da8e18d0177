"""NEW_PASSWORD_REQUIRED as a way around something."""

import json
from typing import Any

import pytest
from refusals import refusal

from harness.in_process import InProcess
from harness.people import Pool, attributes, make_pool

TEMPORARY = "Temporary-7"
SECOND = "Temporary-8"
FRESH = "Fresh-Horse-8"
SMS = {"SnsCallerArn": "arn:aws:iam::000000000000:role/sms", "ExternalId": "tests"}


def invite(pool: Pool, **values: str) -> None:
    pool.endpoint.signed.admin_create_user(
        UserPoolId=pool.id,
        Username="ada",
        TemporaryPassword=TEMPORARY,
        MessageAction="SUPPRESS",
        UserAttributes=attributes(email="ada@example.com", **values),
    )


def challenged(pool: Pool) -> dict[str, Any]:
    answer: dict[str, Any] = pool.endpoint.anonymous.initiate_auth(
        ClientId=pool.client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ada", "PASSWORD": TEMPORARY},
    )
    assert "NEW_PASSWORD_REQUIRED" == answer["ChallengeName"]
    return answer


def answer(pool: Pool, session: str) -> dict[str, Any]:
    answered: dict[str, Any] = pool.endpoint.anonymous.respond_to_auth_challenge(
        ClientId=pool.client_id,
        ChallengeName="NEW_PASSWORD_REQUIRED",
        Session=session,
        ChallengeResponses={"USERNAME": "ada", "NEW_PASSWORD": FRESH},
    )
    return answered


@pytest.mark.parametrize("resent", [True, False])
def test_a_new_temporary_password_ends_what_the_former_one_began(pool: Pool, *, resent: bool) -> None:
    invite(pool)
    session = challenged(pool)["Session"]
    if resent:
        pool.endpoint.signed.admin_create_user(
            UserPoolId=pool.id, Username="ada", TemporaryPassword=SECOND, MessageAction="RESEND"
        )
    else:
        pool.endpoint.signed.admin_set_user_password(
            UserPoolId=pool.id, Username="ada", Password=SECOND, Permanent=False
        )
    with refusal("NotAuthorizedException"):
        answer(pool, session)


def test_the_challenge_shows_no_attribute_that_the_client_may_not_read(in_process: InProcess) -> None:
    hidden = {"Name": "rank", "AttributeDataType": "String", "DeveloperOnlyAttribute": True, "Mutable": True}
    pool = make_pool(in_process, client={"ReadAttributes": ["email"]}, Schema=[hidden])
    invite(pool, family_name="Lovelace", dev__custom__rank="spy")
    shown = json.loads(challenged(pool)["ChallengeParameters"]["userAttributes"])
    assert {"email": "ada@example.com"} == shown


def test_a_new_password_is_no_way_around_a_second_factor(in_process: InProcess) -> None:
    pool = make_pool(in_process, MfaConfiguration="ON", SmsConfiguration=SMS)
    invite(pool)
    with refusal("NotAuthorizedException") as seen:
        answer(pool, challenged(pool)["Session"])
    assert "User has no multi-factor authentication method that can be used." == seen.message
