"""CreateFunction, GetFunction, GetFunctionConfiguration, ListFunctions, ListVersionsByFunction, DeleteFunction."""

import base64
import binascii

from cenote.aws.lambda_ import present, source
from cenote.aws.operation import Call, operation
from cenote.base.errors import InvalidParameterValueException
from cenote.flows.functions import downloads, records
from cenote.flows.functions.opening import opened
from cenote.flows.services import Services
from cenote.functions.runtimes import supported_runtimes
from cenote.model import function_settings
from cenote.spec.generated.lambda_ import (
    CreateFunctionRequest,
    DeleteFunctionRequest,
    DeleteFunctionResponse,
    FunctionConfiguration,
    GetFunctionConfigurationRequest,
    GetFunctionRequest,
    GetFunctionResponse,
    ListFunctionsRequest,
    ListFunctionsResponse,
    ListVersionsByFunctionRequest,
    ListVersionsByFunctionResponse,
)
from cenote.storage import functions

MAX_ITEMS = 50


@operation("CreateFunction", "lambda", body_bytes=source.MAX_BODY_BYTES)
def create_function(services: Services, call: Call, params: CreateFunctionRequest) -> FunctionConfiguration:
    """Make a function of a zip file."""
    key = present.key_of(call, params["FunctionName"])
    document = function_settings.new_document(params, supported_runtimes())
    environment = params.get("Environment", {}).get("Variables", {})
    code = source.zip_of(params["Code"])
    return present.configuration(records.create(services, key, document, environment, code))


@operation("GetFunction", "lambda")
def get_function(services: Services, call: Call, params: GetFunctionRequest) -> GetFunctionResponse:
    """A function, where its code can be fetched from for ten minutes, and its tags."""
    function = present.require(services, call, params)
    answer: GetFunctionResponse = {
        "Configuration": present.configuration(function, is_qualified=present.qualified(params)),
        "Code": {"RepositoryType": "S3", "Location": downloads.location_of(services, function)},
    }
    if function.document["Tags"]:
        answer["Tags"] = function.document["Tags"]
    if "Concurrency" in function.document:
        answer["Concurrency"] = {"ReservedConcurrentExecutions": function.document["Concurrency"]}
    return answer


@operation("GetFunctionConfiguration", "lambda")
def get_function_configuration(
    services: Services, call: Call, params: GetFunctionConfigurationRequest
) -> FunctionConfiguration:
    """A function."""
    return present.configuration(present.require(services, call, params), is_qualified=present.qualified(params))


@operation("ListFunctions", "lambda")
def list_functions(services: Services, call: Call, params: ListFunctionsRequest) -> ListFunctionsResponse:
    """A page of the account's functions, by name."""
    limit = min(params.get("MaxItems", MAX_ITEMS), MAX_ITEMS)
    after = _name_in(params.get("Marker", ""))
    with services.database.read() as tx:
        found = functions.page(tx, call.account_id, call.region, after=after, limit=limit + 1)
    shown = [opened(services.keys, stored) for stored in found[:limit]]
    answer: ListFunctionsResponse = {
        "Functions": [
            present.configuration(function, is_qualified=params.get("FunctionVersion") == "ALL") for function in shown
        ]
    }
    if len(found) > limit:
        answer["NextMarker"] = base64.urlsafe_b64encode(shown[-1].name.encode()).decode()
    return answer


@operation("ListVersionsByFunction", "lambda")
def list_versions_by_function(
    services: Services, call: Call, params: ListVersionsByFunctionRequest
) -> ListVersionsByFunctionResponse:
    """The one version that there is."""
    return {"Versions": [present.configuration(present.require(services, call, params), is_qualified=True)]}


@operation("DeleteFunction", "lambda")
def delete_function(services: Services, call: Call, params: DeleteFunctionRequest) -> DeleteFunctionResponse:
    """Delete a function, its code, its policy and its logs."""
    if params.get("Qualifier"):
        raise InvalidParameterValueException("$LATEST version cannot be deleted without deleting the function.")
    key = present.key_of(call, params["FunctionName"])
    records.delete(services, key)
    services.functions.forget(key)
    return {"StatusCode": 204}


def _name_in(marker: str) -> str:
    try:
        return base64.b64decode(marker.encode("ascii"), altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, UnicodeError):
        raise InvalidParameterValueException("Invalid Marker") from None
