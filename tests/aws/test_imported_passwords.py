"""Users whose password came as another system's hash: signing in, until the first right password makes them like any other."""

from dataclasses import replace
from pathlib import Path

import bcrypt
import pytest
from refusals import refusal
from srp_client import begun, claim_of, client_of, live_in, respond

from cenote.crypto.imported_hashes import ImportedRecord
from cenote.crypto.imported_passwords import parse
from cenote.crypto.passwords import Argon2Record, PasswordRecord, SrpRecord
from cenote.flows import passwords, users
from cenote.model.user import User
from durability import dumps
from harness.clock import FakeClock
from harness.in_process import InProcess
from harness.people import PASSWORD, Pool, make_pool, sign_in, signed_up

WRONG = ("NotAuthorizedException", "Incorrect username or password.")
HASH = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()


@pytest.fixture
def imported(in_process: InProcess) -> Pool:
    """A pool for every way to sign in, with a user whose hash is bcrypt's."""
    pool = make_pool(in_process)
    signed_up(pool, password="Forgotten-Horse-7")
    give(in_process, pool, parse("BCRYPT", HASH))
    return pool


def user_of(endpoint: InProcess, pool: Pool) -> User:
    with endpoint.services.database.read() as tx:
        return users.require(
            endpoint.services, tx, endpoint.services.directory.require_pool(pool.id, "us-east-1"), "ada"
        )


def record_of(endpoint: InProcess, pool: Pool) -> PasswordRecord | None:
    return passwords.record_of(endpoint.services, user_of(endpoint, pool))


def give(endpoint: InProcess, pool: Pool, record: PasswordRecord) -> None:
    services = endpoint.services
    sealed = passwords.sealed_imported(services, pool.id, user_of(endpoint, pool).sub, record)
    model = services.directory.require_pool(pool.id, "us-east-1")
    users.update(services, model, user_of(endpoint, pool).sub, lambda user: replace(user, sealed_password=sealed))


def guess(pool: Pool, password: str = "Wrong-Horse-7") -> tuple[str, str]:
    with refusal() as seen:
        sign_in(pool, password=password)
    return seen.said


def srp_refusal(pool: Pool, username: str = "ada") -> tuple[str, str]:
    srp = client_of(pool, username)
    with refusal() as seen:
        respond(pool, claim_of(srp, begun(pool, srp)))
    return seen.said


def test_the_first_right_password_makes_the_pools_own_record(imported: Pool, in_process: InProcess) -> None:
    assert WRONG == guess(imported)
    assert isinstance(record_of(in_process, imported), ImportedRecord)
    assert "AccessToken" in sign_in(imported)
    assert isinstance(record_of(in_process, imported), SrpRecord)
    assert "AccessToken" in sign_in(imported)
    assert WRONG == guess(imported)


def test_a_pool_without_srp_makes_argon2id_of_it_and_renews_a_cheaper_one(in_process: InProcess) -> None:
    pool = make_pool(in_process, flows=("ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"))
    signed_up(pool)
    cheap = "$argon2id$v=19$m=8,t=1,p=1$MDEyMzQ1Njc$MDEyMzQ1Njc4OWFiY2RlZg"
    for record in (parse("BCRYPT", HASH), parse("ARGON2ID", cheap)):
        give(in_process, pool, record)
        assert WRONG == guess(pool)
        assert record == record_of(in_process, pool)
    give(in_process, pool, parse("BCRYPT", HASH))
    sign_in(pool)
    renewed = record_of(in_process, pool)
    assert isinstance(renewed, Argon2Record)
    sign_in(pool)
    assert renewed == record_of(in_process, pool)


def test_srp_answers_as_to_a_wrong_password_until_then(
    imported: Pool, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    live_in(clock, monkeypatch)
    first, again = (begun(imported, client_of(imported))["ChallengeParameters"] for _ in range(2))
    assert first.keys() == again.keys()
    assert first["SALT"] == again["SALT"]
    assert WRONG == srp_refusal(imported)
    sign_in(imported)
    srp = client_of(imported)
    assert "AuthenticationResult" in respond(imported, claim_of(srp, begun(imported, srp)))


def test_wrong_passwords_lock_an_imported_user_as_any_other(imported: Pool) -> None:
    assert [WRONG] * 5 == [guess(imported) for _ in range(5)]
    assert ("NotAuthorizedException", "Password attempts exceeded") == guess(imported, PASSWORD)


def test_an_imported_password_is_part_of_the_history(in_process: InProcess) -> None:
    policy = {"PasswordPolicy": {"MinimumLength": 8, "PasswordHistorySize": 2}}
    pool = make_pool(in_process, Policies=policy, UserPoolTier="ESSENTIALS")
    signed_up(pool, password="Forgotten-Horse-7")
    give(in_process, pool, parse("BCRYPT", HASH))
    set_password = {"UserPoolId": pool.id, "Username": "ada", "Permanent": True}
    with refusal("PasswordHistoryPolicyViolationException"):
        in_process.signed.admin_set_user_password(**set_password, Password=PASSWORD)
    in_process.signed.admin_set_user_password(**set_password, Password="Another-Horse-8")
    with refusal("PasswordHistoryPolicyViolationException"):
        in_process.signed.admin_set_user_password(**set_password, Password=PASSWORD)


def test_an_imported_hash_is_in_no_dump_and_in_no_file(
    imported: Pool, in_process: InProcess, database_url: str, tmp_path: Path
) -> None:
    assert isinstance(record_of(in_process, imported), ImportedRecord)
    dump = dumps.dump_of(database_url)
    assert b"ada@example.com" in dump
    for secret in (HASH.encode(), HASH[29:].encode(), HASH[7:29].encode()):
        assert secret not in dump
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and HASH[29:].encode() in path.read_bytes()]
