"""What is known of a provider, opened for one sign-in."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from cenote.federation.oidc.dialects import Dialect, dialect_of, is_usual_issuer


@dataclass(frozen=True, slots=True)
class Provider:
    """
    *details* are the ProviderDetails without secrets, *mapping* is the AttributeMapping, *levels* the AcrMapping (Level1 … Level4 → acr).

    *secrets* are `client_secret` and `private_key`, whichever it has.
    """

    name: str
    provider_type: str
    details: Mapping[str, str]
    mapping: Mapping[str, str]
    levels: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def dialect(self) -> Dialect:
        """What its type does in its own way."""
        return dialect_of(self.provider_type)

    @property
    def client_id(self) -> str:
        """Who we are to it."""
        return self.details["client_id"]

    @property
    def issuer(self) -> str | None:
        """Its `iss`; None of a provider without ID tokens."""
        return self.details.get("oidc_issuer")

    @property
    def issuers(self) -> frozenset[str]:
        """Every spelling of its `iss`."""
        issuer = self.issuer
        if issuer is None:
            return frozenset()
        return frozenset({issuer, *(self.dialect.other_issuers if is_usual_issuer(self.provider_type, issuer) else ())})

    @property
    def subject_claim(self) -> str:
        """The claim that names a person."""
        return self.mapping.get("username", self.dialect.subject_claim)

    @property
    def scopes(self) -> list[str]:
        """The scopes to ask for."""
        written = self.details.get("authorize_scopes", "")
        # Facebook's are separated by commas, and AWS's own example has both.
        asked = written.replace(",", " ").split() if self.provider_type == "Facebook" else written.split()
        wanted = self.dialect.scope
        return asked if not wanted or wanted in asked else [wanted, *asked]
