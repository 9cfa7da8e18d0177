"""Credentials that users of AWS have and nobody has here: whoever asks for them is told that there are none."""

from typing import Any

import pytest
from iam_given import ACCOUNT
from refusals import refused

from harness.in_process import InProcess

LISTS = [
    ("list_mfa_devices", "MFADevices"),
    ("list_ssh_public_keys", "SSHPublicKeys"),
    ("list_signing_certificates", "Certificates"),
    ("list_service_specific_credentials", "ServiceSpecificCredentials"),
]
NOBODY = ("NoSuchEntity", "The user with name nobody cannot be found.")


@pytest.fixture
def iam(in_process: InProcess) -> Any:
    return in_process.boto3_client("iam")


@pytest.mark.parametrize(("operation", "member"), LISTS)
def test_a_user_has_none_of_them(iam: Any, operation: str, member: str) -> None:
    iam.create_user(UserName="ada")
    ask = getattr(iam, operation)
    for named in ({}, {"UserName": "ada"}):
        answer = ask(**named)
        assert ([], False) == (answer[member], answer["IsTruncated"])
    assert NOBODY == refused(ask, UserName="nobody")
    assert ("ValidationError", "Invalid Marker.") == refused(ask, UserName="ada", Marker="10")


def test_an_account_has_no_virtual_devices_and_no_credentials_for_single_services(iam: Any) -> None:
    assert [] == iam.list_virtual_mfa_devices(AssignmentStatus="Any")["VirtualMFADevices"]
    assert [] == iam.list_service_specific_credentials(AllUsers=True)["ServiceSpecificCredentials"]


def test_a_user_has_no_password(iam: Any) -> None:
    iam.create_user(UserName="ada")
    for ask in (iam.get_login_profile, iam.delete_login_profile):
        assert ("NoSuchEntity", "Login Profile for User ada cannot be found.") == refused(ask, UserName="ada")
        assert ("NoSuchEntity", f"Login Profile for User {ACCOUNT} cannot be found.") == refused(ask)
        assert NOBODY == refused(ask, UserName="nobody")
