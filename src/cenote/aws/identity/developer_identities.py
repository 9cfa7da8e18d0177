"""GetOpenIdTokenForDeveloperIdentity, LookupDeveloperIdentity, MergeDeveloperIdentities, UnlinkDeveloperIdentity: what backends call."""

from collections.abc import Mapping

from cenote.aws import page_tokens
from cenote.aws.operation import Call, operation
from cenote.base.errors import InvalidParameterException, ResourceConflictException
from cenote.flows.identity import developers
from cenote.flows.identity.developers import Vouched
from cenote.flows.services import Services
from cenote.model.identity_pool.pool import IdentityPool
from cenote.spec.generated.cognito_identity import (
    GetOpenIdTokenForDeveloperIdentityInput,
    GetOpenIdTokenForDeveloperIdentityResponse,
    LookupDeveloperIdentityInput,
    LookupDeveloperIdentityResponse,
    MergeDeveloperIdentitiesInput,
    MergeDeveloperIdentitiesResponse,
    UnlinkDeveloperIdentityInput,
)


@operation("GetOpenIdTokenForDeveloperIdentity", "cognito-identity")
def get_open_id_token_for_developer_identity(
    services: Services, call: Call, params: GetOpenIdTokenForDeveloperIdentityInput
) -> GetOpenIdTokenForDeveloperIdentityResponse:
    """A token for the backend's own user, who gets an identity by it; other providers' logins may be linked along with it."""
    vouched = Vouched(
        params["Logins"], params.get("IdentityId"), params.get("PrincipalTags"), params.get("TokenDuration")
    )
    identity_id, token = developers.issue_token(services, _pool_of(services, call, params), vouched)
    return {"IdentityId": identity_id, "Token": token}


@operation("LookupDeveloperIdentity", "cognito-identity")
def lookup_developer_identity(
    services: Services, call: Call, params: LookupDeveloperIdentityInput
) -> LookupDeveloperIdentityResponse:
    """The identity of a backend's user, and whom else it is of; or whether the two that are given belong together."""
    identity_id, user = params.get("IdentityId"), params.get("DeveloperUserIdentifier")
    if identity_id is None and user is None:
        raise InvalidParameterException("Either IdentityId or DeveloperUserIdentifier is required.")
    pool = _pool_of(services, call, params)
    query = {"pool": pool.identity_pool_id, "identity": identity_id or "", "user": user or ""}
    after = page_tokens.verify(services, call, query, params.get("NextToken"))
    limit = params.get("MaxResults", page_tokens.MAX_PAGE)
    with services.database.read() as tx:
        found = developers.identity_of(tx, pool, user) if user is not None else identity_id or ""
        if identity_id is not None and found != identity_id:
            raise ResourceConflictException("The developer user identifier is registered with another identity.")
        if identity_id is not None and user is not None:
            return {"IdentityId": identity_id, "DeveloperUserIdentifierList": [user]}
        users = developers.page_of_users(tx, pool, found, after=after, limit=limit + 1)
    response: LookupDeveloperIdentityResponse = {
        "IdentityId": found,
        "DeveloperUserIdentifierList": users[:limit],
    }
    if len(users) > limit:
        response["NextToken"] = page_tokens.issue(services, call, query, users[limit - 1])
    return response


@operation("MergeDeveloperIdentities", "cognito-identity")
def merge_developer_identities(
    services: Services, call: Call, params: MergeDeveloperIdentitiesInput
) -> MergeDeveloperIdentitiesResponse:
    """Let two of the backend's users be one identity from now on: that of the destination."""
    pool = _pool_of(services, call, params)
    developers.require_provider(pool, params["DeveloperProviderName"])
    source, destination = params["SourceUserIdentifier"], params["DestinationUserIdentifier"]
    return {"IdentityId": developers.merge_users(services, pool, source, destination)}


@operation("UnlinkDeveloperIdentity", "cognito-identity")
def unlink_developer_identity(services: Services, call: Call, params: UnlinkDeveloperIdentityInput) -> None:
    """Take one of the backend's users from an identity: the next token makes them a new one."""
    pool = _pool_of(services, call, params)
    developers.require_provider(pool, params["DeveloperProviderName"])
    developers.unlink_user(services, pool, params["IdentityId"], params["DeveloperUserIdentifier"])


def _pool_of(services: Services, call: Call, params: Mapping[str, object]) -> IdentityPool:
    """The identity pool that a request names, in the caller's account and region."""
    return services.directory.require_identity_pool(str(params["IdentityPoolId"]), call.region, call.account_id)
