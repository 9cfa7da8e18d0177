import pytest
from pycognito.aws_srp import AWSSRP

from cenote.crypto.errors import SecretHashError
from cenote.crypto.secret_hash import secret_hash, verify_secret_hash

CLIENT_ID = "1example23456789abcdefghij"
SECRETS = ["9eds9example7nsample1secret", "8eds8example6nsample0secret"]


@pytest.mark.parametrize("username", ["alice", "zoë@example.com", "+15555551234", ""])
def test_a_secret_hash_is_what_pycognito_computes(username: str) -> None:
    assert AWSSRP.get_secret_hash(username, CLIENT_ID, SECRETS[0]) == secret_hash(SECRETS[0], username, CLIENT_ID)


@pytest.mark.parametrize("secret", SECRETS)
def test_either_of_two_active_secrets_explains_the_hash(secret: str) -> None:
    given = secret_hash(secret, "alice", CLIENT_ID)
    verify_secret_hash(given, SECRETS, "alice", CLIENT_ID)
    with pytest.raises(SecretHashError):
        verify_secret_hash(given, [other for other in SECRETS if other != secret], "alice", CLIENT_ID)


@pytest.mark.parametrize("given", ["", "é", "\ud800", secret_hash(SECRETS[0], "alice", CLIENT_ID)[:-1]])
def test_any_other_text_is_refused(given: str) -> None:
    with pytest.raises(SecretHashError):
        verify_secret_hash(given, SECRETS, "alice", CLIENT_ID)


def test_the_hash_holds_for_one_user_and_one_client() -> None:
    given = secret_hash(SECRETS[0], "alice", CLIENT_ID)
    for username, client_id in (("bob", CLIENT_ID), ("alice", "other")):
        with pytest.raises(SecretHashError):
            verify_secret_hash(given, SECRETS, username, client_id)


def test_a_client_without_secret_has_no_valid_hash() -> None:
    with pytest.raises(SecretHashError):
        verify_secret_hash(secret_hash("", "alice", CLIENT_ID), [], "alice", CLIENT_ID)
