"""StartWebAuthnRegistration, CompleteWebAuthnRegistration, ListWebAuthnCredentials, DeleteWebAuthnCredential."""

from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from refusals import refusal
from sqlalchemy import func, select

from cenote.storage.tables import passkeys
from durability.races import race
from harness.authenticator import BE, BS, ES256, RS256, UP, UV, Authenticator, b64, unb64
from harness.clock import FakeClock
from harness.databases import EVERY_ENGINE
from harness.in_process import InProcess, limited
from harness.passkeys import ORIGIN, PARTY, complete, configure, listed, passkey_pool, register, start, token_of
from harness.people import Pool, sign_in, signed_up

pytestmark = pytest.mark.parametrize("engine", EVERY_ENGINE, indirect=True)

NO_CHALLENGE = "The challenge is unknown, used or expired. Start the registration again."
FOREIGN_ORIGIN = "The origin of the passkey's registration does not belong to the relying party id of the user pool."
FOREIGN_PARTY = "The passkey is of another relying party id than the user pool's."
GOOGLE = bytes.fromhex("ea9b8d664d011d213ce4b6b48cb575d4")


@pytest.fixture
def pool(in_process: InProcess) -> Pool:
    """A pool that lets people in by passkeys."""
    return passkey_pool(in_process)


def count_rows(endpoint: InProcess) -> int:
    """How many passkeys the database holds."""
    with endpoint.services.database.read() as tx:
        return tx.execute(select(func.count()).select_from(passkeys)).scalar_one()


def test_registering_begins_with_options_for_the_browser(pool: Pool) -> None:
    sub = signed_up(pool)
    token = sign_in(pool)["AccessToken"]
    options = start(pool, token)

    challenge = options.pop("challenge")
    assert len(unb64(challenge)) >= 32
    expected = {
        "rp": {"id": PARTY, "name": PARTY},
        "user": {"id": b64(sub.encode()), "name": "ada", "displayName": "ada"},
        "pubKeyCredParams": [{"type": "public-key", "alg": ES256}, {"type": "public-key", "alg": RS256}],
        "timeout": 60000,
        "excludeCredentials": [],
        "authenticatorSelection": {
            "requireResidentKey": True,
            "residentKey": "required",
            "userVerification": "preferred",
        },
    }
    assert expected == options
    assert challenge != start(pool, token)["challenge"]


@pytest.mark.parametrize("algorithm", [ES256, RS256])
def test_a_passkey_that_was_registered_is_listed(pool: Pool, clock: FakeClock, algorithm: int) -> None:
    token = token_of(pool)
    maker = register(pool, token, Authenticator(algorithm=algorithm, transports=("usb", "nfc")))

    expected = {
        "CredentialId": b64(maker.credential_id),
        "FriendlyCredentialName": "Roaming passkey",
        "RelyingPartyId": PARTY,
        "AuthenticatorAttachment": "cross-platform",
        "AuthenticatorTransports": ["usb", "nfc"],
    }
    [shown] = listed(pool, token)
    assert clock.now == shown.pop("CreatedAt")
    assert expected == shown


@pytest.mark.parametrize(
    ("name", "maker"),
    [
        ("Google Password Manager", Authenticator(aaguid=GOOGLE, attachment="platform")),
        ("Roaming passkey", Authenticator(attachment="cross-platform")),
        ("Platform passkey", Authenticator(attachment="platform")),
        ("Synced passkey", Authenticator(attachment=None, flags=UP | UV | BE | BS)),
        ("Passkey", Authenticator(attachment=None)),
    ],
)
def test_a_passkey_is_named_by_what_is_known_of_it(pool: Pool, name: str, maker: Authenticator) -> None:
    token = token_of(pool)
    register(pool, token, maker)
    [shown] = listed(pool, token)
    assert name == shown["FriendlyCredentialName"]
    assert ("AuthenticatorAttachment" in shown) == (maker.attachment is not None)


def test_present_passkeys_are_excluded_from_the_next_registration(pool: Pool) -> None:
    token = token_of(pool)
    made = [register(pool, token), register(pool, token)]
    expected = {b64(each.credential_id) for each in made}
    excluded = start(pool, token)["excludeCredentials"]
    assert expected == {each["id"] for each in excluded}
    assert {"public-key"} == {each["type"] for each in excluded}


def test_a_list_has_pages(pool: Pool, clock: FakeClock) -> None:
    token = token_of(pool)
    made = []
    for _ in range(3):
        made.append(b64(register(pool, token).credential_id))
        clock.advance(seconds=1)
    client = pool.endpoint.anonymous

    first = client.list_web_authn_credentials(AccessToken=token, MaxResults=2)
    second = client.list_web_authn_credentials(AccessToken=token, MaxResults=2, NextToken=first["NextToken"])

    assert made == [each["CredentialId"] for each in first["Credentials"] + second["Credentials"]]
    assert "NextToken" not in second
    assert made == [each["CredentialId"] for each in listed(pool, token, MaxResults=0)]
    with refusal("InvalidParameterException"):
        listed(pool, token, MaxResults=21)
    with refusal("InvalidParameterException") as seen:
        listed(pool, token, NextToken="garbage")
    assert "Invalid pagination token: garbage" == seen.message


def test_a_page_token_of_another_user_is_refused(pool: Pool) -> None:
    ada, eve = token_of(pool), token_of(pool, "eve")
    for _ in range(2):
        register(pool, ada)
    page = pool.endpoint.anonymous.list_web_authn_credentials(AccessToken=ada, MaxResults=1)
    with refusal("InvalidParameterException"):
        listed(pool, eve, NextToken=page["NextToken"])


def test_a_passkey_that_was_deleted_is_gone(pool: Pool) -> None:
    token = token_of(pool)
    kept, gone = register(pool, token), register(pool, token)
    client = pool.endpoint.anonymous
    client.delete_web_authn_credential(AccessToken=token, CredentialId=b64(gone.credential_id))
    assert [b64(kept.credential_id)] == [each["CredentialId"] for each in listed(pool, token)]
    for unknown in (b64(gone.credential_id), "", "no id", "A" * 2000, "ä"):
        with refusal("ResourceNotFoundException") as seen:
            client.delete_web_authn_credential(AccessToken=token, CredentialId=unknown)
        assert "The WebAuthn credential was not found." == seen.message


def test_passkeys_of_others_are_neither_listed_nor_deleted(pool: Pool) -> None:
    ada, eve = token_of(pool), token_of(pool, "eve")
    other_pool = passkey_pool(pool.endpoint)
    stranger = token_of(other_pool)
    maker = register(pool, ada)
    for token in (eve, stranger):
        assert [] == listed(pool, token)
        with refusal("ResourceNotFoundException"):
            pool.endpoint.anonymous.delete_web_authn_credential(
                AccessToken=token, CredentialId=b64(maker.credential_id)
            )
    assert 1 == len(listed(pool, ada))


def test_a_passkey_is_registered_once_in_a_pool(pool: Pool) -> None:
    ada, eve = token_of(pool), token_of(pool, "eve")
    maker = register(pool, ada)
    for token in (ada, eve):
        with refusal("InvalidParameterException") as seen:
            register(pool, token, maker)
        assert "The passkey is registered already." == seen.message
    other_pool = passkey_pool(pool.endpoint)
    assert maker == register(other_pool, token_of(other_pool), maker)


def test_a_challenge_is_used_once_whether_its_passkey_is_accepted_or_not(pool: Pool) -> None:
    token = token_of(pool)
    options, maker = start(pool, token), Authenticator()
    credential = maker.create(options, ORIGIN)
    complete(pool, token, credential)
    with refusal("WebAuthnChallengeNotFoundException") as seen:
        complete(pool, token, credential)
    assert NO_CHALLENGE == seen.message

    options, maker = start(pool, token), Authenticator()
    with refusal("WebAuthnOriginNotAllowedException"):
        complete(pool, token, maker.create(options, "https://example.org"))
    with refusal("WebAuthnChallengeNotFoundException"):
        complete(pool, token, maker.create(options, ORIGIN))
    assert 1 == len(listed(pool, token))


def test_a_challenge_is_good_for_as_long_as_a_session_of_its_client(in_process: InProcess, clock: FakeClock) -> None:
    pool = passkey_pool(in_process, client={"AuthSessionValidity": 5})
    token = token_of(pool)
    late, in_time = start(pool, token), start(pool, token)
    clock.advance(seconds=299)
    complete(pool, token, Authenticator().create(in_time, ORIGIN))
    clock.advance(seconds=1)
    with refusal("WebAuthnChallengeNotFoundException") as seen:
        complete(pool, token, Authenticator().create(late, ORIGIN))
    assert NO_CHALLENGE == seen.message


def test_a_challenge_is_good_for_its_user_and_client(pool: Pool) -> None:
    ada, eve = token_of(pool), token_of(pool, "eve")
    with refusal("WebAuthnChallengeNotFoundException"):
        complete(pool, eve, Authenticator().create(start(pool, ada), ORIGIN))

    made = pool.endpoint.signed.create_user_pool_client(
        UserPoolId=pool.id, ClientName="other", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"]
    )
    other = sign_in(replace(pool, client_id=made["UserPoolClient"]["ClientId"]))["AccessToken"]
    with refusal("WebAuthnClientMismatchException") as seen:
        complete(pool, other, Authenticator().create(start(pool, ada), ORIGIN))
    assert "The registration was started with another app client." == seen.message


def test_a_challenge_that_was_never_given_out_is_unknown(pool: Pool) -> None:
    token = token_of(pool)
    options = start(pool, token)
    for challenge in (b64(bytes(32)), b64(b""), options["challenge"][:-4] + "AAAA"):
        with refusal("WebAuthnChallengeNotFoundException"):
            complete(pool, token, Authenticator().create({**options, "challenge": challenge}, ORIGIN))


REFUSED: dict[str, tuple[str, str, dict[str, Any]]] = {
    "another origin": ("WebAuthnOriginNotAllowedException", FOREIGN_ORIGIN, {"client_data": {"origin": "https://a.b"}}),
    "a framed page": ("WebAuthnOriginNotAllowedException", FOREIGN_ORIGIN, {"client_data": {"crossOrigin": True}}),
    "http": ("WebAuthnOriginNotAllowedException", FOREIGN_ORIGIN, {"client_data": {"origin": f"http://{PARTY}"}}),
    "another party": ("WebAuthnRelyingPartyMismatchException", FOREIGN_PARTY, {"relying_party": "example.org"}),
    "another key": (
        "WebAuthnCredentialNotSupportedException",
        "The passkey is not supported: the public key is malformed.",
        {"cose_key": b"\x01"},
    ),
    "nobody there": ("InvalidParameterException", "Invalid credential: nobody was present.", {"flags": UV | 0x40}),
    "a sign-in": (
        "InvalidParameterException",
        "Invalid credential: clientDataJSON's type must be webauthn.create.",
        {"client_data": {"type": "webauthn.get"}},
    ),
    "a password": (
        "InvalidParameterException",
        'Invalid credential: type must be "public-key".',
        {"document": {"type": "password"}},
    ),
    "no client data": (
        "InvalidParameterException",
        "Invalid credential: clientDataJSON is missing.",
        {"response": {"clientDataJSON": None}},
    ),
    "padded client data": (
        "InvalidParameterException",
        "Invalid credential: clientDataJSON must be base64url.",
        {"response": {"clientDataJSON": "AAA="}},
    ),
}


@pytest.mark.parametrize(("code", "message", "changed"), REFUSED.values(), ids=REFUSED)
def test_what_does_not_fit_is_refused_and_leaves_nothing(
    in_process: InProcess, pool: Pool, code: str, message: str, changed: dict[str, Any]
) -> None:
    token = token_of(pool)
    with refusal(code) as seen:
        register(pool, token, **changed)
    assert message == seen.message
    assert 0 == count_rows(in_process)


@pytest.mark.parametrize(
    "credential", [{}, {"id": 1}, {"type": "public-key"}, {"type": "public-key", "id": "A" * 9000}]
)
def test_what_is_no_credential_is_refused(pool: Pool, credential: dict[str, Any]) -> None:
    with refusal("InvalidParameterException") as seen:
        complete(pool, token_of(pool), credential)
    assert seen.message.startswith("Invalid credential: ")


def test_a_user_must_be_verified_where_the_pool_requires_it(pool: Pool) -> None:
    token = token_of(pool)
    configure(pool, UserVerification="required")
    assert "required" == start(pool, token)["authenticatorSelection"]["userVerification"]
    with refusal("WebAuthnCredentialNotSupportedException") as seen:
        register(pool, token, Authenticator(flags=UP))
    assert "The passkey is not supported: the authenticator did not verify its user." == seen.message
    register(pool, token)
    assert 1 == len(listed(pool, token))


def test_a_user_has_no_more_passkeys_than_the_quota(in_process: InProcess) -> None:
    pool = passkey_pool(limited(in_process, passkeys_per_user=2))
    token = token_of(pool)
    waiting = start(pool, token)
    register(pool, token)
    register(pool, token)
    message = "The maximum number of passkeys of a user has been reached: 2."
    with refusal("LimitExceededException") as seen:
        start(pool, token)
    assert message == seen.message
    with refusal("LimitExceededException") as seen:
        complete(pool, token, Authenticator().create(waiting, ORIGIN))
    assert message == seen.message
    assert 2 == len(listed(pool, token))


def test_registrations_at_once_do_not_go_beyond_the_quota(in_process: InProcess) -> None:
    pool = passkey_pool(limited(in_process, passkeys_per_user=2))
    token = token_of(pool)
    made = [Authenticator().create(start(pool, token), ORIGIN) for _ in range(6)]
    outcomes = at_once(pool, token, made)
    assert 2 == outcomes.count("")
    assert 4 == outcomes.count("LimitExceededException")
    assert 2 == len(listed(pool, token))


def test_one_challenge_answered_by_many_at_once_makes_one_passkey(pool: Pool) -> None:
    token = token_of(pool)
    options = start(pool, token)
    outcomes = at_once(pool, token, [Authenticator().create(options, ORIGIN) for _ in range(6)])
    assert 1 == outcomes.count("")
    assert 5 == outcomes.count("WebAuthnChallengeNotFoundException")
    assert 1 == len(listed(pool, token))


def at_once(pool: Pool, token: str, made: list[dict[str, Any]]) -> list[str]:
    """Complete every registration at once; how each ended: "" or the code of a refusal."""
    complete_one = partial(pool.endpoint.anonymous.complete_web_authn_registration, AccessToken=token)
    return [outcome.refusal[0] for outcome in race([partial(complete_one, Credential=each) for each in made])]


def test_passkeys_go_with_their_user_and_with_their_pool(in_process: InProcess) -> None:
    pool, other = passkey_pool(in_process), passkey_pool(in_process)
    for each in (pool, other):
        register(each, token_of(each))
    in_process.signed.admin_delete_user(UserPoolId=pool.id, Username="ada")
    assert 1 == count_rows(in_process)
    in_process.signed.delete_user_pool(UserPoolId=other.id)
    assert 0 == count_rows(in_process)


def test_a_token_that_is_revoked_registers_nothing(pool: Pool) -> None:
    token = token_of(pool)
    credential = Authenticator().create(start(pool, token), ORIGIN)
    pool.endpoint.anonymous.global_sign_out(AccessToken=token)
    for call in (lambda: start(pool, token), lambda: complete(pool, token, credential), lambda: listed(pool, token)):
        with refusal("NotAuthorizedException"):
            call()


def test_the_challenge_tells_nothing(pool: Pool) -> None:
    sub = signed_up(pool)
    challenge = unb64(start(pool, sign_in(pool)["AccessToken"])["challenge"])
    for secret in (sub, pool.id, pool.client_id):
        assert secret.encode() not in challenge
