"""
Devices of users: given a name at a sign-in, confirmed by the client, remembered, forgotten.

    a sign-in without a known device ──► new_metadata: a key and a group key; nothing is written, the access token carries the key
    ConfirmDevice ──► confirm: a row with the verifier of the device's own password
    a sign-in with DEVICE_KEY ──► stands_for_mfa ──► flows.factors.device instead of a second factor
    ForgetDevice ──► forget: the row is gone, its refresh tokens are refused (flows.refresh.verify_device)

AWS documents no number of devices that a user may have. Here the quota `devices_per_user` keeps a client that confirms one at every
sign-in from filling the database: one more and the device that was not signed in with for the longest time is forgotten.

Source: developer guide "Working with user devices in your user pool"; API_ConfirmDevice, API_ForgetDevice.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import replace

from cenote.base import ids
from cenote.base.errors import (
    DeviceKeyExistsException,
    InvalidParameterException,
    InvalidUserPoolConfigurationException,
    ResourceNotFoundException,
    UserNotFoundException,
)
from cenote.crypto import device_verifier, passwords
from cenote.crypto.codes import code_digest
from cenote.crypto.errors import SrpError
from cenote.flows.attempt import Attempt
from cenote.flows.services import Services
from cenote.flows.subject import Subject
from cenote.flows.users import NO_SUCH_USER
from cenote.model.device import Device, DeviceStatus, asks_user, is_device_key, replaces_mfa, tracks_devices
from cenote.model.pool import Pool
from cenote.model.user import User
from cenote.storage import challenges, devices, pools
from cenote.storage import users as user_rows
from cenote.storage.database import Tx

NO_SUCH_DEVICE = "Device does not exist."
_GROUP_KEY_CHARS = 8
_ALPHABET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_SIGN_IN_ID_BYTES = 16
# An access token names its device for a day at most (AccessTokenValidity).
_LONGEST_ACCESS_TOKEN_MS = 24 * 60 * 60 * 1000
_SDK = re.compile(r"aws-sdk-[\w.-]+", re.ASCII)
_UNKNOWN_SDK = "aws-sdk-unknown-unknown"


def no_such_device() -> ResourceNotFoundException:
    """The fault whose text makes clients forget the device key that they keep and sign in without it."""
    return ResourceNotFoundException(NO_SUCH_DEVICE)


def require_tracking(pool: Pool) -> None:
    """Refuse what is about devices in a pool that knows none; InvalidUserPoolConfigurationException."""
    if not tracks_devices(pool):
        raise InvalidUserPoolConfigurationException("User pool is not configured for device tracking.")


def new_metadata(services: Services, pool: Pool, user: User) -> tuple[str, str]:
    """A key for the device that a sign-in came from and the group key that belongs to it; nothing is written."""
    device_key = f"{pool.region}_{ids.new_resource_id()}"
    return device_key, group_key_of(services, user, device_key)


def group_key_of(services: Services, user: User, device_key: str) -> str:
    """The group key of a device before it is confirmed: the same each time it is asked for."""
    digest = code_digest(services.keys.derived("device group keys"), f"{user.pool_id}\n{user.sub}", device_key)
    return "-" + "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in digest[:_GROUP_KEY_CHARS])


def get(tx: Tx, pool: Pool, sub: str, device_key: str | None) -> Device | None:
    """The user's confirmed device of that key, in a pool that tracks devices; *device_key* may be any text."""
    # What a sign-in says is any text; nothing but a key may reach the database.
    if device_key is None or not tracks_devices(pool) or not is_device_key(device_key):
        return None
    return devices.get(tx, pool.pool_id, sub, device_key)


def remembered(tx: Tx, pool: Pool, sub: str, device_key: str | None) -> Device | None:
    """As `get`, where the user wants the device to count."""
    device = get(tx, pool, sub, device_key)
    return device if device is not None and device.is_remembered else None


def stands_for_mfa(tx: Tx, pool: Pool, sub: str, device_key: str) -> bool:
    """Whether the device may stand for a second factor once it has proved itself."""
    return replaces_mfa(pool) and remembered(tx, pool, sub, device_key) is not None


def known_key(services: Services, pool: Pool, sub: str, device_key: str | None) -> str | None:
    """*device_key* where it is that of a confirmed device of the user, remembered or not."""
    if not device_key or not tracks_devices(pool):
        return None
    with services.database.glance() as tx:
        return device_key if get(tx, pool, sub, device_key) is not None else None


def require_known(services: Services, pool: Pool, user: User | None, device_key: str | None) -> None:
    """
    Refuse a sign-in that names a device that is none of the user's, as long as nothing is judged and nothing used up.

    A name that belongs to nobody has no devices. Clients answer the same challenge once more, without the key.

    Raises:
        ResourceNotFoundException: there is no such device.
    """
    if not device_key or not tracks_devices(pool):
        return
    if user is None or known_key(services, pool, user.sub, device_key) is None:
        raise no_such_device()


def sign_in_id(services: Services, attempt: Attempt, sub: str, device_key: str) -> bytes:
    """The id of the rounds in which a device proves itself, by which they are found where a client sends no session."""
    whose = f"{attempt.pool.pool_id}\n{attempt.client.client_id}\n{sub}"
    return code_digest(services.keys.derived("device rounds"), whose, device_key)[:_SIGN_IN_ID_BYTES]


def used(services: Services, attempt: Attempt, sub: str, device_key: str, *, as_proof: bool) -> Callable[[Tx], None]:
    """
    What a sign-in from a known device writes: when and from where.

    *as_proof*: the sign-in rests on the device, which has to be there and to be remembered still; ResourceNotFoundException.
    """
    now_ms = services.clock.now_ms()

    def write(tx: Tx) -> None:
        device = get(tx, attempt.pool, sub, device_key)
        if as_proof and (device is None or not device.is_remembered):
            raise no_such_device()
        if device is None:
            return
        there = devices.touch(tx, replace(device, last_ip=attempt.origin.source_ip), now_ms)
        if as_proof and not there:
            raise no_such_device()

    return write


def confirm(
    services: Services,
    subject: Subject,
    device_key: str,
    *,
    password_verifier: str,
    salt: str,
    name: str | None,
    source_ip: str,
    user_agent: str,
) -> Device:
    """
    Keep the device that the access token of *subject* was issued to.

    Raises:
        InvalidUserPoolConfigurationException: the pool tracks no devices.
        InvalidParameterException: the token is another device's, or the verifier is none.
        DeviceKeyExistsException: it was confirmed before.
        ResourceNotFoundException: it was confirmed and forgotten.
    """
    pool, user = subject.pool, subject.user
    require_tracking(pool)
    if subject.claims.get("device_key") != device_key:
        raise InvalidParameterException("Invalid device key given.")
    try:
        record = device_verifier.read(password_verifier, salt)
    except SrpError as error:
        raise InvalidParameterException("Invalid device secret verifier config given.", cause=str(error)) from None
    now_ms = services.clock.now_ms()
    device = Device(
        pool_id=pool.pool_id,
        sub=user.sub,
        device_key=device_key,
        group_key=group_key_of(services, user, device_key),
        sealed_verifier=services.keys.seal(passwords.encode(record), _context(pool.pool_id, user.sub, device_key)),
        status=DeviceStatus.NOT_REMEMBERED if asks_user(pool) else DeviceStatus.REMEMBERED,
        name=name,
        last_ip=source_ip,
        sdk=_sdk_of(user_agent),
        created_at_ms=now_ms,
        modified_at_ms=now_ms,
        authenticated_at_ms=now_ms,
    )
    services.database.write("confirm device", lambda tx: _insert(services, tx, device))
    return device


def record_of(services: Services, device: Device) -> passwords.SrpRecord:
    """The salt and verifier of a device's password, opened."""
    record = passwords.decode(
        services.keys.open(device.sealed_verifier, _context(device.pool_id, device.sub, device.device_key))
    )
    if not isinstance(record, passwords.SrpRecord):
        raise TypeError("a device is kept with a verifier")
    return record


def set_status(services: Services, pool: Pool, user: User, device_key: str, status: str | None) -> None:
    """
    Let a device count, or no longer.

    Raises:
        InvalidUserPoolConfigurationException, ResourceNotFoundException: the pool tracks no devices; the user has none of that key.
        InvalidParameterException: *status* is missing.
    """
    require_tracking(pool)
    if status is None:
        raise InvalidParameterException("Missing required parameter DeviceRememberedStatus")
    chosen, now_ms = DeviceStatus(status), services.clock.now_ms()
    found = services.database.write(
        "update device status",
        lambda tx: devices.set_status(tx, pool.pool_id, user.sub, device_key, chosen, now_ms),
    )
    if not found:
        raise no_such_device()


def forget(services: Services, pool: Pool, user: User, device_key: str) -> None:
    """
    Delete a device. Access tokens that were issued to it last until their end; its refresh tokens are refused from now on.

    Raises:
        InvalidUserPoolConfigurationException, ResourceNotFoundException: the pool tracks no devices; the user has none of that key.
    """
    require_tracking(pool)
    if not services.database.write(
        "forget device", lambda tx: _delete(services, tx, pool.pool_id, user.sub, device_key)
    ):
        raise no_such_device()


def _insert(services: Services, tx: Tx, device: Device) -> None:
    # Whoever deletes the pool or the user waits, or has come first and is seen.
    pools.hold(tx, device.pool_id)
    if user_rows.hold(tx, device.pool_id, device.sub) is None:
        raise UserNotFoundException(NO_SUCH_USER)
    if challenges.is_spent(tx, _forgotten(device.pool_id, device.sub, device.device_key)):
        raise no_such_device()
    if not devices.insert_device(tx, device):
        raise DeviceKeyExistsException("Device already exists.")
    excess = devices.count(tx, device.pool_id, device.sub) - services.settings.quotas.devices_per_user
    for key in devices.longest_unused(tx, device.pool_id, device.sub, max(excess, 0)):
        _delete(services, tx, device.pool_id, device.sub, key)


def _delete(services: Services, tx: Tx, pool_id: str, sub: str, device_key: str) -> bool:
    # An access token that is still out must not bring the device back, and with it its refresh tokens.
    until_ms = services.clock.now_ms() + _LONGEST_ACCESS_TOKEN_MS
    if not devices.delete_device(tx, pool_id, sub, device_key):
        return False
    challenges.spend(tx, _forgotten(pool_id, sub, device_key), until_ms)
    return True


def _forgotten(pool_id: str, sub: str, device_key: str) -> bytes:
    return hashlib.sha256(f"forgotten device\n{pool_id}\n{sub}\n{device_key}".encode()).digest()


def _sdk_of(user_agent: str) -> str:
    found = _SDK.search(user_agent)
    return found.group() if found else _UNKNOWN_SDK


def _context(pool_id: str, sub: str, device_key: str) -> str:
    return f"device:{pool_id}:{sub}:{device_key}"
