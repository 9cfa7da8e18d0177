"""
Who calls, and may they: one of a call's five phases.

    SIGNED   a valid signature by a key that is known, active and in its time; no mode relaxes it
    TOKEN    the access token among the parameters is verified when it is there; a signature is not looked at
    PUBLIC   anyone; a signature is not looked at, as SDKs that have credentials sign these calls too
    EITHER   anyone; whoever signs it with a key that we know is the caller, anybody else is nobody in particular

What is not verified decides nothing: without a verified signature the region is the default one.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from cenote.aws import sigv4
from cenote.aws.canonical_request import SignedRequest
from cenote.base.clock import Clock
from cenote.base.errors import (
    AccessDeniedException,
    ExpiredTokenException,
    Fault,
    MissingAuthenticationTokenException,
    NotAuthorizedException,
    UnrecognizedClientException,
)
from cenote.flows.subject import Subject
from cenote.model.access_key import AccessKey

ANY_RESOURCE: Final = "*"

# What lies outside is in no database, and some databases fail on it (NUL).
_ACCESS_KEY_ID: Final = re.compile(r"[!-~]{1,128}")
_INVALID_TOKEN: Final = "The security token included in the request is invalid."
_EXPIRED_TOKEN: Final = "The security token included in the request is expired"


@dataclass(frozen=True, slots=True)
class Caller:
    """The principal behind a verified signature."""

    account_id: str
    arn: str
    access_key_id: str

    @property
    def is_root(self) -> bool:
        """Whether the caller is its account itself."""
        return self.arn == f"arn:aws:iam::{self.account_id}:root"


@dataclass(frozen=True, slots=True)
class Authorized:
    """What the authorize phase found: the caller of a signed call, the subject of a token; None where there is none."""

    caller: Caller | None
    region: str
    subject: Subject | None


class Authorizer:
    """
    Decides who calls; thread-safe, as it holds nothing but the lookups it was given.

    *find_access_key* gives the key of an id, or None. *verify_access_token* gives the token's subject, or raises
    NotAuthorizedException.
    """

    def __init__(
        self,
        *,
        find_access_key: Callable[[str], AccessKey | None],
        verify_access_token: Callable[[str], Subject],
        clock: Clock,
        default_region: str,
    ) -> None:
        self._find_access_key = find_access_key
        self._verify_access_token = verify_access_token
        self._clock = clock
        self._default_region = default_region

    def authorize(
        self, request: SignedRequest, service_signing_name: str, kind: str, params: Mapping[str, object]
    ) -> Authorized:
        """
        Find out who calls; *kind* is the value of an operation.Authorization; whatever is neither public nor token is signed.

        Raises, for a signed operation, MissingAuthenticationTokenException, IncompleteSignatureException,
        UnrecognizedClientException, InvalidSignatureException or ExpiredTokenException; for a token operation
        NotAuthorizedException.
        """
        if kind == "public":
            return Authorized(caller=None, region=self._default_region, subject=None)
        if kind == "either":
            return self._signer_or_nobody(request, service_signing_name)
        if kind == "token":
            return Authorized(caller=None, region=self._default_region, subject=self._subject_of(params))
        return self._signer_of(request, service_signing_name)

    def _signer_or_nobody(self, request: SignedRequest, service: str) -> Authorized:
        try:
            return self._signer_of(request, service)
        except Fault:
            return Authorized(caller=None, region=self._default_region, subject=None)

    def _subject_of(self, params: Mapping[str, object]) -> Subject | None:
        token = params.get("AccessToken")
        if token is None:
            return None
        if not isinstance(token, str):
            raise NotAuthorizedException("Invalid Access Token")
        return self._verify_access_token(token)

    def _signer_of(self, request: SignedRequest, service: str) -> Authorized:
        signature = sigv4.parse(request)
        if signature is None:
            raise MissingAuthenticationTokenException("Missing Authentication Token")
        key = (
            self._find_access_key(signature.access_key_id)
            if _ACCESS_KEY_ID.fullmatch(signature.access_key_id)
            else None
        )
        if key is None or not key.is_active:
            raise UnrecognizedClientException(_INVALID_TOKEN)
        now_ms = self._clock.now_ms()
        sigv4.verify(request, signature, key.secret_access_key, now_ms, services=frozenset({service}))
        if not key.is_session_token(signature.session_token):
            raise UnrecognizedClientException(_INVALID_TOKEN)
        if key.is_expired(now_ms):
            raise ExpiredTokenException(_EXPIRED_TOKEN)
        caller = Caller(account_id=key.account_id, arn=key.principal_arn, access_key_id=key.access_key_id)
        return Authorized(caller=caller, region=signature.region, subject=None)


def require_allowed(caller: Caller, action: str, resource: str = ANY_RESOURCE) -> None:
    """
    Refuse *caller* with AccessDeniedException unless it may do *action* (`cognito-idp:CreateUserPool`) on *resource*.

    The one place where that is decided. An account's root may do everything, and nobody else anything.
    """
    if not caller.is_root:
        raise AccessDeniedException(
            f"User: {caller.arn} is not authorized to perform: {action} on resource: {resource}"
        )
