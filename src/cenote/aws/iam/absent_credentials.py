"""
What a user of AWS has and nobody has here: MFA devices, SSH keys, signing certificates, passwords, credentials for single services.

Whoever deletes a user asks for all of these first, Terraform's provider among them: there are none, and that is said in AWS's words.
"""

from collections.abc import Mapping
from typing import Any

from cenote.aws.iam import named, paging, people
from cenote.aws.iam.paging import Ending
from cenote.aws.operation import Call, operation
from cenote.base.iam_errors import NoSuchEntityException
from cenote.flows.services import Services
from cenote.model.iam.entity import EntityKind
from cenote.spec.generated import iam


@operation("ListMFADevices", "iam")
def list_mfa_devices(services: Services, call: Call, params: iam.ListMFADevicesRequest) -> iam.ListMFADevicesResponse:
    """The MFA devices of a user who is there: none."""
    _require_user(services, call, params)
    return {"MFADevices": [], **_ending(services, call, params)}


@operation("ListVirtualMFADevices", "iam")
def list_virtual_mfa_devices(
    services: Services, call: Call, params: iam.ListVirtualMFADevicesRequest
) -> iam.ListVirtualMFADevicesResponse:
    """The virtual MFA devices of the account: none."""
    return {"VirtualMFADevices": [], **_ending(services, call, params)}


@operation("ListSSHPublicKeys", "iam")
def list_ssh_public_keys(
    services: Services, call: Call, params: iam.ListSSHPublicKeysRequest
) -> iam.ListSSHPublicKeysResponse:
    """The SSH keys of a user who is there: none."""
    _require_user(services, call, params)
    return {"SSHPublicKeys": [], **_ending(services, call, params)}


@operation("ListSigningCertificates", "iam")
def list_signing_certificates(
    services: Services, call: Call, params: iam.ListSigningCertificatesRequest
) -> iam.ListSigningCertificatesResponse:
    """The signing certificates of a user who is there: none."""
    _require_user(services, call, params)
    return {"Certificates": [], **_ending(services, call, params)}


@operation("ListServiceSpecificCredentials", "iam")
def list_service_specific_credentials(
    services: Services, call: Call, params: iam.ListServiceSpecificCredentialsRequest
) -> iam.ListServiceSpecificCredentialsResponse:
    """The credentials of a user who is there, or of all, for single services: none."""
    if not params.get("AllUsers", False):
        _require_user(services, call, params)
    return {"ServiceSpecificCredentials": [], **_ending(services, call, params)}


@operation("GetLoginProfile", "iam")
def get_login_profile(
    services: Services, call: Call, params: iam.GetLoginProfileRequest
) -> iam.GetLoginProfileResponse:
    """The password of a user: NoSuchEntityException, there is none."""
    raise _no_login_profile(services, call, params)


@operation("DeleteLoginProfile", "iam")
def delete_login_profile(services: Services, call: Call, params: iam.DeleteLoginProfileRequest) -> None:
    """Take a user's password away: NoSuchEntityException, there is none."""
    raise _no_login_profile(services, call, params)


def _ending(services: Services, call: Call, params: Mapping[str, Any]) -> Ending:
    """The end of a list of nothing; a marker is of no such list, and refused."""
    return paging.asked(services, call, params).cut([])[1]


def _require_user(services: Services, call: Call, params: Mapping[str, Any]) -> str:
    """The name of the user who is meant, the caller where none is named; raises NoSuchEntityException when there is no such user."""
    name: str | None = params.get("UserName") or people.caller_name(call)
    if name is None:
        return call.account_id
    with services.database.read() as tx:
        return named.require(tx, call.account_id, EntityKind.USER, name).name


def _no_login_profile(services: Services, call: Call, params: Mapping[str, Any]) -> NoSuchEntityException:
    name = _require_user(services, call, params)
    return NoSuchEntityException(f"Login Profile for User {name} cannot be found.")
