"""Identity providers of an account's IAM, as proofs need them."""

from cenote.flows.identity.issued import Issuer
from cenote.flows.services import Services
from cenote.model.iam.entity import Entity, EntityKind
from cenote.model.iam.names import parse_arn
from cenote.storage.iam import entities


def oidc_provider(services: Services, account_id: str, name: str) -> Entity | None:
    """The OpenID Connect provider of that host and path."""
    with services.database.read() as tx:
        return entities.get(tx, account_id, EntityKind.OIDC_PROVIDER, name)


def saml_provider(services: Services, account_id: str, arn: str) -> Entity | None:
    """The SAML provider of that ARN in the account."""
    named = parse_arn(arn)
    if named is None or named.kind is not EntityKind.SAML_PROVIDER or named.account_id != account_id:
        return None
    with services.database.read() as tx:
        found = entities.get(tx, account_id, EntityKind.SAML_PROVIDER, named.name)
    return found if found is not None and found.arn == arn else None


def issuer_of(provider: Entity) -> Issuer:
    """The issuer that an OpenID Connect provider stands for, and who we are to it."""
    return Issuer(provider.document["Url"], frozenset(provider.document.get("ClientIDList", ())))
