"""GetDerivedToken: tokens that are exchanged for others."""

from dataclasses import replace
from typing import Any

import pytest
from refusals import refusal
from triggered import triggered

from cenote.crypto import jwt
from harness.authenticator_app import registered
from harness.clock import FakeClock
from harness.in_process import InProcess
from harness.people import Pool, make_pool, sign_in, signed_up
from harness.sign_ins import prefer
from harness.tokens import claims_of

API = "aws.cognito.signin.user.admin"
IMPERSONATION, DELEGATION = "ALLOW_TOKEN_EXCHANGE_IMPERSONATION", "ALLOW_TOKEN_EXCHANGE_DELEGATION"
MACHINE = "ALLOW_CLIENT_TOKEN_AUTH"
READ = "orders/read"


def client_of(pool: Pool, *flows: str, **client: Any) -> Pool:
    """The pool, with another client of it."""
    wanted = {"ExplicitAuthFlows": list(flows), "ClientName": "exchange", **client}
    made = pool.endpoint.signed.create_user_pool_client(UserPoolId=pool.id, **wanted)["UserPoolClient"]
    return replace(pool, client_id=made["ClientId"], client_secret=made.get("ClientSecret"))


@pytest.fixture
def pool(in_process: InProcess) -> Pool:
    """A pool with a user and a resource server."""
    pool = make_pool(in_process)
    signed_up(pool)
    scopes = [{"ScopeName": "read", "ScopeDescription": "read"}]
    in_process.signed.create_resource_server(UserPoolId=pool.id, Identifier="orders", Name="Orders", Scopes=scopes)
    return pool


@pytest.fixture
def app(pool: Pool) -> Pool:
    """A confidential client that may exchange tokens in both ways."""
    return client_of(pool, IMPERSONATION, DELEGATION, GenerateSecret=True)


def ask(app: Pool, token: str, kind: str = "ACCESS_TOKEN", **members: Any) -> dict[str, Any]:
    if app.client_secret is not None:
        members = {"ClientSecret": app.client_secret, **members}
    answer: dict[str, Any] = app.endpoint.anonymous.get_derived_token(
        ClientId=app.client_id, SubjectToken=token, SubjectTokenType=kind, **members
    )
    return answer


def robot_token(pool: Pool) -> tuple[str, str]:
    """A machine's client and access token."""
    robot = client_of(pool, MACHINE, GenerateSecret=True, AllowedOAuthScopes=[READ])
    answer = pool.endpoint.anonymous.get_client_token(ClientId=robot.client_id, Secret=robot.client_secret)
    return robot.client_id, answer["ClientAuthenticationResult"]["AccessToken"]


def get_user(pool: Pool, token: str) -> str:
    name: str = pool.endpoint.anonymous.get_user(AccessToken=token)["Username"]
    return name


def test_an_access_token_is_exchanged_for_one_of_another_client(
    in_process: InProcess, pool: Pool, app: Pool, clock: FakeClock
) -> None:
    tokens = sign_in(pool)
    subject = claims_of(tokens["AccessToken"])
    clock.advance(minutes=10)
    answer = ask(app, tokens["AccessToken"])
    shown = {name: answer[name] for name in ("IssuedTokenType", "TokenType", "ExpiresIn", "Scopes")}
    # It ends with the token that it came from.
    assert {"IssuedTokenType": "ACCESS_TOKEN", "TokenType": "Bearer", "ExpiresIn": 3000, "Scopes": [API]} == shown
    claims = jwt.verify(answer["IssuedToken"], in_process.services.directory.verifiers(pool.id))
    kept = ("sub", "iss", "username", "auth_time", "origin_jti", "scope", "token_use", "exp")
    assert {name: subject[name] for name in kept} == {name: claims[name] for name in kept}
    assert (app.client_id, clock.now_ms() // 1000) == (claims["client_id"], claims["iat"])
    assert not {"act", "aud"} & claims.keys()
    assert "ada" == get_user(pool, answer["IssuedToken"])


def test_what_was_proved_to_one_client_raises_no_sign_in_at_another(pool: Pool, clock: FakeClock) -> None:
    other = client_of(pool, IMPERSONATION, "ALLOW_USER_AUTH")
    token = ask(other, sign_in(pool)["AccessToken"])["IssuedToken"]
    pool.endpoint.signed.set_user_pool_mfa_config(
        UserPoolId=pool.id, MfaConfiguration="OPTIONAL", SoftwareTokenMfaConfiguration={"Enabled": True}
    )
    own = sign_in(pool)["AccessToken"]
    registered(pool, clock, own)
    prefer(pool, totp=True)
    raised = pool.endpoint.anonymous.initiate_auth(
        ClientId=other.client_id,
        AuthFlow="USER_AUTH",
        AuthParameters={"USERNAME": "ada", "TARGET_ACR_VALUES": "urn:cognito:loa:4", "ACCESS_TOKEN": token},
    )
    assert ("SELECT_CHALLENGE", ["PASSWORD_SRP", "PASSWORD"]) == (
        raised["ChallengeName"],
        raised["AvailableChallenges"],
    )


def test_a_token_for_an_audience_is_none_for_the_user_pool_itself(pool: Pool, app: Pool) -> None:
    token = sign_in(pool)["AccessToken"]
    for wanted, audience in (({"Audiences": ["billing"]}, "billing"), ({"Resources": ["orders"]}, "orders")):
        derived = ask(app, token, **wanted)["IssuedToken"]
        assert audience == claims_of(derived)["aud"]
        with refusal() as seen:
            get_user(pool, derived)
        assert ("NotAuthorizedException", "Invalid Access Token") == seen.said


def test_scopes_are_those_that_all_three_have(in_process: InProcess) -> None:
    made = triggered(in_process, "PreTokenGeneration", version="V2_0")
    pool = made.pool
    signed_up(pool)
    scopes = [{"ScopeName": name, "ScopeDescription": name} for name in ("read", "write")]
    in_process.signed.create_resource_server(UserPoolId=pool.id, Identifier="orders", Name="Orders", Scopes=scopes)
    more = {"accessTokenGeneration": {"scopesToAdd": [READ, "orders/write"]}}
    made.functions.answer("TokenGeneration_Authentication", claimsAndScopeOverrideDetails=more)
    token = sign_in(pool)["AccessToken"]
    made.functions.answer("TokenGeneration_Authentication")
    app = client_of(pool, IMPERSONATION, AllowedOAuthScopes=[READ])
    assert [API, READ] == ask(app, token)["Scopes"]
    assert [READ] == ask(app, token, Scopes=["orders/write", READ, "orders/none"])["Scopes"]
    assert READ == claims_of(ask(app, token, Scopes=[READ])["IssuedToken"])["scope"]
    bare = client_of(pool, IMPERSONATION)
    assert [] == ask(bare, token, Scopes=[READ])["Scopes"]


def test_an_id_token_is_exchanged_for_one_and_has_no_scopes_to_give(pool: Pool, app: Pool) -> None:
    tokens = sign_in(pool)
    answer = ask(app, tokens["IdToken"], "ID_TOKEN", RequestedTokenType="ID_TOKEN", Audiences=["billing"])
    assert ("ID_TOKEN", "N_A") == (answer["IssuedTokenType"], answer["TokenType"])
    assert "Scopes" not in answer
    claims = claims_of(answer["IssuedToken"])
    subject = claims_of(tokens["IdToken"])
    kept = ("sub", "email", "cognito:username", "origin_jti", "auth_time", "token_use")
    assert {name: subject[name] for name in kept} == {name: claims[name] for name in kept}
    assert "billing" == claims["aud"]
    own = ask(app, tokens["AccessToken"], RequestedTokenType="ID_TOKEN")["IssuedToken"]
    assert app.client_id == claims_of(own)["aud"]
    access = ask(app, tokens["IdToken"], "ID_TOKEN", Scopes=[API])
    assert [] == access["Scopes"]
    with refusal() as seen:
        get_user(pool, access["IssuedToken"])
    assert ("NotAuthorizedException", "Access Token does not have required scopes") == seen.said


def test_an_actor_is_named_before_those_who_acted_until_then(pool: Pool, app: Pool) -> None:
    token = sign_in(pool)["AccessToken"]
    robot_id, actor = robot_token(pool)
    first = ask(app, token, ActorToken=actor, ActorTokenType="ACCESS_TOKEN")["IssuedToken"]
    act = {"sub": robot_id, "client_id": robot_id}
    assert act == claims_of(first)["act"]
    helper = signed_up(pool, "bob")
    bob = sign_in(pool, "bob")["IdToken"]
    second = ask(app, first, ActorToken=bob, ActorTokenType="ID_TOKEN")["IssuedToken"]
    assert {"sub": helper, "client_id": pool.client_id, "act": act} == claims_of(second)["act"]
    # Whoever leaves the actor out cannot make the others forgotten.
    assert claims_of(second)["act"] == claims_of(ask(app, second)["IssuedToken"])["act"]


def test_a_token_is_not_exchanged_for_ever(pool: Pool, app: Pool) -> None:
    token = sign_in(pool)["AccessToken"]
    acting = {"ActorToken": robot_token(pool)[1], "ActorTokenType": "ACCESS_TOKEN"}
    for _ in range(8):
        token = ask(app, token, **acting)["IssuedToken"]
    with refusal() as seen:
        ask(app, token, **acting)
    assert ("InvalidParameterException", "The subject token was exchanged too often.") == seen.said


@pytest.mark.parametrize(
    ("flow", "way", "other"), [(IMPERSONATION, {}, "delegation"), (DELEGATION, None, "impersonation")]
)
def test_a_client_exchanges_in_the_ways_that_it_may(
    pool: Pool, flow: str, way: dict[str, str] | None, other: str
) -> None:
    app = client_of(pool, flow)
    token = sign_in(pool)["AccessToken"]
    acting = {"ActorToken": robot_token(pool)[1], "ActorTokenType": "ACCESS_TOKEN"}
    allowed, refused = (acting, {}) if way is None else ({}, acting)
    assert "IssuedToken" in ask(app, token, **allowed)
    with refusal() as seen:
        ask(app, token, **refused)
    assert ("NotAuthorizedException", f"Token exchange {other} is not enabled for the client.") == seen.said


def test_a_client_that_may_not_exchange_is_refused(pool: Pool) -> None:
    with refusal() as seen:
        ask(pool, sign_in(pool)["AccessToken"])
    assert ("NotAuthorizedException", "Token exchange impersonation is not enabled for the client.") == seen.said


def test_a_client_proves_itself_by_its_secret_or_somebody_signs_for_it(pool: Pool, app: Pool) -> None:
    token = sign_in(pool)["AccessToken"]
    members = {"ClientId": app.client_id, "SubjectToken": token, "SubjectTokenType": "ACCESS_TOKEN"}
    wrong = ("NotAuthorizedException", f"Unable to verify secret for client {app.client_id}")
    for client, more in (
        (pool.endpoint.anonymous, {}),
        (pool.endpoint.anonymous, {"ClientSecret": "x" * 52}),
        (pool.endpoint.signed, {"ClientSecret": "x" * 52}),
        (pool.endpoint.boto3_client(aws_access_key_id="AKIAAAAAAAAAAAAAAAAA", aws_secret_access_key="x"), {}),
    ):
        with refusal() as seen:
            client.get_derived_token(**members, **more)
        assert wrong == seen.said
    assert "IssuedToken" in pool.endpoint.signed.get_derived_token(**members)
    with refusal() as seen:
        pool.endpoint.boto3_client(region_name="eu-west-1").get_derived_token(**members)
    assert ("ResourceNotFoundException", f"User pool client {app.client_id} does not exist.") == seen.said


def test_a_signature_that_is_none_of_ours_does_not_hinder_the_secret(app: Pool, pool: Pool) -> None:
    stranger = pool.endpoint.boto3_client(aws_access_key_id="AKIAAAAAAAAAAAAAAAAA", aws_secret_access_key="x")
    answer = stranger.get_derived_token(
        ClientId=app.client_id,
        ClientSecret=app.client_secret,
        SubjectToken=sign_in(pool)["AccessToken"],
        SubjectTokenType="ACCESS_TOKEN",
    )
    assert "IssuedToken" in answer


def test_a_token_that_is_not_good_is_not_exchanged(pool: Pool, app: Pool, in_process: InProcess) -> None:
    tokens = sign_in(pool)
    other = make_pool(in_process)
    signed_up(other)
    header, claims, signature = tokens["AccessToken"].split(".")
    invalid = ("NotAuthorizedException", "Invalid Subject Token")
    for token, kind in (
        ("nonsense", "ACCESS_TOKEN"),
        (f"{header}.{claims}.{signature[:-4]}AAAA", "ACCESS_TOKEN"),
        (tokens["IdToken"], "ACCESS_TOKEN"),
        (tokens["AccessToken"], "ID_TOKEN"),
        (tokens["RefreshToken"].replace("_", "").replace("-", ""), "ACCESS_TOKEN"),
        (sign_in(other)["AccessToken"], "ACCESS_TOKEN"),
    ):
        with refusal() as seen:
            ask(app, token, kind)
        assert invalid == seen.said
    with refusal() as seen:
        ask(app, tokens["AccessToken"], ActorToken=tokens["IdToken"], ActorTokenType="ACCESS_TOKEN")
    assert ("NotAuthorizedException", "Invalid Actor Token") == seen.said


def test_a_token_past_its_time_is_not_exchanged(pool: Pool, app: Pool, clock: FakeClock) -> None:
    token = sign_in(pool)["AccessToken"]
    clock.advance(hours=1)
    with refusal() as seen:
        ask(app, token)
    assert ("NotAuthorizedException", "Subject Token has expired") == seen.said


def test_a_derived_token_ends_with_the_sign_in_that_it_came_from(pool: Pool, app: Pool) -> None:
    tokens = sign_in(pool)
    derived = ask(app, tokens["AccessToken"])["IssuedToken"]
    pool.endpoint.anonymous.revoke_token(ClientId=pool.client_id, Token=tokens["RefreshToken"])
    with refusal() as seen:
        get_user(pool, derived)
    assert ("NotAuthorizedException", "Access Token has been revoked") == seen.said
    for token, kind in (
        (tokens["AccessToken"], "ACCESS_TOKEN"),
        (tokens["IdToken"], "ID_TOKEN"),
        (derived, "ACCESS_TOKEN"),
    ):
        with refusal() as seen:
            ask(app, token, kind)
        assert ("NotAuthorizedException", "Subject Token has been revoked") == seen.said


def test_a_disabled_user_a_deleted_one_and_a_machine_are_no_subjects(pool: Pool, app: Pool, clock: FakeClock) -> None:
    signed = pool.endpoint.signed
    client = client_of(pool, "ALLOW_USER_PASSWORD_AUTH", EnableTokenRevocation=False)
    clock.advance(seconds=1)
    token = sign_in(client)["AccessToken"]
    robot = robot_token(pool)[1]
    with refusal() as seen:
        ask(app, robot)
    assert ("UserNotFoundException", "User does not exist.") == seen.said
    signed.admin_disable_user(UserPoolId=pool.id, Username="ada")
    with refusal("NotAuthorizedException"):
        ask(app, token)
    signed.admin_delete_user(UserPoolId=pool.id, Username="ada")
    with refusal() as seen:
        ask(app, token)
    assert ("UserNotFoundException", "User does not exist.") == seen.said


def test_what_cannot_be_asked_for_is_refused(pool: Pool, app: Pool) -> None:
    token = sign_in(pool)["AccessToken"]
    elsewhere = ("InvalidParameterException", "Only tokens that this user pool issued can be exchanged.")
    together = ("InvalidParameterException", "ActorToken and ActorTokenType must be given together.")
    for members, expected in (
        ({"SubjectTokenProviderName": "Google"}, elsewhere),
        ({"kind": "SAML2"}, elsewhere),
        ({"ActorToken": token, "ActorTokenType": "SAML2"}, elsewhere),
        ({"ActorToken": token}, together),
        ({"ActorTokenType": "ID_TOKEN"}, together),
        (
            {"Audiences": ["a"], "Resources": ["orders"]},
            ("InvalidParameterException", "Audiences and Resources cannot both be requested."),
        ),
        ({"Resources": ["none"]}, ("ResourceNotFoundException", "Resource server none does not exist.")),
    ):
        with refusal() as seen:
            ask(app, token, **members)
        assert expected == seen.said


def test_a_function_changes_a_derived_token_but_not_who_acts_or_for_whom(in_process: InProcess) -> None:
    made = triggered(in_process, "PreTokenGeneration", version="V2_0")
    pool = made.pool
    signed_up(pool)
    app = client_of(pool, IMPERSONATION)
    token = sign_in(pool)["AccessToken"]
    added = {"tenant": "blue", "act": {"sub": "other"}, "aud": app.client_id}
    details = {"accessTokenGeneration": {"claimsToAddOrOverride": added}}
    made.functions.answer("TokenGeneration_Authentication", claimsAndScopeOverrideDetails=details)
    claims = claims_of(ask(app, token, Audiences=["billing"])["IssuedToken"])
    assert ("blue", "billing", False) == (claims["tenant"], claims["aud"], "act" in claims)
    made.functions.fail("TokenGeneration_Authentication", "no such tenant")
    with refusal() as seen:
        ask(app, token)
    assert ("UserLambdaValidationException", "PreTokenGeneration failed with error no such tenant.") == seen.said
