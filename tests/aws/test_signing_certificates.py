"""GetSigningCertificate."""

import base64
import datetime as dt
from functools import partial
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from refusals import refusal

from cenote.app import build_services
from cenote.base.errors import ResourceNotFoundException
from cenote.base.settings import Settings
from cenote.flows.signing_certificates import certificate_of
from durability.races import race
from harness.clock import FakeClock
from harness.in_process import InProcess


@pytest.fixture
def pool_id(in_process: InProcess) -> str:
    made: str = in_process.signed.create_user_pool(PoolName="p")["UserPool"]["Id"]
    return made


def certificate(endpoint: InProcess, pool_id: str) -> str:
    found: str = endpoint.signed.get_signing_certificate(UserPoolId=pool_id)["Certificate"]
    return found


def parsed(text: str) -> x509.Certificate:
    return x509.load_der_x509_certificate(base64.b64decode(text, validate=True))


def test_it_is_the_certificate_of_an_rsa_key_for_ten_years(
    in_process: InProcess, pool_id: str, clock: FakeClock
) -> None:
    found = parsed(certificate(in_process, pool_id))
    key: Any = found.public_key()
    assert isinstance(key, RSAPublicKey)
    assert 2048 == key.key_size
    found.verify_directly_issued_by(found)
    assert clock.now == found.not_valid_before_utc
    assert clock.now + dt.timedelta(days=3650) == found.not_valid_after_utc
    assert f"CN={pool_id}" == found.subject.rfc4514_string()


def test_it_stays_for_a_year_and_in_every_process(
    in_process: InProcess, pool_id: str, settings: Settings, clock: FakeClock
) -> None:
    first = certificate(in_process, pool_id)
    clock.advance(days=364)
    assert first == certificate(in_process, pool_id)
    restarted = build_services(settings, clock=clock)
    assert base64.b64decode(first) == certificate_of(restarted, pool_id)
    restarted.database.close()


def test_each_year_there_is_a_new_one_of_the_same_key(in_process: InProcess, pool_id: str, clock: FakeClock) -> None:
    first = certificate(in_process, pool_id)
    clock.advance(days=365)
    outcomes = race([partial(certificate, in_process, pool_id) for _ in range(3)])
    [second] = {outcome.answer for outcome in outcomes}
    assert second == certificate(in_process, pool_id) != first
    assert parsed(first).public_key() == parsed(second).public_key()
    assert clock.now == parsed(second).not_valid_before_utc


def test_all_who_ask_first_at_once_get_the_same(in_process: InProcess, pool_id: str) -> None:
    assert in_process.signed is not None
    outcomes = race([partial(certificate, in_process, pool_id) for _ in range(4)])
    assert {certificate(in_process, pool_id)} == {outcome.answer for outcome in outcomes}


def test_pools_have_keys_of_their_own_and_others_see_none(in_process: InProcess, pool_id: str) -> None:
    other = in_process.signed.create_user_pool(PoolName="o")["UserPool"]["Id"]
    keys = [parsed(certificate(in_process, one)).public_key() for one in (pool_id, other)]
    assert keys[0] != keys[1]
    with refusal("ResourceNotFoundException") as seen:
        in_process.boto3_client(region_name="eu-west-1").get_signing_certificate(UserPoolId=pool_id)
    assert f"User pool {pool_id} does not exist." == seen.message
    with refusal("MissingAuthenticationTokenException"):
        in_process.anonymous.get_signing_certificate(UserPoolId=pool_id)


def test_a_pool_that_goes_while_its_key_is_made_gets_none(in_process: InProcess, pool_id: str) -> None:
    in_process.signed.delete_user_pool(UserPoolId=pool_id)
    with pytest.raises(ResourceNotFoundException):
        certificate_of(in_process.services, pool_id)
