"""
The operations of KMS that functions need to read what they are sent: one module a capability, one function an operation.

A key is found by `named_keys`, which also asks whether the caller may do this to it. The rest is flows/kms. What is not here answers 501.
Importing this package registers every operation that is done.
"""

from cenote.aws.kms import aliases, ciphers, keys

__all__ = ["aliases", "ciphers", "keys"]
