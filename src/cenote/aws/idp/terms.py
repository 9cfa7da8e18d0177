"""
CreateTerms, DescribeTerms, DescribeTermsByClient, UpdateTerms, DeleteTerms, ListTerms: links to a client's terms of use and privacy policy.

A client has one of each.
"""

from collections.abc import Mapping
from typing import Any

from cenote.aws import page_tokens
from cenote.aws.idp import present
from cenote.aws.operation import Call, operation
from cenote.base import ids
from cenote.base.errors import (
    ConcurrentModificationException,
    ResourceNotFoundException,
    TermsExistsException,
)
from cenote.base.quotas import verify_room
from cenote.flows.services import Services
from cenote.model.branding.terms import verify_links
from cenote.model.pool import Pool
from cenote.model.pool_settings.tiers import require_login_pages
from cenote.spec.generated.cognito_idp import (
    CreateTermsRequest,
    CreateTermsResponse,
    DeleteTermsRequest,
    DescribeTermsByClientRequest,
    DescribeTermsByClientResponse,
    DescribeTermsRequest,
    DescribeTermsResponse,
    ListTermsRequest,
    ListTermsResponse,
    TermsDescriptionType,
    TermsType,
    UpdateTermsRequest,
    UpdateTermsResponse,
)
from cenote.storage import clients, pools, resources
from cenote.storage.database import Tx
from cenote.storage.resources import Kind, Resource

_SETTINGS = ("TermsName", "TermsSource", "Enforcement", "Links")


@operation("CreateTerms")
def create_terms(services: Services, call: Call, params: CreateTermsRequest) -> CreateTermsResponse:
    """Give a client its terms of use or its privacy policy."""
    verify_links(params.get("Links", {}))
    terms_id = ids.new_resource_id()

    def work(tx: Tx) -> Resource:
        pool = _locked(tx, call, params["UserPoolId"])
        if not clients.hold(tx, pool.pool_id, params["ClientId"]):
            raise clients.no_such_client(params["ClientId"])
        key = _key(params["ClientId"], params["TermsName"])
        _verify_free(tx, pool.pool_id, key)
        quota = services.settings.quotas.terms_per_pool
        verify_room(resources.count(tx, pool.pool_id, Kind.TERMS), quota, "terms of a user pool")
        now_ms = services.clock.now_ms()
        made = Resource(
            pool_id=pool.pool_id,
            kind=Kind.TERMS,
            name=terms_id,
            unique_key=key,
            client_id=params["ClientId"],
            document=_document(params, {"Links": {}}),
            created_at_ms=now_ms,
            modified_at_ms=now_ms,
        )
        resources.insert(tx, made)
        return made

    made = services.database.write("create terms", work)
    services.directory.forget()
    return {"Terms": _terms(made)}


@operation("DescribeTerms")
def describe_terms(services: Services, call: Call, params: DescribeTermsRequest) -> DescribeTermsResponse:
    """Show terms by their id."""
    with services.database.read() as tx:
        pools.require(tx, params["UserPoolId"], call.account_id, call.region)
        return {"Terms": _terms(_require(tx, params["UserPoolId"], params["TermsId"]))}


@operation("DescribeTermsByClient")
def describe_terms_by_client(
    services: Services, call: Call, params: DescribeTermsByClientRequest
) -> DescribeTermsByClientResponse:
    """Show a client's terms by their name."""
    pool_id, client_id, name = params["UserPoolId"], params["ClientId"], params["TermsName"]
    with services.database.read() as tx:
        pools.require(tx, pool_id, call.account_id, call.region)
        clients.require(tx, pool_id, client_id)
        found = resources.get_by_key(tx, pool_id, Kind.TERMS, _key(client_id, name))
    if found is None:
        raise ResourceNotFoundException(f"The app client has no terms of the name {name}.")
    return {"Terms": _terms(found)}


@operation("UpdateTerms")
def update_terms(services: Services, call: Call, params: UpdateTermsRequest) -> UpdateTermsResponse:
    """Change terms; what is omitted stays, and Links are replaced whole."""
    verify_links(params.get("Links", {}))
    with services.database.read() as tx:
        pools.require(tx, params["UserPoolId"], call.account_id, call.region)
        before = _require(tx, params["UserPoolId"], params["TermsId"])

    def work(tx: Tx) -> Resource:
        _locked(tx, call, params["UserPoolId"])
        document = _document(params, before.document)
        key = _key(before.client_id or "", document["TermsName"])
        if key != before.unique_key:
            _verify_free(tx, before.pool_id, key)
        now_ms = services.clock.now_ms()
        after = resources.update(tx, before, document=document, unique_key=key, modified_at_ms=now_ms)
        if after is None:
            _require(tx, params["UserPoolId"], params["TermsId"])
            raise ConcurrentModificationException("The terms were modified by another request. Please try again.")
        return after

    after = services.database.write("update terms", work)
    services.directory.forget()
    return {"Terms": _terms(after)}


@operation("DeleteTerms")
def delete_terms(services: Services, call: Call, params: DeleteTermsRequest) -> None:
    """Delete terms."""

    def work(tx: Tx) -> None:
        pools.require(tx, params["UserPoolId"], call.account_id, call.region)
        if not resources.delete(tx, params["UserPoolId"], Kind.TERMS, params["TermsId"].lower()):
            raise _no_such_terms(params["TermsId"])

    services.database.write("delete terms", work)
    services.directory.forget()


@operation("ListTerms")
def list_terms(services: Services, call: Call, params: ListTermsRequest) -> ListTermsResponse:
    """List the terms of every client of a pool, by id."""
    pool_id = params["UserPoolId"]
    limit = params.get("MaxResults", page_tokens.MAX_PAGE)
    after = page_tokens.verify(services, call, {"pool": pool_id}, params.get("NextToken"))
    with services.database.read() as tx:
        pools.require(tx, pool_id, call.account_id, call.region)
        found = resources.page(tx, pool_id, Kind.TERMS, after=after, limit=limit + 1)
    response: ListTermsResponse = {"Terms": [_description(each) for each in found[:limit]]}
    if len(found) > limit:
        response["NextToken"] = page_tokens.issue(services, call, {"pool": pool_id}, found[limit - 1].name)
    return response


def _locked(tx: Tx, call: Call, pool_id: str) -> Pool:
    """The pool, for this transaction alone, if its plan has terms."""
    pool = pools.require_locked(tx, pool_id, call.account_id, call.region)
    require_login_pages(pool.document["UserPoolTier"], "Terms documents are")
    return pool


def _require(tx: Tx, pool_id: str, terms_id: str) -> Resource:
    found = resources.get(tx, pool_id, Kind.TERMS, terms_id.lower())
    if found is None:
        raise _no_such_terms(terms_id)
    return found


def _verify_free(tx: Tx, pool_id: str, key: str) -> None:
    if resources.get_by_key(tx, pool_id, Kind.TERMS, key) is not None:
        raise TermsExistsException("The app client has terms of that name already.")


def _key(client_id: str, name: str) -> str:
    return f"{client_id}/{name}"


def _document(params: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    return {**before, **{name: params[name] for name in _SETTINGS if name in params}}


def _terms(found: Resource) -> TermsType:
    return {
        "TermsId": found.name,
        "UserPoolId": found.pool_id,
        "ClientId": found.client_id or "",
        "TermsName": found.document["TermsName"],
        "TermsSource": found.document["TermsSource"],
        "Enforcement": found.document["Enforcement"],
        "Links": found.document["Links"],
        "CreationDate": present.seconds(found.created_at_ms),
        "LastModifiedDate": present.seconds(found.modified_at_ms),
    }


def _description(found: Resource) -> TermsDescriptionType:
    return {
        "TermsId": found.name,
        "TermsName": found.document["TermsName"],
        "Enforcement": found.document["Enforcement"],
        "CreationDate": present.seconds(found.created_at_ms),
        "LastModifiedDate": present.seconds(found.modified_at_ms),
    }


def _no_such_terms(terms_id: str) -> ResourceNotFoundException:
    return ResourceNotFoundException(f"Terms {terms_id} do not exist.")
