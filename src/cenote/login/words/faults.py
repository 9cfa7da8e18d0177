"""
What a flow refuses, as a plain sentence that says what to do.

AWS's words are looked up as they are; what is not found is shown as it is, for it may be what the pool's own function tells its users.
"""

import gettext
import re
from collections.abc import Mapping

from cenote.base.errors import Fault
from cenote.login.words.catalogues import msgid

_EXPIRED = msgid("Your session has expired. Please start again.")
_DISABLED = msgid("Your account is disabled. Please contact an administrator.")
_REFUSED = msgid("We cannot sign you in for security reasons. Please contact an administrator.")
_TOO_MANY = msgid("Too many attempts. Please wait a while and try again.")
_WRONG_CODE = msgid("The code is not correct. Please check it and try again.")
_OLD_CODE = msgid("The code is no longer valid. Please request a new one.")
_NO_CODES = msgid("This account cannot be sent a code. Please contact an administrator.")
_NOT_NOW = msgid("The password of this account cannot be reset now. Please contact an administrator.")
_WRONG = msgid("Something went wrong. Please try again.")
_KNOWN_PASSWORD = msgid("This password is known to be unsafe. Please choose another one.")

_SENTENCES: Mapping[str, str] = {
    "Incorrect username or password.": msgid("Incorrect username or password."),
    "Password attempts exceeded": _TOO_MANY,
    "Attempt limit exceeded, please try after some time.": _TOO_MANY,
    "Too many requests": _TOO_MANY,
    "Rate exceeded": _TOO_MANY,
    "User does not exist.": msgid("There is no account of this name. Please check it, or sign up."),
    "Username/client id combination not found.": msgid(
        "There is no account of this name. Please check it, or sign up."
    ),
    "User is disabled.": _DISABLED,
    "User is disabled": _DISABLED,
    "User is not confirmed.": msgid("Your account is not confirmed yet."),
    "Password reset required for the user": msgid("You have to reset your password before you can sign in."),
    "Password reset required for user due to security reasons": msgid(
        "For your security, you have to reset your password before you can sign in."
    ),
    "Temporary password has expired and must be reset by an administrator.": msgid(
        "Your temporary password has expired. Please ask an administrator for a new one."
    ),
    "Request not allowed due to security reasons.": _REFUSED,
    "Unable to login because of security reasons.": _REFUSED,
    "Invalid session for the user.": _EXPIRED,
    "Invalid session for the user, session is expired.": _EXPIRED,
    "Invalid session for the user, session can only be used once.": _EXPIRED,
    "Invalid verification code provided, please try again.": _WRONG_CODE,
    "Invalid code or auth state for the user.": _WRONG_CODE,
    "Invalid code received for user": _WRONG_CODE,
    "Code mismatch and fail enable Software Token MFA": _WRONG_CODE,
    "Your software token has already been used once.": msgid(
        "This code was used already. Please wait for the next one in your app."
    ),
    "Invalid code provided, please request a code again.": _OLD_CODE,
    "User has no multi-factor authentication method that can be used.": msgid(
        "You have no second factor that you can sign in with. Please contact an administrator."
    ),
    "No authentication factor is available for this user.": msgid(
        "There is no way to sign in to this account. Please contact an administrator."
    ),
    "SignUp is not permitted for this user pool": msgid("You cannot sign up here. Please contact an administrator."),
    "A client attempted to write unauthorized attribute": msgid("One of the fields cannot be set here."),
    "User already exists": msgid("An account of this name exists already. Please choose another name, or sign in."),
    "User account already exists": msgid(
        "An account of this name exists already. Please choose another name, or sign in."
    ),
    "An account with the given email already exists.": msgid(
        "An account with this email address exists already. Please sign in, or use another address."
    ),
    "An account with the email already exists.": msgid(
        "An account with this email address exists already. Please sign in, or use another address."
    ),
    "An account with the given phone_number already exists.": msgid(
        "An account with this phone number exists already. Please sign in, or use another number."
    ),
    "An account with the phone_number already exists.": msgid(
        "An account with this phone number exists already. Please sign in, or use another number."
    ),
    "An account with the preferred_username already exists.": msgid(
        "An account of this name exists already. Please choose another name, or sign in."
    ),
    "Username should be an email.": msgid("Please enter an email address."),
    "Username should be a phone number.": msgid("Please enter a phone number with + and the country code."),
    "Username should be either an email or a phone number.": msgid(
        "Please enter an email address, or a phone number with + and the country code."
    ),
    "Username cannot be of email format, since user pool is configured for email alias.": msgid(
        "The username cannot be an email address."
    ),
    "Username cannot be of phone number format, since user pool is configured for phone number alias.": msgid(
        "The username cannot be a phone number."
    ),
    "Preferred username cannot be provided for unconfirmed account.": msgid(
        "You can choose a preferred username once your account is confirmed."
    ),
    "Invalid email address format.": msgid("Please enter an email address."),
    "Invalid phone number format.": msgid("Please enter a phone number with + and the country code."),
    "Password is required for this user pool configuration.": msgid("Please choose a password."),
    "Provided password cannot be used for security reasons.": _KNOWN_PASSWORD,
    "Password has previously been used.": msgid("You have used this password before. Please choose another one."),
    "User cannot be confirmed. Current status is CONFIRMED": msgid(
        "Your account is confirmed already. Please sign in."
    ),
    "User is already confirmed.": msgid("Your account is confirmed already. Please sign in."),
    "Auto verification not turned on.": _NO_CODES,
    "Contact administrator to reset password.": msgid("Please ask an administrator to reset your password."),
    "User password cannot be reset in the current state.": _NOT_NOW,
    "Cannot reset password for the user as there is no registered/verified email or phone_number": _NO_CODES,
    "Could not reset password for the account, please contact support or try again": _NOT_NOW,
    "The challenge is unknown, used or expired. Start the registration again.": _EXPIRED,
    "The passkey is registered already.": msgid("This passkey is registered already."),
    "Invalid feedback token.": msgid("This link is not valid."),
    "Feedback token has expired.": msgid("This link has expired."),
    "Event does not exist.": msgid("This link is not valid."),
    # What the checks of an attribute say after its name.
    "The attribute is required": msgid("Please fill in this field."),
    "Attribute value holds a character that is not allowed.": msgid("This value has a character that is not allowed."),
    "Boolean attributes must be true or false.": msgid("Please enter true or false."),
    "Number attributes must be numbers.": msgid("Please enter a number."),
    # What the checks of a password say after their name.
    "Password not long enough": msgid("The password is too short."),
    "Password too long": msgid("The password is too long."),
    "Password must not have leading or trailing whitespace": msgid("The password must not begin or end with a space."),
    "Password must have lowercase characters": msgid("The password must have a lowercase letter."),
    "Password must have uppercase characters": msgid("The password must have an uppercase letter."),
    "Password must have numeric characters": msgid("The password must have a number."),
    "Password must have symbol characters": msgid("The password must have a special character."),
}
_BOUNDED = (
    (re.compile(r"String attributes cannot have a length of more than (?P<bound>\d+)"), msgid("At most %(bound)s characters.")),
    (re.compile(r"String attributes cannot have a length of less than (?P<bound>\d+)"), msgid("At least %(bound)s characters.")),
    (re.compile(r"Number attributes cannot be more than (?P<bound>\S+)"), msgid("The greatest value is %(bound)s.")),
    (re.compile(r"Number attributes cannot be less than (?P<bound>\S+)"), msgid("The least value is %(bound)s.")),
)  # fmt: skip
_BY_CODE: Mapping[str, str] = {
    "CodeMismatchException": _WRONG_CODE,
    "ExpiredCodeException": _OLD_CODE,
    "LimitExceededException": _TOO_MANY,
    "TooManyRequestsException": _TOO_MANY,
    "TooManyFailedAttemptsException": _TOO_MANY,
    "ForbiddenException": _REFUSED,
    "InternalErrorException": _WRONG,
    "CodeDeliveryFailureException": msgid("The code could not be sent. Please try again."),
    "WebAuthnNotEnabledException": msgid("Passkeys cannot be used here."),
    "WebAuthnChallengeNotFoundException": _EXPIRED,
}
_NONCONFORMING = "Attributes did not conform to the schema: "
_NONCONFORMING_PASSWORD = "Password did not conform with policy: "
_MALFORMED = re.compile(r"(?:user\.)?(?P<attribute>[\w:.-]{1,60}): (?P<reason>.+)")


def sentence_of(fault: Fault, translations: gettext.NullTranslations) -> str:
    """What a person is told of *fault*, in the language of *translations*."""
    text = fault.message.removeprefix(_NONCONFORMING_PASSWORD)
    broken = attributes_of(fault, translations)
    if len(broken) == 1:
        [(attribute, reason)] = broken.items()
        return f"{attribute}: {reason}"
    known = _said(text, translations)
    if known is not None:
        return known
    # What is not a sentence of ours is not looked up: to gettext an empty one is its own header.
    if fault.message and fault.code not in _BY_CODE:
        return fault.message
    return translations.gettext(_BY_CODE.get(fault.code, _WRONG))


def attributes_of(fault: Fault, translations: gettext.NullTranslations) -> dict[str, str]:
    """What is wrong with each attribute that *fault* is about, by the attribute's name; empty where it is about something else."""
    if fault.code != "InvalidParameterException" or fault.message in _SENTENCES:
        return {}
    lines = fault.message.removeprefix(_NONCONFORMING).splitlines()
    found = [match for match in map(_MALFORMED.fullmatch, lines) if match is not None]
    return {match["attribute"]: _said(match["reason"], translations) or match["reason"] for match in found}


def _said(text: str, translations: gettext.NullTranslations) -> str | None:
    known = _SENTENCES.get(text)
    if known is not None:
        return translations.gettext(known)
    for pattern, sentence in _BOUNDED:
        match = pattern.fullmatch(text)
        if match is not None:
            return translations.gettext(sentence) % match.groupdict()
    return None
