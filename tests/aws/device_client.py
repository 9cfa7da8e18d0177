"""pycognito's own device client, driven one step at a time: what it confirms a device with, and how the device proves itself."""

from dataclasses import dataclass
from typing import Any

from pycognito.aws_srp import AWSSRP, generate_hash_device

from harness.people import PASSWORD, Pool

# DeviceConfiguration of a pool in which a device that is confirmed is remembered, and stands for a second factor.
ALWAYS = {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": False}


@dataclass(frozen=True)
class Device:
    """What a client keeps of a device, and the verifier that it sends once."""

    key: str
    group_key: str
    password: str
    verifier: dict[str, str]


def device_of(tokens: dict[str, Any]) -> Device:
    """The device that an AuthenticationResult makes known."""
    metadata = tokens["NewDeviceMetadata"]
    password, verifier = generate_hash_device(metadata["DeviceGroupKey"], metadata["DeviceKey"])
    return Device(metadata["DeviceKey"], metadata["DeviceGroupKey"], password, verifier)


def confirm(pool: Pool, tokens: dict[str, Any], device: Device, name: str = "laptop") -> dict[str, Any]:
    """Confirm a device; the answer."""
    answer: dict[str, Any] = pool.endpoint.anonymous.confirm_device(
        AccessToken=tokens["AccessToken"],
        DeviceKey=device.key,
        DeviceSecretVerifierConfig=device.verifier,
        DeviceName=name,
    )
    return answer


def begin(pool: Pool, device: Device | None = None, username: str = "ada", **parameters: str) -> dict[str, Any]:
    """The answer to a sign-in by password that names the device."""
    named = {"DEVICE_KEY": device.key} if device else {}
    answer: dict[str, Any] = pool.endpoint.anonymous.initiate_auth(
        ClientId=pool.client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": username, "PASSWORD": PASSWORD, **named, **parameters},
    )
    return answer


def confirmed(pool: Pool, username: str = "ada") -> tuple[dict[str, Any], Device]:
    """A sign-in from a device that was confirmed: its tokens and the device."""
    tokens = begin(pool, username=username)["AuthenticationResult"]
    device = device_of(tokens)
    confirm(pool, tokens, device)
    return tokens, device


def refresh(pool: Pool, tokens: dict[str, Any], **parameters: str) -> dict[str, Any]:
    """Refresh a sign-in; the AuthenticationResult."""
    answer: dict[str, Any] = pool.endpoint.anonymous.initiate_auth(
        ClientId=pool.client_id,
        AuthFlow="REFRESH_TOKEN_AUTH",
        AuthParameters={"REFRESH_TOKEN": tokens["RefreshToken"], **parameters},
    )["AuthenticationResult"]
    return answer


class DeviceClient:
    """The two rounds in which a device proves itself; *with_session* is how most clients do it, pycognito sends none."""

    def __init__(self, pool: Pool, device: Device, *, username: str = "ada", with_session: bool = True) -> None:
        self.pool = pool
        self.device = device
        self.username = username
        self._with_session = with_session
        self.srp = AWSSRP(
            username=username,
            password=PASSWORD,
            pool_id=pool.id,
            client_id=pool.client_id,
            client=pool.endpoint.anonymous,
            device_key=device.key,
            device_group_key=device.group_key,
            device_password=device.password,
        )

    def public(self, asked: dict[str, Any]) -> dict[str, Any]:
        """The answer to SRP_A."""
        given = {"USERNAME": self.username, "SRP_A": f"{self.srp.large_a_value:x}", "DEVICE_KEY": self.device.key}
        return self.respond("DEVICE_SRP_AUTH", given, asked)

    def claim(self, asked: dict[str, Any]) -> dict[str, str]:
        """What DEVICE_PASSWORD_VERIFIER is answered with."""
        responses: dict[str, str] = self.srp.process_device_challenge(asked["ChallengeParameters"])
        return responses

    def finish(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Both rounds; the AuthenticationResult."""
        verifier = self.public(asked)
        answer = self.respond("DEVICE_PASSWORD_VERIFIER", self.claim(verifier), verifier)
        result: dict[str, Any] = answer["AuthenticationResult"]
        return result

    def respond(self, name: str, given: dict[str, str], asked: dict[str, Any]) -> dict[str, Any]:
        """Answer a challenge."""
        session = {"Session": asked["Session"]} if self._with_session else {}
        answer: dict[str, Any] = self.pool.endpoint.anonymous.respond_to_auth_challenge(
            ClientId=self.pool.client_id, ChallengeName=name, ChallengeResponses=given, **session
        )
        return answer
