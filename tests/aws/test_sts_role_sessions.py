"""Sessions of roles: how long they last, what bounds them, what ends them, and whose their tokens are."""

import hashlib
import json
from dataclasses import replace
from typing import Any

import pytest
from refusals import refused
from sts_given import (
    ACCOUNT,
    BY_NAME,
    INVALID,
    LIST,
    WITH_TAGS,
    assume,
    make_role,
    refuse,
    role_arn,
    session_in,
    signing,
    sts_of,
    trusting,
    user,
)

from cenote.model.iam.entity import Entity
from cenote.storage.iam import entities, policies
from harness import principals
from harness.in_process import InProcess
from harness.principals import allow, deny, policy


@pytest.fixture
def alice(in_process: InProcess) -> Entity:
    return user(in_process)


@pytest.fixture
def sts(in_process: InProcess, alice: Entity) -> Any:
    """A client that signs as alice."""
    return sts_of(in_process, alice)


def test_a_session_is_over_when_it_ends(in_process: InProcess, sts: Any) -> None:
    make_role(in_process, "app", BY_NAME)
    client = signing(in_process, assume(sts, DurationSeconds=900))
    in_process.clock.advance(seconds=898)
    client.list_user_pools(MaxResults=1)
    in_process.clock.advance(seconds=2)
    expired = "The security token included in the request is expired"
    assert ("ExpiredTokenException", expired) == refused(lambda: client.list_user_pools(MaxResults=1))


def test_an_expired_session_cannot_assume_a_role(in_process: InProcess, sts: Any) -> None:
    make_role(in_process, "app", BY_NAME)
    chained = signing(in_process, assume(sts), "sts")
    in_process.clock.advance(hours=1)
    assert ("ExpiredToken", "The security token included in the request is expired") == refuse(chained)


def test_a_session_lasts_as_long_as_its_role_lets_it(in_process: InProcess, sts: Any) -> None:
    make_role(in_process, "app", BY_NAME, MaxSessionDuration=7200)
    exceeded = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
    assert ("ValidationError", exceeded) == refuse(sts, DurationSeconds=7201)
    assumed = assume(sts, DurationSeconds=7200)
    session = session_in(in_process, assumed)
    assert 7200 >= (session.expires_at_ms - session.issued_at_ms) / 1000 > 7199
    assert session.expires_at_ms == assumed["Credentials"]["Expiration"].timestamp() * 1000
    for duration_s in (899, 43_201):
        assert "ValidationError" == refuse(sts, DurationSeconds=duration_s)[0]


def test_a_chained_session_lasts_an_hour_at_most(in_process: InProcess, sts: Any) -> None:
    make_role(in_process, "app", trusting({"AWS": "*"}), MaxSessionDuration=43_200)
    chain = signing(in_process, assume(sts), "sts")
    exceeded = "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining"
    assert ("ValidationError", exceeded) == refuse(chain, DurationSeconds=3601)
    assume(chain, DurationSeconds=3600)


def test_a_session_is_called_as_aws_lets_it(in_process: InProcess, sts: Any) -> None:
    make_role(in_process, "app", BY_NAME)
    for name in ("a", "a" * 65, "with space", "slash/ed", "ä"):
        assert "ValidationError" == refuse(sts, session=name)[0], name
    for name in ("aws:me", "a", "with space"):
        assert "ValidationError" == refuse(sts, SourceIdentity=name)[0], name


def test_session_policies_take_away_and_give_nothing(in_process: InProcess, sts: Any) -> None:
    make_role(in_process, "app", BY_NAME)
    services = in_process.services
    managed = principals.make_policy(services, "lists", policy(allow(LIST)))
    inline = {"Policy": policy(allow("cognito-idp:Describe*"))}
    by_arn = {"PolicyArns": [{"arn": managed.arn}]}
    signing(in_process, assume(sts, **by_arn)).list_user_pools(MaxResults=1)
    signing(in_process, assume(sts, **by_arn, **inline)).list_user_pools(MaxResults=1)
    bounded = assume(sts, **inline)
    assert 0 < bounded["PackedPolicySize"] < 20
    assert "session policy" in refused(lambda: signing(in_process, bounded).list_user_pools(MaxResults=1))[1]
    wide = signing(in_process, assume(sts, Policy=policy(allow("*"))))
    assert "AccessDeniedException" == refused(lambda: wide.create_user_pool(PoolName="x"))[0]


def test_session_policies_that_cannot_be_are_refused(in_process: InProcess, sts: Any) -> None:
    make_role(in_process, "app", BY_NAME)
    none = f"arn:aws:iam::{ACCOUNT}:policy/none"
    assert "MalformedPolicyDocument" == refuse(sts, Policy="{}")[0]
    assert "MalformedPolicyDocument" == refuse(sts, Policy=policy(BY_NAME))[0]
    assert "ValidationError" == refuse(sts, Policy=policy(allow(*(f"s3:Get{number}" for number in range(200)))))[0]
    missing = ("ValidationError", f"Policy {none} does not exist or is not attachable.")
    assert missing == refuse(sts, PolicyArns=[{"arn": none}])
    assert "ValidationError" == refuse(sts, PolicyArns=[{"arn": role_arn("app")}])[0]
    many = [{"arn": f"{none}{number}"} for number in range(11)]
    assert "ValidationError" == refuse(sts, PolicyArns=many)[0]


def test_policies_and_tags_that_find_no_room_are_refused(in_process: InProcess, sts: Any) -> None:
    make_role(in_process, "app", WITH_TAGS)
    texts = [hashlib.sha512(bytes([number])).hexdigest() for number in range(50)]
    tags = [{"Key": text, "Value": text[::-1]} for text in texts]
    code, message = refuse(sts, Tags=tags)
    assert "PackedPolicyTooLarge" == code
    assert message.startswith("Packed size of session tags consumes ")
    code, message = refuse(sts, Tags=tags, Policy=policy(allow("s3:*")))
    assert "PackedPolicyTooLarge" == code
    assert message.endswith("% of allotted space, please use smaller policy.")


def test_mfa_and_provided_contexts_of_nobody_are_refused(in_process: InProcess, sts: Any) -> None:
    make_role(in_process, "app", BY_NAME)
    serial = f"arn:aws:iam::{ACCOUNT}:mfa/alice"
    code, message = refuse(sts, SerialNumber=serial, TokenCode="123456")
    assert ("AccessDenied", True) == (code, message.startswith("MultiFactorAuthentication failed, unable"))
    code, message = refuse(sts, SerialNumber=serial)
    assert ("AccessDenied", True) == (code, message.startswith("MultiFactorAuthentication failed, must"))
    context = {"ProviderArn": "arn:aws:iam::aws:contextProvider/IdentityCenter", "ContextAssertion": "abcd"}
    assert "ValidationError" == refuse(sts, ProvidedContexts=[context])[0]


def test_a_session_ends_with_its_role_and_does_not_pass_to_one_of_the_same_name(
    in_process: InProcess, sts: Any
) -> None:
    role = make_role(in_process, "app", BY_NAME)
    assumed = assume(sts)
    client, chained = signing(in_process, assumed), signing(in_process, assumed, "sts")
    principals.write(in_process.services, lambda tx: entities.delete(tx, role))
    assert ("UnrecognizedClientException", INVALID) == refused(lambda: client.list_user_pools(MaxResults=1))
    assert ("InvalidClientTokenId", INVALID) == refused(chained.get_caller_identity)
    anew = make_role(in_process, "app", BY_NAME)
    assert anew.entity_id != role.entity_id
    assert ("UnrecognizedClientException", INVALID) == refused(lambda: client.list_user_pools(MaxResults=1))


def test_sessions_older_than_a_moment_are_revoked_by_a_policy(in_process: InProcess, sts: Any) -> None:
    role = make_role(in_process, "app", BY_NAME)
    before = signing(in_process, assume(sts))
    in_process.clock.advance(seconds=10)
    revoked_at = in_process.clock.now.strftime("%Y-%m-%dT%H:%M:%SZ")
    text = policy(deny("*", Condition={"DateLessThan": {"aws:TokenIssueTime": revoked_at}}))
    principals.put_inline(in_process.services, role, text, "AWSRevokeOlderSessions")
    in_process.clock.advance(seconds=10)
    after = signing(in_process, assume(sts))
    after.list_user_pools(MaxResults=1)
    code, message = refused(lambda: before.list_user_pools(MaxResults=1))
    assert ("AccessDeniedException", True) == (
        code,
        message.endswith("with an explicit deny in an identity-based policy"),
    )
    principals.write(in_process.services, lambda tx: policies.delete_inline(tx, role, "AWSRevokeOlderSessions"))
    before.list_user_pools(MaxResults=1)


def test_a_newer_policy_counts_at_once(in_process: InProcess, sts: Any) -> None:
    role = make_role(in_process, "app", BY_NAME)
    client = signing(in_process, assume(sts))
    client.list_user_pools(MaxResults=1)
    principals.put_inline(in_process.services, role, policy(deny(LIST)), "no")
    assert "AccessDeniedException" == refused(lambda: client.list_user_pools(MaxResults=1))[0]


def test_a_token_that_is_not_this_keys_own_is_invalid(in_process: InProcess, sts: Any) -> None:
    make_role(in_process, "app", BY_NAME)
    given, other = assume(sts)["Credentials"], assume(sts)["Credentials"]
    token = given["SessionToken"]
    changes: list[dict[str, str]] = [
        {"SessionToken": token[:-8]},
        {"SessionToken": token.swapcase()},
        {"SessionToken": other["SessionToken"]},
        {"AccessKeyId": other["AccessKeyId"]},
    ]
    for change in changes:
        changed = {"Credentials": {**given, **change}}
        client, query = signing(in_process, changed), signing(in_process, changed, "sts")
        assert ("UnrecognizedClientException", INVALID) == refused(
            lambda client=client: client.list_user_pools(MaxResults=1)
        )
        assert ("InvalidClientTokenId", INVALID) == refused(query.get_caller_identity)


def test_an_expired_token_is_told_only_to_who_signs_with_its_secret(in_process: InProcess, sts: Any) -> None:
    make_role(in_process, "app", BY_NAME)
    given = assume(sts)["Credentials"]
    forged = signing(in_process, {"Credentials": {**given, "SecretAccessKey": "x" * 40}})
    in_process.clock.advance(hours=2)
    assert "InvalidSignatureException" == refused(lambda: forged.list_user_pools(MaxResults=1))[0]


def test_the_token_of_a_long_term_key_is_none(in_process: InProcess, sts: Any, alice: Entity) -> None:
    make_role(in_process, "app", BY_NAME)
    key = principals.key_of(in_process.services, alice)
    with_token = replace(key, token=assume(sts)["Credentials"]["SessionToken"])
    client = in_process.boto3_client(**with_token.options)
    assert ("UnrecognizedClientException", INVALID) == refused(lambda: client.list_user_pools(MaxResults=1))
    temporary = assume(sts)["Credentials"]
    bare = in_process.boto3_client(
        aws_access_key_id=temporary["AccessKeyId"], aws_secret_access_key=temporary["SecretAccessKey"]
    )
    assert ("UnrecognizedClientException", INVALID) == refused(lambda: bare.list_user_pools(MaxResults=1))


def test_a_refusal_of_a_session_is_decoded_by_who_may(in_process: InProcess, sts: Any) -> None:
    make_role(in_process, "app", BY_NAME, may="sts:DecodeAuthorizationMessage")
    assumed = assume(sts)
    headers: dict[str, str] = {}
    client = signing(in_process, assumed)
    client.meta.events.register("after-call", lambda http_response, **_: headers.update(http_response.headers.items()))
    assert "AccessDeniedException" == refused(lambda: client.create_user_pool(PoolName="x"))[0]
    encoded = headers["x-cenote-encoded-authorization-message"]
    decoded = signing(in_process, assumed, "sts").decode_authorization_message(EncodedMessage=encoded)
    said = json.loads(decoded["DecodedMessage"])
    assert (False, False, "cognito-idp:CreateUserPool") == (
        said["allowed"],
        said["explicitDeny"],
        said["context"]["action"],
    )
    assert assumed["AssumedRoleUser"]["Arn"] == said["context"]["principal"]["arn"]
    assert assumed["AssumedRoleUser"]["AssumedRoleId"] == said["context"]["principal"]["id"]
    assert "aws:sourceip" in {each["key"] for each in said["context"]["conditions"]["items"]}
    assert "AccessDenied" == refused(lambda: sts.decode_authorization_message(EncodedMessage=encoded))[0]
    root = in_process.boto3_client("sts")
    changed = encoded[:-12] + encoded[-12:].swapcase()
    for text in (changed, "x", encoded + "A", encoded[:-4]):
        code, _ = refused(lambda text=text: root.decode_authorization_message(EncodedMessage=text))
        assert "InvalidAuthorizationMessageException" == code
