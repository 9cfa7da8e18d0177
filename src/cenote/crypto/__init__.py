"""
Cryptography: bytes in, bytes out, each piece checked against published vectors.

Owns sealing of secret columns (seal.py), codes and opaque tokens (codes.py), Cognito's SRP variant (srp.py), password
records (passwords.py), RS256 tokens (jwt.py) and Cognito's SECRET_HASH (secret_hash.py). It takes primitives from
`cryptography`, gmpy2 and argon2-cffi and writes none of its own.

It does no I/O, reads no clock, keeps no state between calls and knows no rows, pools or wire shapes. A caller hands it
secrets as bytes or text; it hands back bytes to store or raises a `CryptoError` (errors.py), never a Fault: flows decide
what the caller of an operation may learn. Everything that depends on a secret is compared in constant time in here.
"""
