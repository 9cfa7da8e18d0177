"""
The operations of Lambda that functions of this deployment have: one module a capability, one function an operation.

A function turns wire words into a call of flows/functions, and its result into wire words (present.py). `$LATEST` is the only version.
Importing this package registers every operation that is done. downloads.py is no operation: it answers the address that GetFunction gives.
"""

from cenote.aws.lambda_ import account, changes, functions, invoke, permissions, tags

__all__ = ["account", "changes", "functions", "invoke", "permissions", "tags"]
