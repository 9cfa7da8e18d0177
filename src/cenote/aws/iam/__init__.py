"""
The operations of IAM that accounts here have need of: one module a capability, one function an operation.

Who may call them is asked for the ARN of what they name, before they run.
Importing this package registers every operation that is done.
"""
