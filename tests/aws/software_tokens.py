"""What is said to codes of authenticator apps while they are set up."""

MISMATCH = ("EnableSoftwareTokenMFAException", "Code mismatch and fail enable Software Token MFA")
NOT_SET_UP = ("SoftwareTokenMFANotFoundException", "User has not set up software token mfa")
LIMITED = ("TooManyRequestsException", "Attempt limit exceeded, please try after some time.")
