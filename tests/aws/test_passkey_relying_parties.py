"""Whom a pool's passkeys are made for, and whether they are made at all."""

from dataclasses import replace

import pytest
from refusals import refusal

from harness.authenticator import Authenticator
from harness.in_process import InProcess, beside
from harness.passkeys import PARTY, complete, configure, listed, passkey_pool, register, start, token_of
from harness.people import Pool, make_pool

FOREIGN_PARTY = "The passkey is of another relying party id than the user pool's."


@pytest.fixture
def pool(in_process: InProcess) -> Pool:
    """A pool that lets people in by passkeys."""
    return passkey_pool(in_process)


def test_passkeys_are_registered_where_they_may_begin_a_sign_in(in_process: InProcess) -> None:
    pool = passkey_pool(in_process, factors=("PASSWORD",))
    token = token_of(pool)
    message = "Passkeys are not enabled for the user pool."
    with refusal("WebAuthnNotEnabledException") as seen:
        start(pool, token)
    assert message == seen.message
    with refusal("WebAuthnNotEnabledException") as seen:
        complete(pool, token, {})
    assert message == seen.message
    assert [] == listed(pool, token)


def domainless_pool(endpoint: InProcess) -> Pool:
    """A pool with passkeys and nothing that names its relying party."""
    policy = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}}
    return make_pool(endpoint, Policies=policy)


def test_the_relying_party_is_the_pools_own_domain_unless_it_is_named(in_process: InProcess) -> None:
    pool = domainless_pool(in_process)
    token = token_of(pool)
    with refusal("WebAuthnConfigurationMissingException") as seen:
        start(pool, token)
    assert "The user pool has neither a relying party id nor a domain to take it from." == seen.message

    signed = in_process.signed
    signed.create_user_pool_domain(UserPoolId=pool.id, Domain="people")
    assert "people.auth.localhost" == start(pool, token)["rp"]["id"]
    arn = "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012"
    signed.create_user_pool_domain(
        UserPoolId=pool.id, Domain="sign.in.example.com", CustomDomainConfig={"CertificateArn": arn}
    )
    assert "sign.in.example.com" == start(pool, token)["rp"]["id"]
    configure(pool, RelyingPartyId="Example.COM")
    assert "example.com" == start(pool, token)["rp"]["id"]


def test_no_relying_party_lies_below_an_address(in_process: InProcess) -> None:
    settings = replace(in_process.services.settings, public_url="http://127.0.0.1:9329")
    there = beside(in_process, settings=settings)
    pool = domainless_pool(there)
    token = token_of(pool)
    in_process.signed.create_user_pool_domain(UserPoolId=pool.id, Domain="people")
    with refusal("WebAuthnConfigurationMissingException"):
        start(pool, token)


def test_a_registration_that_a_new_relying_party_overtakes_is_refused(pool: Pool) -> None:
    token = token_of(pool)
    options = start(pool, token)
    configure(pool, RelyingPartyId="example.org")
    with refusal("WebAuthnRelyingPartyMismatchException") as seen:
        complete(pool, token, Authenticator().create(options, "https://example.org"))
    assert FOREIGN_PARTY == seen.message


def test_a_registration_whose_domain_is_deleted_is_refused(in_process: InProcess) -> None:
    pool = domainless_pool(in_process)
    in_process.signed.create_user_pool_domain(UserPoolId=pool.id, Domain="people")
    token = token_of(pool)
    options = start(pool, token)
    in_process.signed.delete_user_pool_domain(UserPoolId=pool.id, Domain="people")
    with refusal("WebAuthnRelyingPartyMismatchException") as seen:
        complete(pool, token, Authenticator().create(options, "http://people.auth.localhost"))
    assert "The user pool has no relying party any more." == seen.message


def test_passkeys_of_a_former_relying_party_stay_listed_and_are_not_excluded(pool: Pool) -> None:
    token = token_of(pool)
    register(pool, token)
    configure(pool, RelyingPartyId="example.org")
    assert [PARTY] == [each["RelyingPartyId"] for each in listed(pool, token)]
    assert [] == start(pool, token)["excludeCredentials"]
