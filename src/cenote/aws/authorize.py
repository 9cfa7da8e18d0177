"""
Who calls; whether they may is for permission/ to say.

    SIGNED   a valid signature by a key that is known, active and in its time; no mode relaxes it
    TOKEN    the access token among the parameters is verified when it is there; a signature is not looked at
    PUBLIC   anyone; a signature is not looked at, as SDKs that have credentials sign these calls too
    EITHER   anyone; whoever signs it with a key that we know is the caller, anybody else is nobody in particular

What is not verified decides nothing: without a verified signature the region is the default one.

A long-term key is a row and bears no session token; a temporary one is in its token. Of both, the user or role must still be there.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from cenote.aws import sigv4
from cenote.aws.canonical_request import SignedRequest
from cenote.base.clock import Clock
from cenote.base.errors import (
    ExpiredTokenException,
    Fault,
    MissingAuthenticationTokenException,
    NotAuthorizedException,
    UnrecognizedClientException,
)
from cenote.flows.credentials.sessions import INVALID_TOKEN, is_temporary
from cenote.flows.iam.context import Facts
from cenote.flows.subject import Subject
from cenote.model.access_key import AccessKey
from cenote.model.iam.principal import Principal, PrincipalType

# What lies outside is in no database, and some databases fail on it (NUL).
_ACCESS_KEY_ID: Final = re.compile(r"[!-~]{1,128}")
_EXPIRED_TOKEN: Final = "The security token included in the request is expired"
_NO_FACTS: Final = Facts()


class ReceivedRequest(SignedRequest, Protocol):
    """A request whose signature is asked for, and how it came."""

    @property
    def source_ip(self) -> str:
        """Where it came from."""
        ...

    @property
    def is_secure(self) -> bool:
        """Whether it came by TLS."""
        ...


@dataclass(frozen=True, slots=True)
class Caller:
    """The principal behind a verified signature, and what is known of the request that it signed."""

    principal: Principal
    access_key_id: str
    facts: Facts = _NO_FACTS

    @property
    def account_id(self) -> str:
        """The account that the caller is of."""
        return self.principal.account_id

    @property
    def arn(self) -> str:
        """The caller's own ARN."""
        return self.principal.arn

    @property
    def is_root(self) -> bool:
        """Whether the caller is its account itself."""
        return self.principal.is_root


@dataclass(frozen=True, slots=True)
class Authorized:
    """What the authorize phase found: the caller of a signed call, the subject of a token; None where there is none."""

    caller: Caller | None
    region: str
    subject: Subject | None


class Authorizer:
    """
    Decides who calls; thread-safe, as it holds nothing but the lookups it was given.

    *find_access_key* gives the long-term key of an id, or None; *open_session* the temporary key of an id and a session token, or raises
    UnrecognizedClientException. *settle* gives a key's principal as it is by now, or None when it is gone. *note_use* is told of each use
    of a user's key or a role: its id, the service, the Region, and when. *verify_access_token* gives the token's subject, or raises
    NotAuthorizedException.
    """

    def __init__(
        self,
        *,
        find_access_key: Callable[[str], AccessKey | None],
        open_session: Callable[[str, str], AccessKey],
        settle: Callable[[Principal], Principal | None],
        note_use: Callable[[str, str, str, int], None],
        verify_access_token: Callable[[str], Subject],
        clock: Clock,
        default_region: str,
    ) -> None:
        self._find_access_key = find_access_key
        self._open_session = open_session
        self._settle = settle
        self._note_use = note_use
        self._verify_access_token = verify_access_token
        self._clock = clock
        self._default_region = default_region

    def authorize(
        self, request: ReceivedRequest, service_signing_name: str, kind: str, params: Mapping[str, object]
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

    def _signer_or_nobody(self, request: ReceivedRequest, service: str) -> Authorized:
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

    def _signer_of(self, request: ReceivedRequest, service: str) -> Authorized:
        signature = sigv4.parse(request)
        if signature is None:
            raise MissingAuthenticationTokenException("Missing Authentication Token")
        key = self._key_of(signature)
        if key is None or not key.is_active:
            raise UnrecognizedClientException(INVALID_TOKEN)
        now_ms = self._clock.now_ms()
        sigv4.verify(request, signature, key.secret_access_key, now_ms, services=frozenset({service}))
        if not key.is_session_token(signature.session_token):
            raise UnrecognizedClientException(INVALID_TOKEN)
        if key.is_expired(now_ms):
            raise ExpiredTokenException(_EXPIRED_TOKEN)
        principal = self._settle(key.principal)
        if principal is None:
            raise UnrecognizedClientException(INVALID_TOKEN)
        used_id = _used_id_of(principal, key.access_key_id)
        if used_id is not None:
            self._note_use(used_id, service, signature.region, now_ms)
        caller = Caller(principal, key.access_key_id, _facts_of(request, signature.region))
        return Authorized(caller=caller, region=signature.region, subject=None)

    def _key_of(self, signature: sigv4.Signature) -> AccessKey | None:
        """The key that a signature claims: a temporary one comes with a token, any other without."""
        key_id, token = signature.access_key_id, signature.session_token
        if not _ACCESS_KEY_ID.fullmatch(key_id):
            return None
        if token is None:
            return self._find_access_key(key_id)
        return self._open_session(key_id, token) if is_temporary(key_id) else None


def _used_id_of(principal: Principal, access_key_id: str) -> str | None:
    """What IAM tells the last use of: a user's key, or the role of a session."""
    if principal.type is PrincipalType.ASSUMED_ROLE:
        return principal.entity_id
    return access_key_id if principal.type is PrincipalType.USER and principal.session is None else None


def _facts_of(request: ReceivedRequest, region: str) -> Facts:
    return Facts(
        source_ip=request.source_ip,
        user_agent=request.headers.get("user-agent", ""),
        is_secure=request.is_secure,
        region=region,
    )
