"""Identity providers of an account's IAM, as proofs need them."""

from cenote.flows.identity.issued import Issuer
from cenote.flows.services import Services
from cenote.model.iam.entity import Entity, EntityKind
from cenote.storage.iam import entities


def oidc_provider(services: Services, account_id: str, name: str) -> Entity | None:
    """The OpenID Connect provider of that host and path."""
    # A token that nobody has verified yet may name any, and some databases fail on it.
    if not name.isprintable():
        return None
    with services.database.read() as tx:
        return entities.get(tx, account_id, EntityKind.OIDC_PROVIDER, name)


def saml_provider(services: Services, account_id: str, arn: str) -> Entity | None:
    """The SAML provider of that ARN in the account."""
    with services.database.read() as tx:
        return entities.get_by_arn(tx, account_id, EntityKind.SAML_PROVIDER, arn)


def issuer_of(provider: Entity) -> Issuer:
    """The issuer that an OpenID Connect provider stands for, and who we are to it."""
    return Issuer(provider.document["Url"], frozenset(provider.document.get("ClientIDList", ())))
