"""
What we show a provider's token endpoint to be who we are: the client secret, or for Apple a token that we sign.

Sources: RFC 6749, section 2.3.1; Apple, "Creating a client secret".
"""

import base64
import binascii
import json

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import load_der_private_key
from joserfc import jws
from joserfc.jwk import ECKey

from cenote.federation.errors import SignInRefusedError
from cenote.federation.oidc.provider import Provider

# Apple takes half a year at most; ours is for one call.
_LIFETIME_S = 300


def client_secret_of(provider: Provider, now_s: int) -> str | None:
    """
    The `client_secret` for a token call at *now_s*; None of a public client.

    Raises:
        SignInRefusedError: Apple's private key is none.
    """
    if provider.provider_type != "SignInWithApple":
        return provider.secrets.get("client_secret")
    details = provider.details
    claims = {
        "iss": details["team_id"],
        "iat": now_s,
        "exp": now_s + _LIFETIME_S,
        "aud": details["oidc_issuer"],
        "sub": provider.client_id,
    }
    key = ECKey(_private_key(provider.secrets.get("private_key", "")), None)
    header = {"alg": "ES256", "kid": details["key_id"]}
    return jws.serialize_compact(header, json.dumps(claims, separators=(",", ":")), key, algorithms=["ES256"])


def _private_key(written: str) -> EllipticCurvePrivateKey:
    """The key of a .p8 file, with or without the lines around it."""
    lines = [line for line in written.splitlines() if "-----" not in line]
    try:
        key = load_der_private_key(base64.b64decode("".join("".join(lines).split()), validate=True), password=None)
    except (ValueError, TypeError, binascii.Error, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, EllipticCurvePrivateKey) or not isinstance(key.curve, SECP256R1):
        # Nothing of the parser's words: they could repeat the key.
        raise SignInRefusedError("server_error", "The private key of the identity provider cannot be used.")
    return key
