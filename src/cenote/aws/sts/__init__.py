"""
The operations of STS: wire words to flows/credentials and back; nothing is decided here.

Whether a role may be assumed is flows/credentials' to say, by its trust policy and the caller's own; for the others the door asks
permission, and for GetCallerIdentity nobody does. Importing this package registers every operation that is done.
"""

from cenote.aws.sts import assumed_roles, callers, own_sessions, saml_roles, web_roles

__all__ = ["assumed_roles", "callers", "own_sessions", "saml_roles", "web_roles"]
