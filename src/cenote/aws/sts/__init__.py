"""
The operations of STS: wire words to flows/credentials and back.

Who may assume a role, the role's trust policy says; GetCallerIdentity needs no permission, as AWS's does not.
Importing this package registers every operation that is done.
"""
