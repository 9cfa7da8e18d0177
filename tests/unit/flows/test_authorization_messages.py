"""Encoded authorization messages: what they say, and to whom."""

import base64
import json
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cenote.base.iam_errors import InvalidAuthorizationMessageException
from cenote.crypto.seal import MasterKey, Sealer
from cenote.flows.credentials.authorization_messages import MAX_CHARS, decode, encode
from cenote.flows.keys import Keys
from cenote.model.iam.principal import Principal, PrincipalType
from cenote.policy.document import Kind, parse
from cenote.policy.evaluate import Held, Named, decide
from cenote.policy.principals import Asker
from cenote.policy.request import Asked

SERVICES: Any = SimpleNamespace(keys=Keys(Sealer([MasterKey(b"mast", bytes(range(32)))]), b"s" * 32))
ACCOUNT = "123456789012"
ARN = f"arn:aws:iam::{ACCOUNT}:user/bob"
BOB = Principal(PrincipalType.USER, ACCOUNT, ARN, "AIDABOB", "bob", "AIDABOB")
ACTION, RESOURCE = "s3:GetObject", "arn:aws:s3:::bucket/key"
POLICY = '{"Version":"2012-10-17","Statement":[{"Sid":"No","Effect":"Deny","Action":"s3:*","Resource":"*"}]}'
CONTEXT = {"aws:sourceip": ("192.0.2.1",), "aws:tagkeys": ("a", "b")}


def encoded(context: dict[str, tuple[str, ...]] | None = None, policy: str | None = POLICY) -> str:
    held = Held(identity=(Named("no", parse(policy, Kind.IDENTITY)),)) if policy else Held()
    asker = Asker(account_id=ACCOUNT, arns=(ARN,), type="User", user_id="AIDABOB")
    decision = decide(Asked(ACTION, RESOURCE, context or {}), asker, held)
    return encode(SERVICES, decision, BOB, ACTION, RESOURCE, context or {})


MESSAGE = encoded(CONTEXT)


def refuse(text: str, account_id: str = ACCOUNT) -> None:
    with pytest.raises(InvalidAuthorizationMessageException):
        decode(SERVICES, account_id, text)


def test_a_message_says_who_was_refused_what_and_by_which_statement() -> None:
    said = json.loads(decode(SERVICES, ACCOUNT, MESSAGE))
    assert {
        "allowed": False,
        "explicitDeny": True,
        "matchedStatements": {
            "items": [
                {
                    "statementId": "No",
                    "effect": "DENY",
                    "principals": {"items": [{"value": "AIDABOB"}]},
                    "principalGroups": {"items": []},
                    "actions": {"items": [{"value": ACTION}]},
                    "resources": {"items": [{"value": RESOURCE}]},
                    "conditions": {"items": []},
                }
            ]
        },
        "failures": {"items": []},
        "context": {
            "principal": {"id": "AIDABOB", "arn": ARN},
            "action": ACTION,
            "resource": RESOURCE,
            "conditions": {
                "items": [
                    {"key": "aws:sourceip", "values": {"items": [{"value": "192.0.2.1"}]}},
                    {"key": "aws:tagkeys", "values": {"items": [{"value": "a"}, {"value": "b"}]}},
                ]
            },
        },
    } == said


def test_where_nothing_denied_no_statement_is_told() -> None:
    said = json.loads(decode(SERVICES, ACCOUNT, encoded(policy=None)))
    assert (False, []) == (said["explicitDeny"], said["matchedStatements"]["items"])


def test_condition_keys_that_find_no_room_are_left_out() -> None:
    drawn = {f"key{number}": (base64.b64encode(number.to_bytes(4, "big") * 3).decode(),) for number in range(3000)}
    long = encoded(drawn)
    assert len(long) <= MAX_CHARS
    assert [] == json.loads(decode(SERVICES, ACCOUNT, long))["context"]["conditions"]["items"]


def test_another_account_and_another_deployment_read_nothing() -> None:
    refuse(MESSAGE, "210987654321")
    other: Any = SimpleNamespace(keys=Keys(Sealer([MasterKey(b"mast", bytes(32))]), b"t" * 32))
    with pytest.raises(InvalidAuthorizationMessageException):
        decode(other, ACCOUNT, MESSAGE)


@given(st.integers(0, len(MESSAGE) - 1), st.characters(codec="latin-1"))
def test_a_message_with_one_character_changed_is_refused(place: int, character: str) -> None:
    changed = MESSAGE[:place] + character + MESSAGE[place + 1 :]
    if changed != MESSAGE:
        refuse(changed)


@pytest.mark.parametrize("text", ["", "x", "é", MESSAGE[:-4], MESSAGE + "AAAA"])
def test_what_is_no_message_is_refused(text: str) -> None:
    refuse(text)
