"""
The pages, one module each; importing them registers them (login.registry).

A page puts a form into the words of a flow, and what the flow says into a template or a redirect. It holds no rule about who may sign in,
and none imports another: they meet through addresses and `page-data`, and share what is in login/ itself (conduct, waiting, notices, …).

    visit ─► page ─► flows ─► the next page, a sentence on this one, or the app
"""

from cenote.login.pages import (
    accounts,
    choose,
    confirm,
    confirm_user,
    device,
    errors,
    feedback,
    forgotten,
    leave,
    mfa,
    mfa_setup,
    new_password,
    passkey,
    passkeys,
    password,
    sign_in,
    sign_up,
)

__all__ = [
    "accounts",
    "choose",
    "confirm",
    "confirm_user",
    "device",
    "errors",
    "feedback",
    "forgotten",
    "leave",
    "mfa",
    "mfa_setup",
    "new_password",
    "passkey",
    "passkeys",
    "password",
    "sign_in",
    "sign_up",
]
