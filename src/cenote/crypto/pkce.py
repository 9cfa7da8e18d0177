"""Proof keys for code exchange. Source: RFC 7636, section 4.2."""

import base64
import hashlib


def challenge_of(verifier: str) -> str:
    """The S256 challenge of *verifier*, whatever text it is."""
    digest = hashlib.sha256(verifier.encode(errors="surrogatepass")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
