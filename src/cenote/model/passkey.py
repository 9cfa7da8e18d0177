"""
Passkeys, and what a person sees them called.

A passkey is bound to one relying party: where the pool's relying party changes, those made before stay listed and sign nobody in.

Source: API_WebAuthnCredentialDescription; Web Authentication Level 3, section 4 "credential record".
"""

from dataclasses import dataclass
from types import MappingProxyType

# The authenticators that most people meet, by the model id that each writes into what it makes.
_MAKERS = MappingProxyType(
    {
        "ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4": "Google Password Manager",
        "adce0002-35bc-c60a-648b-0b25f1f05503": "Chrome on Mac",
        "08987058-cadc-4b81-b6e1-30de50dcbe96": "Windows Hello",
        "9ddd1817-af5a-4672-a2b9-3e3dd95000a9": "Windows Hello",
        "6028b017-b1d4-4c02-b4b3-afcdafc96bb2": "Windows Hello",
        "fbfc3007-154e-4ecc-8c0b-6e020557d7bd": "iCloud Keychain",
        "dd4ec289-e01d-41c9-bb89-70fa845d4bf2": "iCloud Keychain",
        "bada5566-a7aa-401f-bd96-45619a55120d": "1Password",
        "d548826e-79b4-db40-a3d8-11116f7e8349": "Bitwarden",
        "531126d6-e717-415c-9320-3d9aa6981239": "Dashlane",
        "b84e4048-15dc-4dd0-8640-f4f60813c8af": "NordPass",
        "50726f74-6f6e-5061-7373-50726f746f6e": "Proton Pass",
        "0ea242b4-43c4-4a1b-8b17-dd6d0b6baec6": "Keeper",
        "53414d53-554e-4700-0000-000000000000": "Samsung Pass",
    }
)


@dataclass(frozen=True, slots=True)
class Passkey:
    """
    A credential that a user registered.

    *credential_id* and *public_key* (a COSE key) are base64url. *attachment* is "platform", "cross-platform" or None where the client
    did not say. *is_backup_eligible*: it may be on several devices. *sign_count* is the last one that was seen, 0 where it never counts.
    """

    pool_id: str
    credential_id: str
    sub: str
    relying_party: str
    public_key: str
    sign_count: int
    aaguid: str
    friendly_name: str
    attachment: str | None
    transports: tuple[str, ...]
    is_backup_eligible: bool
    created_at_ms: int


def friendly_name_of(*, aaguid: str, attachment: str | None, is_backup_eligible: bool) -> str:
    """What a new passkey is called: by who made it where that is known, else by where it is."""
    maker = _MAKERS.get(aaguid)
    if maker is not None:
        return maker
    if attachment == "cross-platform":
        return "Roaming passkey"
    if attachment == "platform":
        return "Platform passkey"
    return "Synced passkey" if is_backup_eligible else "Passkey"
