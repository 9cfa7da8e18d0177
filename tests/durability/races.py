"""
Races of clients for what only one may have, as scenarios: each takes the *sides* that the contestants call, one endpoint or several of
one database, and fails unless exactly one of them wins.
"""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from botocore.exceptions import ClientError
from srp_client import begun, claim_of, client_of, respond

from harness.endpoint import Endpoint
from harness.people import PASSWORD, Pool, attributes, make_pool, sign_in, sign_up, signed_up

Sides = Sequence[Endpoint]
ROUNDS = 4
WAIT_S = 60.0
WRONG_PASSWORD = ("NotAuthorizedException", "Incorrect username or password.")
PAUSED = ("NotAuthorizedException", "Password attempts exceeded")
USED_SESSION = ("NotAuthorizedException", "Invalid session for the user, session can only be used once.")
ROTATING = {"RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 0}}


@dataclass(frozen=True)
class Outcome:
    """What one contestant got: an answer, or a refusal's code and message."""

    answer: Any
    refusal: tuple[str, str]


def race(acts: Sequence[Callable[[], Any]]) -> list[Outcome]:
    """Do everything at once, each in a thread of its own; what each got, in their order."""
    start = threading.Barrier(len(acts), timeout=WAIT_S)
    outcomes: dict[int, Outcome] = {}
    broken: list[BaseException] = []

    def run(place: int, act: Callable[[], Any]) -> None:
        try:
            start.wait()
            outcomes[place] = Outcome(act(), ("", ""))
        except ClientError as refused:
            error = refused.response["Error"]
            outcomes[place] = Outcome(None, (error["Code"], error["Message"]))
        except BaseException as fault:  # noqa: BLE001 - raised again below, where pytest sees it
            broken.append(fault)

    threads = [threading.Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT_S)
    if broken:
        raise broken[0]
    return [outcomes[place] for place in range(len(acts))]


def seats(pool: Pool, sides: Sides, number: int) -> list[Pool]:
    """The pool as each of *number* contestants sees it, from one side after the other."""
    for side in sides:
        assert side.signed is not None
        assert side.anonymous is not None
    return [replace(pool, endpoint=sides[place % len(sides)]) for place in range(number)]


def winner_of(outcomes: Sequence[Outcome], refusals: set[str]) -> int:
    """The place of the only one who was not refused; everybody else was refused with one of the codes in *refusals*."""
    winners = [place for place, outcome in enumerate(outcomes) if outcome.answer is not None]
    assert 1 == len(winners), [outcome.refusal for outcome in outcomes]
    codes = {outcome.refusal[0] for outcome in outcomes if outcome.answer is None}
    assert set() == codes - refusals
    return winners[0]


def assert_one_confirmation_wins(sides: Sides) -> None:
    """One code, typed by several at once."""
    pool = make_pool(sides[0])
    for name in names():
        sign_up(pool, name)
        typed = {"ClientId": pool.client_id, "Username": name, "ConfirmationCode": code_of(pool, name)}
        outcomes = race([partial(at.endpoint.anonymous.confirm_sign_up, **typed) for at in seats(pool, sides, 4)])
        winner_of(outcomes, {"ExpiredCodeException", "NotAuthorizedException"})
        assert "AccessToken" in sign_in(pool, name)


def assert_one_recovery_wins(sides: Sides) -> None:
    """One recovery code, used for several passwords at once: the winner's is the password."""
    pool = make_pool(sides[0])
    for name in names():
        signed_up(pool, name)
        pool.endpoint.anonymous.forgot_password(ClientId=pool.client_id, Username=name)
        code = code_of(pool, name, "ForgotPassword")
        typed = {"ClientId": pool.client_id, "Username": name, "ConfirmationCode": code}
        outcomes = race([
            partial(at.endpoint.anonymous.confirm_forgot_password, **typed, Password=new)
            for at, new in zip(seats(pool, sides, 4), passwords(4), strict=True)
        ])  # fmt: skip
        winner = winner_of(outcomes, {"ExpiredCodeException"})
        assert_signs_in_by_only(pool, name, winner)


def assert_one_verification_wins(sides: Sides) -> None:
    """One code for an address, typed by several at once."""
    pool = make_pool(sides[0])
    for name in names():
        signed_up(pool, name)
        token = sign_in(pool, name)["AccessToken"]
        pool.endpoint.anonymous.get_user_attribute_verification_code(AccessToken=token, AttributeName="email")
        code = code_of(pool, name, "VerifyUserAttribute")
        typed = {"AccessToken": token, "AttributeName": "email", "Code": code}
        outcomes = race([
            partial(at.endpoint.anonymous.verify_user_attribute, **typed) for at in seats(pool, sides, 4)
        ])  # fmt: skip
        winner_of(outcomes, {"ExpiredCodeException"})


def assert_one_answer_wins(sides: Sides) -> None:
    """One challenge, answered by several at once: the winner's password is the password."""
    pool = make_pool(sides[0])
    for name in names():
        pool.endpoint.signed.admin_create_user(
            UserPoolId=pool.id, Username=name, TemporaryPassword=PASSWORD, MessageAction="SUPPRESS"
        )
        asked = pool.endpoint.anonymous.initiate_auth(
            ClientId=pool.client_id,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": name, "PASSWORD": PASSWORD},
        )
        step = {"ClientId": pool.client_id, "ChallengeName": asked["ChallengeName"], "Session": asked["Session"]}
        outcomes = race([
            partial(
                at.endpoint.anonymous.respond_to_auth_challenge,
                **step,
                ChallengeResponses={"USERNAME": name, "NEW_PASSWORD": new},
            )
            for at, new in zip(seats(pool, sides, 4), passwords(4), strict=True)
        ])  # fmt: skip
        winner = winner_of(outcomes, {"NotAuthorizedException"})
        assert_signs_in_by_only(pool, name, winner)


def assert_one_claim_wins(sides: Sides) -> None:
    """One answer to PASSWORD_VERIFIER, sent several times at once."""
    pool = make_pool(sides[0])
    signed_up(pool)
    for _ in range(ROUNDS):
        srp = client_of(pool)
        responses = claim_of(srp, begun(pool, srp))
        outcomes = race([partial(respond, at, responses) for at in seats(pool, sides, 4)])
        winner_of(outcomes, {"NotAuthorizedException"})
        assert 3 == [outcome.refusal for outcome in outcomes].count(USED_SESSION)


def assert_one_rotation_wins(sides: Sides) -> None:
    """One refresh token of a client that rotates them, presented by several at once."""
    pool = make_pool(sides[0], flows=["ALLOW_USER_PASSWORD_AUTH"], client=ROTATING)
    signed_up(pool)
    for _ in range(ROUNDS):
        token = sign_in(pool)["RefreshToken"]
        outcomes = race([partial(refreshed, at, token) for at in seats(pool, sides, 6)])
        winner = winner_of(outcomes, {"RefreshTokenReuseException"})
        successor = outcomes[winner].answer["AuthenticationResult"]["RefreshToken"]
        assert "AccessToken" in refreshed(pool, successor)["AuthenticationResult"]


def assert_sign_out_ends_rotations(sides: Sides, end: Callable[[Pool, dict[str, Any]], Any]) -> None:
    """Rotating a refresh token while its sign-in is ended: whoever is first, no token of it lives on."""
    pool = make_pool(sides[0], flows=["ALLOW_USER_PASSWORD_AUTH"], client=ROTATING)
    signed_up(pool)
    for _ in range(2 * ROUNDS):
        tokens = sign_in(pool)
        [rotating, ending] = seats(pool, sides, 2)
        token = tokens["RefreshToken"]
        outcomes = race([partial(refreshed, rotating, token), partial(end, ending, tokens)])
        assert ("", "") == outcomes[1].refusal
        rotated = outcomes[0].answer
        left = token if rotated is None else rotated["AuthenticationResult"]["RefreshToken"]
        [after] = race([partial(refreshed, pool, left)])
        assert ("NotAuthorizedException", "Refresh Token has been revoked") == after.refusal


def assert_one_owner_of_an_alias(sides: Sides) -> None:
    """One e-mail address, proved by several users at once."""
    pool = make_pool(sides[0], AliasAttributes=["email"])
    for name in names():
        address = f"{name}@example.com"
        typed = []
        for number in range(3):
            sign_up(pool, f"{name}-{number}", email=address)
            typed.append({"Username": f"{name}-{number}", "ConfirmationCode": code_of(pool, f"{name}-{number}")})
        outcomes = race([
            partial(at.endpoint.anonymous.confirm_sign_up, ClientId=at.client_id, **who)
            for at, who in zip(seats(pool, sides, 3), typed, strict=True)
        ])  # fmt: skip
        winner = winner_of(outcomes, {"AliasExistsException"})
        assert f"{name}-{winner}" == username_of(pool, address)


def assert_one_owner_of_a_preferred_username(sides: Sides) -> None:
    """One preferred user name, chosen by several users at once, and by somebody who signs up under it."""
    pool = make_pool(sides[0], AliasAttributes=["preferred_username"])
    for number in range(3):
        signed_up(pool, f"user-{number}")
    for name in names():
        chosen = attributes(preferred_username=name)
        outcomes = race([
            *[
                partial(
                    at.endpoint.signed.admin_update_user_attributes,
                    UserPoolId=at.id,
                    Username=f"user-{number}",
                    UserAttributes=chosen,
                )
                for number, at in enumerate(seats(pool, sides, 3))
            ],
            partial(sign_up, seats(pool, sides, 4)[3], name),
        ])  # fmt: skip
        winner_of(outcomes, {"AliasExistsException", "UsernameExistsException"})


def assert_one_sign_up_wins(sides: Sides) -> None:
    """One user name, taken by several at once at both doors."""
    pool = make_pool(sides[0])
    for name in names():
        admin = {"UserPoolId": pool.id, "Username": name, "MessageAction": "SUPPRESS"}
        outcomes = race([
            *[partial(sign_up, at, name) for at in seats(pool, sides, 4)],
            *[partial(at.endpoint.signed.admin_create_user, **admin) for at in seats(pool, sides, 2)],
        ])  # fmt: skip
        winner_of(outcomes, {"UsernameExistsException"})
        assert [name] == usernames(pool, f'username = "{name}"')


def assert_one_account_of_an_address(sides: Sides) -> None:
    """One e-mail address in a pool where it is the user name, in several spellings at once."""
    pool = make_pool(sides[0], UsernameAttributes=["email"], UsernameConfiguration={"CaseSensitive": False})
    for name in names():
        spellings = [f"{name}@example.com", f"{name.upper()}@example.com", f"{name}@EXAMPLE.com", f"{name}@Example.COM"]
        outcomes = race([
            partial(sign_up, at, address, email=address)
            for at, address in zip(seats(pool, sides, 4), spellings, strict=True)
        ])  # fmt: skip
        winner = winner_of(outcomes, {"UsernameExistsException"})
        assert [outcomes[winner].answer] == usernames(pool, f'email = "{name}@example.com"')


def assert_guesses_are_bounded(sides: Sides, allowed: Callable[[], int]) -> None:
    """Twenty wrong passwords at once: as many are judged as one after the other would be."""
    pool = make_pool(sides[0])
    signed_up(pool)
    outcomes = race([partial(sign_in, at, password="Wrong-Horse-7") for at in seats(pool, sides, 20)])
    told = Counter(outcome.refusal for outcome in outcomes)
    assert {WRONG_PASSWORD, PAUSED} == told.keys()
    assert told[WRONG_PASSWORD] <= allowed()


def assert_claims_are_bounded(sides: Sides, allowed: Callable[[], int]) -> None:
    """Wrong SRP claims, all begun before any is answered, and the right one among them."""
    pool = make_pool(sides[0])
    signed_up(pool)
    claims = []
    for _ in range(8):
        srp = client_of(pool, password="Wrong-Horse-7")
        claims.append(claim_of(srp, begun(pool, srp)))
    outcomes = race([
        partial(respond, at, claim) for at, claim in zip(seats(pool, sides, 8), claims, strict=True)
    ])  # fmt: skip
    told = Counter(outcome.refusal for outcome in outcomes)
    assert {WRONG_PASSWORD, PAUSED} == told.keys()
    assert told[WRONG_PASSWORD] <= allowed()


def assert_tries_are_bounded(sides: Sides) -> None:
    """Twelve wrong codes at once use up five tries, and then the right code is worth nothing either."""
    pool = make_pool(sides[0])
    for name in names():
        sign_up(pool, name)
        code = code_of(pool, name)
        wrong = [f"{(int(code) + step) % 10**6:06d}" for step in range(1, 13)]
        outcomes = race([
            partial(
                at.endpoint.anonymous.confirm_sign_up,
                ClientId=at.client_id,
                Username=name,
                ConfirmationCode=guess,
            )
            for at, guess in zip(seats(pool, sides, 12), wrong, strict=True)
        ])  # fmt: skip
        told = Counter(outcome.refusal[0] for outcome in outcomes)
        assert {"CodeMismatchException": 5, "ExpiredCodeException": 7} == told
        typed = {"ClientId": pool.client_id, "Username": name, "ConfirmationCode": code}
        [late] = race([partial(pool.endpoint.anonymous.confirm_sign_up, **typed)])
        assert "ExpiredCodeException" == late.refusal[0]


def assert_right_passwords_do_not_hinder(sides: Sides) -> None:
    """After a wrong password, right ones at once: each forgives the failure, and none is refused for another's having done so."""
    pool = make_pool(sides[0])
    signed_up(pool)
    for _ in range(ROUNDS):
        [wrong] = race([partial(sign_in, pool, password="Wrong-Horse-7")])
        assert WRONG_PASSWORD == wrong.refusal
        outcomes = race([partial(sign_in, at) for at in seats(pool, sides, 6)])
        assert [("", "")] * 6 == [outcome.refusal for outcome in outcomes]


def names() -> list[str]:
    """A user for each round."""
    return [f"racer{number}" for number in range(ROUNDS)]


def passwords(number: int) -> list[str]:
    """As many passwords."""
    return [f"Winning-Horse-{place}" for place in range(number)]


def code_of(pool: Pool, name: str, purpose: str = "SignUp") -> str:
    """The code that the user was sent for *purpose*: a test's clock may stand still, so that none is the newest."""
    sent = pool.endpoint.messages(username=name, pool=pool.id)
    [code] = [message["code"] for message in sent if message["purpose"] == purpose]
    return str(code)


def refreshed(pool: Pool, token: str) -> dict[str, Any]:
    """The answer to GetTokensFromRefreshToken."""
    answer: dict[str, Any] = pool.endpoint.anonymous.get_tokens_from_refresh_token(
        ClientId=pool.client_id, RefreshToken=token
    )
    return answer


def username_of(pool: Pool, given: str) -> str:
    """The user name of whom *given* names."""
    name: str = pool.endpoint.signed.admin_get_user(UserPoolId=pool.id, Username=given)["Username"]
    return name


def usernames(pool: Pool, asked: str) -> list[str]:
    """The users whom a filter of ListUsers finds."""
    return [user["Username"] for user in pool.endpoint.signed.list_users(UserPoolId=pool.id, Filter=asked)["Users"]]


def assert_signs_in_by_only(pool: Pool, name: str, winner: int) -> None:
    """The winner's password signs in, and a loser's does not."""
    outcomes = [race([partial(sign_in, pool, name, each)])[0] for each in passwords(2)]
    assert "AccessToken" in sign_in(pool, name, passwords(4)[winner])
    expected = [("", "") if place == winner else WRONG_PASSWORD for place in range(2)]
    assert expected == [outcome.refusal for outcome in outcomes]


# What holds however the sides reach the same database: threads of one process, or two servers.
ONE_WINNER: list[Callable[[Sides], None]] = [
    assert_one_confirmation_wins,
    assert_one_recovery_wins,
    assert_one_answer_wins,
    assert_one_claim_wins,
    assert_one_rotation_wins,
    assert_one_owner_of_an_alias,
    assert_one_owner_of_a_preferred_username,
    assert_one_sign_up_wins,
    assert_one_account_of_an_address,
    assert_tries_are_bounded,
    assert_right_passwords_do_not_hinder,
]
