"""
The age file format, version 1: files that a passphrase or the holder of an X25519 key opens, written and read as streams.

Owns the format and nothing of what is in a file. A file begins with a header: a random file key, wrapped once for each recipient
(recipients.py: keys and passphrases, bech32.py: how keys are written), and a MAC over it (header.py). After it come chunks of 64 KiB
under a key derived from the file key, the last one marked (stream.py), so that a change, a swap and a cut are noticed. What `age`,
`rage` and their libraries write without armor and plugins is read here, and the other way round.

Source: age-encryption.org/v1 (C2SP, "The age file encryption format").
"""

from cenote.crypto.age.errors import AgeError
from cenote.crypto.age.header import MAGIC, read_header, write_header
from cenote.crypto.age.recipients import Identity, Passphrase, Recipient, new_identity
from cenote.crypto.age.stream import AgeReader, AgeWriter, Sink, Source

__all__ = [
    "MAGIC",
    "AgeError",
    "AgeReader",
    "AgeWriter",
    "Identity",
    "Passphrase",
    "Recipient",
    "Sink",
    "Source",
    "new_identity",
    "read_header",
    "write_header",
]
