"""What refusing costs: as much for a name of nobody, a wrong password, a user without one, and somebody who has to wait."""

from collections import Counter
from typing import Any

import argon2
import gmpy2
import pytest
from refusals import refusal
from srp_client import begun, claim_of, client_of, live_in, respond

from harness.clock import FakeClock
from harness.databases import EVERY_ENGINE
from harness.in_process import InProcess
from harness.people import PASSWORD, Pool, attributes, make_pool, signed_up
from harness.sign_ins import EVERY_FLOW, SENDER, Door

pytestmark = pytest.mark.parametrize("engine", EVERY_ENGINE, indirect=True)

PAUSED = ("NotAuthorizedException", "Password attempts exceeded")
WRONG = ("NotAuthorizedException", "Incorrect username or password.")
WITHOUT_SRP = ("ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH")
FREE_FAILURES = 5
Toil = Counter[str]


@pytest.fixture
def toil(in_process: InProcess, monkeypatch: pytest.MonkeyPatch) -> Toil:
    """The slow work of the server: exponentiations, hashes and committed units."""
    counted: Toil = Counter()

    def count(where: Any, name: str, kind: str) -> None:
        work = getattr(where, name)

        def counting(*given: Any, **named: Any) -> Any:
            counted[kind] += 1
            return work(*given, **named)

        monkeypatch.setattr(where, name, counting)

    count(gmpy2, "powmod_sec", "secret exponent")
    count(gmpy2, "powmod", "public exponent")
    count(argon2.PasswordHasher, "hash", "hash")
    count(argon2.PasswordHasher, "verify", "hash")
    count(in_process.services.database, "write", "write")
    return counted


def pool_of(in_process: InProcess, flows: tuple[str, ...] = EVERY_FLOW) -> Pool:
    """A pool that hides who is there: ada is, grace waits, alan has no password."""
    pool = make_pool(
        in_process,
        flows=flows,
        client={"PreventUserExistenceErrors": "ENABLED"},
        EmailConfiguration=SENDER,
        Policies={"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}},
    )
    signed_up(pool)
    signed_up(pool, "grace")
    in_process.signed.admin_create_user(
        UserPoolId=pool.id, Username="alan", UserAttributes=attributes(email="alan@example.com", email_verified="true")
    )
    for _ in range(FREE_FAILURES):
        refused_by_password(pool, "grace")
    return pool


def refused_by_password(pool: Pool, name: str, password: str = "Wrong-Horse-7") -> tuple[str, str]:
    with refusal() as seen:
        Door(pool).by_password(name, password)
    return seen.said


@pytest.mark.parametrize(("flows", "work"), [(EVERY_FLOW, "secret exponent"), (WITHOUT_SRP, "hash")])
def test_each_refusal_of_a_password_costs_one_check_and_one_write(
    in_process: InProcess, toil: Toil, flows: tuple[str, ...], work: str
) -> None:
    pool = pool_of(in_process, flows)
    attempts = {
        "nobody": ("mary", "Wrong-Horse-7", WRONG),
        "wrong": ("ada", "Wrong-Horse-7", WRONG),
        "without": ("alan", "Wrong-Horse-7", WRONG),
        "paused": ("grace", "Wrong-Horse-7", PAUSED),
        "paused and right": ("grace", PASSWORD, PAUSED),
    }
    for case, (name, password, said) in attempts.items():
        toil.clear()
        assert said == refused_by_password(pool, name, password), case
        assert {work: 1, "write": 1} == toil, case


def test_a_paused_name_of_nobody_costs_the_same(in_process: InProcess, toil: Toil) -> None:
    pool = pool_of(in_process)
    for _ in range(FREE_FAILURES):
        refused_by_password(pool, "mary")
    toil.clear()
    assert PAUSED == refused_by_password(pool, "mary")
    assert {"secret exponent": 1, "write": 1} == toil


def test_a_pause_does_not_hide_in_the_choice_of_the_password(in_process: InProcess, toil: Toil) -> None:
    pool = pool_of(in_process)
    asked = Door(pool).start("USER_AUTH", USERNAME="ada")
    for _ in range(FREE_FAILURES):
        refused_by_password(pool, "ada")
    toil.clear()
    with refusal() as seen:
        Door(pool).answer(asked, "PASSWORD", PASSWORD=PASSWORD)
    assert PAUSED == seen.said
    assert {"secret exponent": 1, "write": 1} == toil


@pytest.mark.parametrize("password", [PASSWORD, "Wrong-Horse-7"])
def test_each_refusal_of_an_exchange_costs_both_halves_of_it_and_one_write(
    in_process: InProcess, toil: Toil, clock: FakeClock, monkeypatch: pytest.MonkeyPatch, password: str
) -> None:
    live_in(clock, monkeypatch)
    pool = pool_of(in_process)
    spent: dict[str, list[Toil]] = {}
    for name, given in (("mary", password), ("alan", password), ("ada", "Wrong-Horse-7")):
        srp = client_of(pool, name, given)
        toil.clear()
        answer = begun(pool, srp)
        spent[name] = [Counter(toil)]
        claim = claim_of(srp, answer)
        toil.clear()
        with refusal() as seen:
            respond(pool, claim)
        assert WRONG == seen.said
        spent[name].append(Counter(toil))

    srp = client_of(pool, "ada", password)
    claim = claim_of(srp, begun(pool, srp))
    for _ in range(FREE_FAILURES - 1):
        refused_by_password(pool, "ada")
    toil.clear()
    with refusal() as seen:
        begun(pool, client_of(pool, "grace", password))
    assert PAUSED == seen.said
    spent["paused"] = [Counter(toil)]
    toil.clear()
    with refusal() as seen:
        respond(pool, claim)
    assert PAUSED == seen.said
    spent["paused"].append(Counter(toil))

    begin, prove = {"secret exponent": 1}, {"secret exponent": 1, "public exponent": 1, "write": 1}
    assert {name: [begin, prove] for name in ("mary", "alan", "ada", "paused")} == spent


def test_attempts_in_a_pause_lengthen_nothing(in_process: InProcess, clock: FakeClock) -> None:
    pool = pool_of(in_process)
    for _ in range(20):
        assert PAUSED == refused_by_password(pool, "grace")
    clock.advance(seconds=1)
    assert "AuthenticationResult" in Door(pool).by_password("grace")
