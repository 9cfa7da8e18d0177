"""
ConfirmDevice, GetDevice, ListDevices, UpdateDeviceStatus, ForgetDevice and their admin twins.

Users are shown the devices that count; administrators are shown all. Source: the API pages of these names; AWS's own integration tests of
its Android SDK, in which GetDevice and ListDevices do not know a device that is not remembered.
"""

from cenote.aws import page_tokens
from cenote.aws.idp import present
from cenote.aws.operation import Call, operation
from cenote.base import ids
from cenote.base.errors import InvalidParameterException, ResourceNotFoundException
from cenote.flows import devices, users
from cenote.flows.services import Services
from cenote.model.device import Device
from cenote.model.pool import Pool
from cenote.model.user import User
from cenote.spec.generated.cognito_idp import (
    AdminForgetDeviceRequest,
    AdminGetDeviceRequest,
    AdminGetDeviceResponse,
    AdminListDevicesRequest,
    AdminListDevicesResponse,
    AdminUpdateDeviceStatusRequest,
    AdminUpdateDeviceStatusResponse,
    ConfirmDeviceRequest,
    ConfirmDeviceResponse,
    DeviceType,
    ForgetDeviceRequest,
    GetDeviceRequest,
    GetDeviceResponse,
    ListDevicesRequest,
    ListDevicesResponse,
    UpdateDeviceStatusRequest,
    UpdateDeviceStatusResponse,
)
from cenote.storage import devices as device_rows


@operation("ConfirmDevice")
def confirm_device(services: Services, call: Call, params: ConfirmDeviceRequest) -> ConfirmDeviceResponse:
    """Keep the device that the access token was issued to."""
    verifier = params.get("DeviceSecretVerifierConfig")
    if verifier is None:
        raise InvalidParameterException("Missing required parameter DeviceSecretVerifierConfig")
    device = devices.confirm(
        services,
        call.require_subject(),
        params["DeviceKey"],
        password_verifier=verifier.get("PasswordVerifier", ""),
        salt=verifier.get("Salt", ""),
        name=params.get("DeviceName"),
        source_ip=call.source_ip,
        user_agent=call.user_agent,
    )
    return {"UserConfirmationNecessary": not device.is_remembered}


@operation("GetDevice", is_quick=True)
def get_device(services: Services, call: Call, params: GetDeviceRequest) -> GetDeviceResponse:
    """One of the user's own devices that are remembered."""
    subject = call.require_subject()
    devices.require_tracking(subject.pool)
    with services.database.glance() as tx:
        device = devices.remembered(tx, subject.pool, subject.user.sub, params["DeviceKey"])
    if device is None:
        raise devices.no_such_device()
    return {"Device": _device_type(subject.pool, subject.user, device)}


@operation("ListDevices")
def list_devices(services: Services, call: Call, params: ListDevicesRequest) -> ListDevicesResponse:
    """The user's own devices that are remembered, by key."""
    subject = call.require_subject()
    limit, token = params.get("Limit", 0), params.get("PaginationToken")
    return _page(services, call, subject.pool, subject.user, limit, token, only_remembered=True)


@operation("UpdateDeviceStatus")
def update_device_status(
    services: Services, call: Call, params: UpdateDeviceStatusRequest
) -> UpdateDeviceStatusResponse:
    """Let one of the user's own devices count, or no longer."""
    subject = call.require_subject()
    devices.set_status(services, subject.pool, subject.user, params["DeviceKey"], params.get("DeviceRememberedStatus"))
    return {}


@operation("ForgetDevice")
def forget_device(services: Services, call: Call, params: ForgetDeviceRequest) -> None:
    """Delete one of the user's own devices."""
    subject = call.require_subject()
    devices.forget(services, subject.pool, subject.user, params["DeviceKey"])


@operation("AdminGetDevice", is_quick=True)
def admin_get_device(services: Services, call: Call, params: AdminGetDeviceRequest) -> AdminGetDeviceResponse:
    """A user's device."""
    pool = call.require_pool(services, params["UserPoolId"])
    devices.require_tracking(pool)
    user = _require_declared(services, pool, params["Username"])
    with services.database.glance() as tx:
        device = devices.get(tx, pool, user.sub, params["DeviceKey"])
    if device is None:
        raise devices.no_such_device()
    return {"Device": _device_type(pool, user, device)}


@operation("AdminListDevices")
def admin_list_devices(services: Services, call: Call, params: AdminListDevicesRequest) -> AdminListDevicesResponse:
    """A user's devices by key."""
    pool = call.require_pool(services, params["UserPoolId"])
    devices.require_tracking(pool)
    user = _require_declared(services, pool, params["Username"])
    return _page(services, call, pool, user, params.get("Limit", 0), params.get("PaginationToken"))


@operation("AdminUpdateDeviceStatus")
def admin_update_device_status(
    services: Services, call: Call, params: AdminUpdateDeviceStatusRequest
) -> AdminUpdateDeviceStatusResponse:
    """Let a user's device count, or no longer."""
    pool = call.require_pool(services, params["UserPoolId"])
    user = _require(services, pool, params["Username"])
    devices.set_status(services, pool, user, params["DeviceKey"], params.get("DeviceRememberedStatus"))
    return {}


@operation("AdminForgetDevice")
def admin_forget_device(services: Services, call: Call, params: AdminForgetDeviceRequest) -> None:
    """Delete a user's device."""
    pool = call.require_pool(services, params["UserPoolId"])
    devices.forget(services, pool, _require(services, pool, params["Username"]), params["DeviceKey"])


def _page(
    services: Services,
    call: Call,
    pool: Pool,
    user: User,
    limit: int,
    token: str | None,
    *,
    only_remembered: bool = False,
) -> AdminListDevicesResponse:
    """A page of devices; a limit of 0 is the greatest, as none is."""
    devices.require_tracking(pool)
    limit = limit or page_tokens.MAX_PAGE
    query = {"pool": pool.pool_id, "sub": user.sub}
    after = page_tokens.verify(services, call, query, token)
    with services.database.read() as tx:
        found = device_rows.page(
            tx, pool.pool_id, user.sub, after=after, limit=limit + 1, only_remembered=only_remembered
        )
    response: AdminListDevicesResponse = {"Devices": [_device_type(pool, user, each) for each in found[:limit]]}
    if len(found) > limit:
        response["PaginationToken"] = page_tokens.issue(services, call, query, found[limit - 1].device_key)
    return response


def _device_type(pool: Pool, user: User, device: Device) -> DeviceType:
    owner = f"{user.username}.{pool.pool_id}"
    attributes = {
        "device_status": "valid",
        **({"device_name": device.name} if device.name is not None else {}),
        "dev:device_arn": ids.device_arn(pool.region, pool.account_id, owner, device.device_key),
        "dev:device_owner": owner,
        "last_ip_used": device.last_ip,
        "dev:device_remembered_status": device.status.value,
        "dev:device_sdk": device.sdk,
    }
    return {
        "DeviceKey": device.device_key,
        "DeviceAttributes": [{"Name": name, "Value": value} for name, value in attributes.items()],
        "DeviceCreateDate": present.seconds(device.created_at_ms),
        "DeviceLastModifiedDate": present.seconds(device.modified_at_ms),
        # AWS gives this one in whole seconds.
        "DeviceLastAuthenticatedDate": float(device.authenticated_at_ms // 1000),
    }


def _require(services: Services, pool: Pool, username: str) -> User:
    with services.database.glance() as tx:
        return users.require(services, tx, pool, username)


def _require_declared(services: Services, pool: Pool, username: str) -> User:
    """As `_require`, for operations that declare no UserNotFoundException."""
    with services.database.glance() as tx:
        user = users.find(services, tx, pool, username)
    if user is None:
        raise ResourceNotFoundException(users.NO_SUCH_USER)
    return user
