"""
Identifiers in the forms of AWS's own, and how they are masked when shown.

Random parts come from the operating system's generator, so an identifier may be handed to anyone but never guessed.
"""

import base64
import functools
import itertools
import os
import re
import secrets
import string

_ALNUM = string.ascii_letters + string.digits
_LOWER_ALNUM = string.ascii_lowercase + string.digits
_SECRET_KEY_ALPHABET = _ALNUM + "+/"
# As UserPoolIdType has it, and IdentityPoolId.
MAX_POOL_ID_LENGTH = 55
_POOL_ID = re.compile(r"[\w-]+_[0-9a-zA-Z]+", re.ASCII)
_IDENTITY_ID = re.compile(r"[\w-]+:[0-9a-f-]+", re.ASCII)
_REGION = re.compile(r"[a-z]{2,4}(?:-[a-z]+)+-[0-9]{1,2}")
_POOL_NAME_CHARS = 9
_CLIENT_ID_CHARS = 26
# 36**52 is more than 2**268.
_CLIENT_SECRET_CHARS = 52
_ACCESS_KEY_BYTES = 10
TEMPORARY_KEY_PREFIX = "ASIA"
# Where AWS has it too: 40 bits after the first one.
_ACCOUNT_BITS = (1 << 40) - 1
_ACCOUNT_SHIFT = 39
_SECRET_KEY_CHARS = 40
_SESSION_CHARS = 25
_PHONE_SHOWN = 4
_counter = itertools.count()


def new_pool_id(region: str) -> str:
    """Draw a user pool id: `us-east-1_` and nine letters and digits."""
    return f"{region}_{_draw(_ALNUM, _POOL_NAME_CHARS)}"


def new_identity_id(region: str) -> str:
    """Draw the id of an identity pool or of an identity: `us-east-1:` and a random UUID."""
    return f"{region}:{_uuid4()}"


def is_identity_id(text: str) -> bool:
    """Whether *text* has the form of an identity pool's id or an identity's, drawn here or chosen by somebody."""
    return len(text) <= MAX_POOL_ID_LENGTH and _IDENTITY_ID.fullmatch(text) is not None


def is_region(text: str) -> bool:
    """Whether *text* has the form of a Region's name: `us-east-1`, `eusc-de-east-1`."""
    return _REGION.fullmatch(text) is not None


def is_pool_id(text: str) -> bool:
    """Whether *text* has the form of a user pool id, drawn here or chosen by somebody."""
    return len(text) <= MAX_POOL_ID_LENGTH and _POOL_ID.fullmatch(text) is not None


def new_client_id() -> str:
    """Draw an app client id: 26 lower-case letters and digits."""
    return _draw(_LOWER_ALNUM, _CLIENT_ID_CHARS)


def new_client_secret() -> str:
    """Draw an app client secret: 52 lower-case letters and digits, 268 bits."""
    return _draw(_LOWER_ALNUM, _CLIENT_SECRET_CHARS)


def new_sub() -> str:
    """Draw a user's `sub`: a random UUID."""
    return _uuid4()


def new_sub_of(number: int, total: int) -> str:
    """
    Draw the `sub` of one of *total* users who are made together; *number* counts from 0.

    A random UUID but for its first 32 bits, which lie in the number-th part of their range. So the rows of those who are written one after
    the other lie beside each other in every index, and a disk writes a fifth of what it would. Who sees two such subs can tell which user
    came first, as the date of creation does.
    """
    first = (number * 2**32 + secrets.randbelow(2**32)) // max(total, number + 1)
    return f"{first:08x}{_uuid4()[8:]}"


def new_jti() -> str:
    """Draw a token's `jti`, `origin_jti` or `event_id`: a random UUID."""
    return _uuid4()


def new_session_id(prefix: str) -> str:
    """Draw the id of a tracked session: *prefix* ("tkn" or "sso") and 25 characters of a-z and 0-9, 129 bits."""
    return prefix + _draw(_LOWER_ALNUM, _SESSION_CHARS)


def new_resource_id() -> str:
    """Draw the id of what a pool has several of (a branding style, a terms document, an image): a random UUID."""
    return _uuid4()


def new_ordered_id(now_ms: int) -> str:
    """A UUID version 7 (RFC 9562, section 5.7): ids of one process sort by time, those of one millisecond by their order."""
    counter = next(_counter) & 0xFFF
    number = (now_ms & 0xFFFF_FFFF_FFFF) << 80 | 7 << 76 | counter << 64 | 2 << 62 | secrets.randbits(62)
    text = f"{number:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def new_authorization_code() -> str:
    """Draw an authorization code: a random UUID, 122 bits."""
    return _uuid4()


def new_request_id() -> str:
    """Draw the id under which a request is answered and logged: a random UUID."""
    return _uuid4()


def new_access_key_id() -> str:
    """Draw an access key id: `AKIA` and 16 upper-case base32 characters."""
    return "AKIA" + base64.b32encode(os.urandom(_ACCESS_KEY_BYTES)).decode()


def new_temporary_key_id(account_id: str) -> str:
    """Draw the id of a temporary access key: `ASIA` and 16 base32 characters that hold the account's number and 40 random bits."""
    number = int.from_bytes(os.urandom(_ACCESS_KEY_BYTES), "big") & ~(_ACCOUNT_BITS << _ACCOUNT_SHIFT)
    held = (number | int(account_id) << _ACCOUNT_SHIFT).to_bytes(_ACCESS_KEY_BYTES, "big")
    return TEMPORARY_KEY_PREFIX + base64.b32encode(held).decode()


def account_of_temporary_key(access_key_id: str) -> str:
    """The account that `new_temporary_key_id` put into an id; ValueError for one that is none of these."""
    held = base64.b32decode(access_key_id.removeprefix(TEMPORARY_KEY_PREFIX))
    if len(held) != _ACCESS_KEY_BYTES or not access_key_id.startswith(TEMPORARY_KEY_PREFIX):
        raise ValueError("not the id of a temporary access key")
    return f"{int.from_bytes(held, 'big') >> _ACCOUNT_SHIFT & _ACCOUNT_BITS:012d}"


def new_secret_access_key() -> str:
    """Draw a secret access key: 40 characters of base64's alphabet, 240 bits."""
    return _draw(_SECRET_KEY_ALPHABET, _SECRET_KEY_CHARS)


def pool_arn(region: str, account_id: str, pool_id: str) -> str:
    """Name a user pool for IAM."""
    return f"arn:aws:cognito-idp:{region}:{account_id}:userpool/{pool_id}"


def device_arn(region: str, account_id: str, owner: str, device_key: str) -> str:
    """Name a device; *owner* is the user name, a dot and the pool's id."""
    return f"arn:aws:cognito-idp:{region}:{account_id}:owner/{owner}/device/{device_key}"


def region_of_pool(pool_id: str) -> str:
    """Take the region out of a pool id; ValueError for an id without `_`."""
    return _halves(pool_id)[0]


def pool_name_of(pool_id: str) -> str:
    """
    Take the part of a pool id after its `_`, which SRP hashes; ValueError for an id without `_`.

    Of an id with several, that is the part between the first two, as Amplify and pycognito take it.
    """
    return _halves(pool_id)[1]


def mask_email(email: str) -> str:
    """Mask an address as CodeDeliveryDetails shows it: `j***@g***`."""
    local, _, domain = email.partition("@")
    return f"{local[:1]}***@{domain[:1]}***"


def mask_phone(phone_number: str) -> str:
    """Mask an E.164 number as CodeDeliveryDetails shows it: `+*******9934`; one too short for that is hidden whole."""
    digits = phone_number.removeprefix("+")
    hidden = len(digits) - _PHONE_SHOWN if len(digits) > _PHONE_SHOWN else len(digits)
    return "+" + "*" * hidden + digits[hidden:]


def _draw(alphabet: str, length: int) -> str:
    table, refused = _drawing(alphabet)
    drawn = ""
    while len(drawn) < length:
        # Several times as fast as a choice for each character, and as even: a byte that would favour some is not taken.
        drawn += os.urandom(2 * length).translate(table, refused).decode()
    return drawn[:length]


@functools.cache
def _drawing(alphabet: str) -> tuple[bytes, bytes]:
    """What each byte stands for in *alphabet*, and the bytes that stand for nothing."""
    most = 256 - 256 % len(alphabet)
    return bytes(ord(alphabet[byte % len(alphabet)]) for byte in range(256)), bytes(range(most, 256))


def _halves(pool_id: str) -> tuple[str, str]:
    parts = pool_id.split("_")
    if len(parts) == 1:
        raise ValueError("a pool id has an underscore")
    return parts[0], parts[1]


def _uuid4() -> str:
    # The uuid module takes three times as long for the same text; every request and token draws several.
    text = os.urandom(16).hex()
    variant = "89ab"[int(text[16], 16) & 3]
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-{variant}{text[17:20]}-{text[20:]}"
