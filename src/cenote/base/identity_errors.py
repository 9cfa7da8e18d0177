"""The faults that identity pools have beside those of user pools: see errors.py, whose rules hold here."""

from cenote.base.errors import Fault


class DeveloperUserAlreadyRegisteredException(Fault):
    """The developer's user has another identity already."""


class ExternalServiceException(Fault):
    """Another provider's service cannot be reached or does not answer."""


class InvalidIdentityPoolConfigurationException(Fault):
    """The identity pool has no role for the caller, or one that cannot be assumed."""
