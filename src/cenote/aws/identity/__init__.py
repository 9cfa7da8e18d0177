"""
The operations of cognito-identity: one module a capability, one function an operation.

What proves a sign-in elsewhere is verified in flows/identity before anything is read or written here.
Importing this package registers every operation that is done.
"""
