"""Secret hashes and the messages around them."""

import pytest

from cenote.base.errors import NotAuthorizedException
from cenote.crypto.secret_hash import secret_hash
from cenote.flows.clients import MISSING_SECRET, verify_secret_hash
from flows.one_pool import CLIENT_ID, client

SECRETS = ("first-secret-of-the-client", "second-secret-of-the-client")


@pytest.mark.parametrize("secret", SECRETS)
def test_every_active_secret_is_good(secret: str) -> None:
    verify_secret_hash(client(*SECRETS), "jane", secret_hash(secret, "jane", CLIENT_ID))
    with pytest.raises(NotAuthorizedException, match=f"^Unable to verify secret hash for client {CLIENT_ID}$"):
        verify_secret_hash(client(*SECRETS), "joan", secret_hash(secret, "jane", CLIENT_ID))


def test_a_public_client_needs_none_and_may_send_none() -> None:
    verify_secret_hash(client(), "jane", None)
    expected = f"^Client {CLIENT_ID} is not configured for secret but secret was received$"
    with pytest.raises(NotAuthorizedException, match=expected):
        verify_secret_hash(client(), "jane", "anything")


def test_a_confidential_client_must_send_one() -> None:
    expected = f"^Client {CLIENT_ID} is configured with secret but SECRET_HASH was not received$"
    with pytest.raises(NotAuthorizedException, match=expected):
        verify_secret_hash(client(*SECRETS), "jane", None)
    expected = f"^Client {CLIENT_ID} is configured for secret but secret was not received$"
    with pytest.raises(NotAuthorizedException, match=expected):
        verify_secret_hash(client(*SECRETS), "jane", None, missing=MISSING_SECRET)
