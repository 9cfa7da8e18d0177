"""
Encrypted assertions: opened with the provider's own key.

AES in CBC or GCM mode under a key that RSA-OAEP carries. RSAES-PKCS1-v1_5 is not taken, nor does any refusal say what was wrong: CBC has no
integrity of its own, and whoever could tell a bad padding from a bad document could read what it hides.

Source: XML Encryption 1.1, sections 5.2 and 5.5; SAML 2.0 Core, section 2.3.4.
"""

import base64
import binascii

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, SHA384, SHA512, HashAlgorithm

from cenote.federation.errors import FederationError
from cenote.federation.saml.names import DS, XENC, XENC11
from cenote.federation.saml.signatures import private_key_of
from cenote.federation.saml.xml import Element

UNREADABLE = "its encrypted assertion cannot be read"
_DATA = f"{{{XENC}}}EncryptedData"
_KEY = f"{{{XENC}}}EncryptedKey"
_METHOD = f"{{{XENC}}}EncryptionMethod"
_VALUE = f"{{{XENC}}}CipherData/{{{XENC}}}CipherValue"
_CBC = {f"{XENC}aes128-cbc": 16, f"{XENC}aes192-cbc": 24, f"{XENC}aes256-cbc": 32}
_GCM = {f"{XENC11}aes128-gcm": 16, f"{XENC11}aes192-gcm": 24, f"{XENC11}aes256-gcm": 32}
_OAEP_MGF1P, _OAEP = f"{XENC}rsa-oaep-mgf1p", f"{XENC11}rsa-oaep"
_BLOCK = 16
_NONCE = 12
_SHA1 = SHA1()  # noqa: S303 - inside OAEP and MGF1, where nobody can make use of a collision
_DIGESTS: dict[str, HashAlgorithm] = {
    f"{DS}sha1": _SHA1,
    f"{XENC}sha256": SHA256(),
    "http://www.w3.org/2001/04/xmldsig-more#sha384": SHA384(),
    f"{XENC}sha512": SHA512(),
}
_MASKS: dict[str, HashAlgorithm] = {
    f"{XENC11}mgf1sha1": _SHA1,
    f"{XENC11}mgf1sha256": SHA256(),
    f"{XENC11}mgf1sha384": SHA384(),
    f"{XENC11}mgf1sha512": SHA512(),
}


def decrypt(encrypted: Element, key_der: bytes) -> bytes:
    """
    What lies in an EncryptedAssertion, opened with the RSA key *key_der* (PKCS #8): not verified in any way.

    Raises:
        FederationError: it cannot be opened, or is encrypted otherwise.
    """
    try:
        data, carried = _parts_of(encrypted)
        algorithm = _algorithm_of(data)
        key = _key_of(carried, key_der)
        if algorithm in _GCM:
            return _from_gcm(key, _cipher_value(data), _GCM[algorithm])
        return _from_cbc(key, _cipher_value(data), _CBC[algorithm])
    except (ValueError, KeyError, binascii.Error, InvalidTag) as error:
        raise FederationError(UNREADABLE, f"{UNREADABLE}: {type(error).__name__}: {error}") from None


def _parts_of(encrypted: Element) -> tuple[Element, Element]:
    """The data and the one key that goes with them, inside of the data's KeyInfo or beside the data."""
    data, keys = encrypted.findall(_DATA), list(encrypted.iter(_KEY))
    if len(data) != 1 or len(keys) != 1:
        raise ValueError("not exactly one EncryptedData with one EncryptedKey")
    return data[0], keys[0]


def _algorithm_of(element: Element) -> str:
    method = element.find(_METHOD)
    return "" if method is None else method.get("Algorithm", "")


def _cipher_value(element: Element) -> bytes:
    value = element.find(_VALUE)
    if value is None or len(value):
        raise ValueError("no CipherValue")
    return base64.b64decode("".join((value.text or "").split()), validate=True)


def _key_of(carried: Element, key_der: bytes) -> bytes:
    return private_key_of(key_der).decrypt(_cipher_value(carried), _padding_of(carried))


def _padding_of(carried: Element) -> OAEP:
    algorithm = _algorithm_of(carried)
    if algorithm not in {_OAEP_MGF1P, _OAEP}:
        raise ValueError(f"key transport {algorithm[:128]}")
    digest = carried.find(f"{_METHOD}/{{{DS}}}DigestMethod")
    mask = carried.find(f"{_METHOD}/{{{XENC11}}}MGF") if algorithm == _OAEP else None
    label = carried.find(f"{_METHOD}/{{{XENC}}}OAEPparams")
    return OAEP(
        mgf=MGF1(_SHA1 if mask is None else _MASKS[mask.get("Algorithm", "")]),
        algorithm=_SHA1 if digest is None else _DIGESTS[digest.get("Algorithm", "")],
        label=None if label is None else base64.b64decode(label.text or "", validate=True),
    )


def _from_gcm(key: bytes, value: bytes, size: int) -> bytes:
    if len(key) != size:
        raise ValueError("a key of another length")
    return AESGCM(key).decrypt(value[:_NONCE], value[_NONCE:], None)


def _from_cbc(key: bytes, value: bytes, size: int) -> bytes:
    if len(key) != size or len(value) < 2 * _BLOCK or len(value) % _BLOCK:
        raise ValueError("a key or data of another length")
    opener = Cipher(AES(key), CBC(value[:_BLOCK])).decryptor()
    plain = opener.update(value[_BLOCK:]) + opener.finalize()
    # The last byte alone counts: what is before it is arbitrary (section 5.2.1 of XML Encryption).
    if not 1 <= plain[-1] <= _BLOCK:
        raise ValueError("no padding")
    return plain[: -plain[-1]]
