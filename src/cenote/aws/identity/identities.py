"""DescribeIdentity, ListIdentities, DeleteIdentities: the identities of a pool, for those who run it."""

from cenote.aws import page_tokens
from cenote.aws.operation import Call, operation
from cenote.base.errors import ResourceNotFoundException
from cenote.flows.services import Services
from cenote.model.identity_pool.identity import Identity
from cenote.spec.generated.cognito_identity import (
    DeleteIdentitiesInput,
    DeleteIdentitiesResponse,
    DescribeIdentityInput,
    IdentityDescription,
    ListIdentitiesInput,
    ListIdentitiesResponse,
)
from cenote.storage import identities, identity_pools
from cenote.storage.database import Tx


@operation("DescribeIdentity", "cognito-identity", is_quick=True)
def describe_identity(services: Services, call: Call, params: DescribeIdentityInput) -> IdentityDescription:
    """Show an identity with the providers whose logins lead to it."""
    identity_id = params["IdentityId"]
    with services.database.read() as tx:
        identity = _find(tx, call, identity_id)
        if identity is None:
            raise ResourceNotFoundException(f"Identity '{identity_id}' not found.")
        return _shown(identity, identities.logins_of(tx, identity_id))


@operation("ListIdentities", "cognito-identity")
def list_identities(services: Services, call: Call, params: ListIdentitiesInput) -> ListIdentitiesResponse:
    """List an identity pool's identities by id, those that were merged into others too unless they are hidden."""
    limit, pool_id = params["MaxResults"], params["IdentityPoolId"]
    is_hidden = params.get("HideDisabled", False)
    query = {"pool": pool_id, "hidden": str(is_hidden)}
    after = page_tokens.verify(services, call, query, params.get("NextToken"))
    with services.database.read() as tx:
        pool = identity_pools.require(tx, pool_id, call.account_id, call.region)
        found = identities.page(tx, pool_id, after=after, limit=limit + 1, with_disabled=not is_hidden)
        shown = found[:limit]
        logins = identities.logins_of_each(tx, [identity.identity_id for identity in shown])
    response: ListIdentitiesResponse = {
        "IdentityPoolId": pool.identity_pool_id,
        "Identities": [_shown(identity, logins[identity.identity_id]) for identity in shown],
    }
    if len(found) > limit:
        response["NextToken"] = page_tokens.issue(services, call, query, shown[-1].identity_id)
    return response


@operation("DeleteIdentities", "cognito-identity")
def delete_identities(services: Services, call: Call, params: DeleteIdentitiesInput) -> DeleteIdentitiesResponse:
    """Delete up to 60 identities with their logins; those that the account does not have here are told back."""

    def work(tx: Tx) -> list[str]:
        refused = []
        # In the order of their ids, so that two calls never wait for each other.
        for identity_id in sorted(set(params["IdentityIdsToDelete"])):
            identity = _find(tx, call, identity_id)
            if identity is None or not identities.delete(tx, identity.identity_pool_id, identity_id):
                refused.append(identity_id)
        return refused

    refused = services.database.write("delete identities", work)
    return {"UnprocessedIdentityIds": [{"IdentityId": each, "ErrorCode": "AccessDenied"} for each in refused]}


def _find(tx: Tx, call: Call, identity_id: str) -> Identity | None:
    """The identity of that id, if its pool is of the call's account and region."""
    identity = identities.get(tx, identity_id)
    pool = identity_pools.get(tx, identity.identity_pool_id) if identity else None
    if pool is None or (pool.account_id, pool.region) != (call.account_id, call.region):
        return None
    return identity


def _shown(identity: Identity, logins: list[identities.ProviderSubject]) -> IdentityDescription:
    shown: IdentityDescription = {
        "IdentityId": identity.identity_id,
        "CreationDate": identity.created_at_ms / 1000,
        "LastModifiedDate": identity.modified_at_ms / 1000,
    }
    if logins:
        shown["Logins"] = list(dict.fromkeys(provider for provider, _ in logins))
    return shown
