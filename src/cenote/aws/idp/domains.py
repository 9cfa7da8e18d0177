"""
CreateUserPoolDomain, DescribeUserPoolDomain, UpdateUserPoolDomain, DeleteUserPoolDomain.

Cenote asks no DNS: a custom domain is accepted by its form, and whoever runs Cenote points its record at the host of `public_url`, which is
what CloudFrontDomain names here.
"""

from urllib.parse import urlsplit

from cenote.aws.idp import present
from cenote.aws.operation import Call, operation
from cenote.base.errors import ConcurrentModificationException, InvalidParameterException
from cenote.base.quotas import verify_room
from cenote.flows.services import Services
from cenote.model.domain import Domain, domain_document
from cenote.spec.generated.cognito_idp import (
    CreateUserPoolDomainRequest,
    CreateUserPoolDomainResponse,
    DeleteUserPoolDomainRequest,
    DescribeUserPoolDomainRequest,
    DescribeUserPoolDomainResponse,
    DomainDescriptionType,
    UpdateUserPoolDomainRequest,
    UpdateUserPoolDomainResponse,
)
from cenote.storage import domains, pools
from cenote.storage.database import Tx

# There is no bucket; tools that show one get a name.
_BUCKET = "cenote-assets"


@operation("CreateUserPoolDomain")
def create_user_pool_domain(
    services: Services, call: Call, params: CreateUserPoolDomainRequest
) -> CreateUserPoolDomainResponse:
    """Give a pool a domain: a prefix, or a custom one when CustomDomainConfig comes along."""

    def work(tx: Tx) -> Domain:
        pool = pools.require_locked(tx, params["UserPoolId"], call.account_id, call.region)
        now_ms = services.clock.now_ms()
        domain = Domain(
            domain=params["Domain"],
            pool_id=pool.pool_id,
            account_id=pool.account_id,
            region=pool.region,
            is_custom="CustomDomainConfig" in params,
            document=domain_document(params, region=pool.region, tier=pool.document["UserPoolTier"]),
            version=1,
            created_at_ms=now_ms,
            modified_at_ms=now_ms,
        )
        _insert(services, tx, domain)
        return domain

    domain = services.database.write("create domain", work)
    services.directory.forget()
    return _settings(services, domain)


@operation("DescribeUserPoolDomain")
def describe_user_pool_domain(
    services: Services, call: Call, params: DescribeUserPoolDomainRequest
) -> DescribeUserPoolDomainResponse:
    """Show a domain; of one that is nobody's, or another account's or region's, nothing."""
    with services.database.read() as tx:
        domain = domains.get(tx, params["Domain"])
    if domain is None or (domain.account_id, domain.region) != (call.account_id, call.region):
        return {"DomainDescription": {}}
    return {"DomainDescription": _description(services, domain)}


@operation("UpdateUserPoolDomain")
def update_user_pool_domain(
    services: Services, call: Call, params: UpdateUserPoolDomainRequest
) -> UpdateUserPoolDomainResponse:
    """Change a domain's login version, certificate or routing; what is omitted stays."""

    def work(tx: Tx) -> Domain:
        pool = pools.require(tx, params["UserPoolId"], call.account_id, call.region)
        before = domains.get(tx, params["Domain"])
        if before is None or before.pool_id != pool.pool_id:
            raise _no_such_domain()
        tier = pool.document["UserPoolTier"]
        document = domain_document(params, region=pool.region, tier=tier, before=before.document)
        after = domains.update(tx, before, document=document, now_ms=services.clock.now_ms())
        if after is None:
            raise ConcurrentModificationException("The domain was modified by another request. Please try again.")
        return after

    domain = services.database.write("update domain", work)
    services.directory.forget()
    return _settings(services, domain)


@operation("DeleteUserPoolDomain")
def delete_user_pool_domain(services: Services, call: Call, params: DeleteUserPoolDomainRequest) -> dict[str, object]:
    """Take a domain from its pool; its name is free again."""

    def work(tx: Tx) -> None:
        pools.require(tx, params["UserPoolId"], call.account_id, call.region)
        if not domains.delete(tx, params["UserPoolId"], params["Domain"]):
            raise _no_such_domain()

    services.database.write("delete domain", work)
    services.directory.forget()
    return {}


def _insert(services: Services, tx: Tx, domain: Domain) -> None:
    if any(other.is_custom == domain.is_custom for other in domains.of_pool(tx, domain.pool_id)):
        raise InvalidParameterException("User pool already has a domain configured.")
    if domain.is_custom:
        verify_room(
            domains.count_custom(tx, domain.account_id), services.settings.quotas.custom_domains, "custom domains"
        )
    if not domains.insert(tx, domain):
        raise InvalidParameterException("Domain already associated with another user pool.")


def _settings(services: Services, domain: Domain) -> UpdateUserPoolDomainResponse:
    """What a write answers; CreateUserPoolDomain and UpdateUserPoolDomain say the same."""
    shown: UpdateUserPoolDomainResponse = {"ManagedLoginVersion": domain.document["ManagedLoginVersion"]}
    if domain.is_custom:
        shown["CloudFrontDomain"] = _host(services)
    if "Routing" in domain.document:
        shown["Routing"] = domain.document["Routing"]
    return shown


def _description(services: Services, domain: Domain) -> DomainDescriptionType:
    shown: DomainDescriptionType = {
        "UserPoolId": domain.pool_id,
        "AWSAccountId": domain.account_id,
        "Domain": domain.domain,
        "S3Bucket": _BUCKET,
        "CloudFrontDistribution": _host(services),
        "Version": present.version_of(domain.modified_at_ms),
        "Status": "ACTIVE",
        "CustomDomainConfig": domain.document.get("CustomDomainConfig", {}),
        "ManagedLoginVersion": domain.document["ManagedLoginVersion"],
    }
    if "Routing" in domain.document:
        shown["Routing"] = domain.document["Routing"]
    return shown


def _host(services: Services) -> str:
    """Where a custom domain's record is to point: the host that serves this deployment."""
    return urlsplit(services.settings.public_url).hostname or "localhost"


def _no_such_domain() -> InvalidParameterException:
    return InvalidParameterException("No such domain or user pool exists.")
