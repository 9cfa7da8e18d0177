"""The faults of IAM and STS: see errors.py, whose rules hold here."""

from cenote.base.errors import Fault


class DeleteConflictException(Fault):
    """Something still hangs on what is to be deleted."""


class EntityAlreadyExistsException(Fault):
    """The account has one of that name already."""


class InvalidInputException(Fault):
    """A parameter that is well-formed and means nothing here."""


class NoSuchEntityException(Fault):
    """The account has none of that name."""


class UnmodifiableEntityException(Fault):
    """It belongs to AWS's side of the account."""


class PolicyNotAttachableException(Fault):
    """A policy that is a service's own."""


class PolicyEvaluationException(Fault):
    """A simulation came to no end."""

    status = 500


class OpenIdIdpCommunicationErrorException(Fault):
    """A provider that is to be registered cannot be reached."""


class IDPCommunicationErrorException(Fault):
    """A provider that a token is of cannot be reached."""


class IDPRejectedClaimException(Fault):
    """A token's claims are not such that a role could be assumed by them."""

    status = 403


class InvalidIdentityTokenException(Fault):
    """A token that cannot be believed."""


class InvalidAuthorizationMessageException(Fault):
    """A text that no refusal of ours has in it."""


class PackedPolicyTooLargeException(Fault):
    """Session policies and tags that no session has room for."""
