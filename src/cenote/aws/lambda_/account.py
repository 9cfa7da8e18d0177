"""
GetAccountSettings, and what Terraform and CDK read of every function: concurrency, code signing, aliases, URLs and the like.

A function here has no alias, URL, event source or code signing; that is what these answer.
"""

from cenote.aws.lambda_ import present
from cenote.aws.operation import Call, operation
from cenote.base.errors import ResourceNotFoundException
from cenote.flows.functions import records
from cenote.flows.functions.archive import MAX_ZIP_BYTES
from cenote.flows.functions.records import Change
from cenote.flows.services import Services
from cenote.functions.limits import RunnerLimits
from cenote.spec.generated.lambda_ import (
    Concurrency,
    DeleteFunctionConcurrencyRequest,
    GetAccountSettingsRequest,
    GetAccountSettingsResponse,
    GetFunctionCodeSigningConfigRequest,
    GetFunctionCodeSigningConfigResponse,
    GetFunctionConcurrencyRequest,
    GetFunctionConcurrencyResponse,
    GetFunctionEventInvokeConfigRequest,
    GetFunctionUrlConfigRequest,
    GetRuntimeManagementConfigRequest,
    GetRuntimeManagementConfigResponse,
    ListAliasesRequest,
    ListAliasesResponse,
    PutFunctionConcurrencyRequest,
)
from cenote.storage import functions

_MIB = 1024 * 1024


@operation("GetAccountSettings", "lambda")
def get_account_settings(
    services: Services, call: Call, params: GetAccountSettingsRequest
) -> GetAccountSettingsResponse:
    """The account's limits, and how much of them is used."""
    with services.database.read() as tx:
        count, used_bytes = functions.used(tx, call.account_id, call.region)
    processes = services.settings.functions.processes * services.settings.workers
    return {
        "AccountLimit": {
            "TotalCodeSize": services.settings.quotas.function_code_mb * _MIB,
            "CodeSizeUnzipped": RunnerLimits().max_unzipped_bytes,
            "CodeSizeZipped": MAX_ZIP_BYTES,
            "ConcurrentExecutions": processes,
            "UnreservedConcurrentExecutions": processes,
        },
        "AccountUsage": {"TotalCodeSize": used_bytes, "FunctionCount": count},
    }


@operation("GetFunctionCodeSigningConfig", "lambda")
def get_function_code_signing_config(
    services: Services, call: Call, params: GetFunctionCodeSigningConfigRequest
) -> GetFunctionCodeSigningConfigResponse:
    """A function without code signing: none here has any."""
    function = present.require(services, call, params)
    # The model requires a member that AWS leaves out of this very answer.
    return {"FunctionName": function.name}  # type: ignore[typeddict-item]


@operation("GetFunctionConcurrency", "lambda")
def get_function_concurrency(
    services: Services, call: Call, params: GetFunctionConcurrencyRequest
) -> GetFunctionConcurrencyResponse:
    """What was reserved for a function, if anything was."""
    reserved = present.require(services, call, params).document.get("Concurrency")
    return {} if reserved is None else {"ReservedConcurrentExecutions": reserved}


@operation("PutFunctionConcurrency", "lambda", is_stored=True)
def put_function_concurrency(services: Services, call: Call, params: PutFunctionConcurrencyRequest) -> Concurrency:
    """Reserve concurrency for a function."""
    reserved = params["ReservedConcurrentExecutions"]
    key = present.key_of(call, params["FunctionName"])
    records.change(
        services,
        key,
        lambda function: Change(document={**function.document, "Concurrency": reserved}, has_new_revision=False),
    )
    return {"ReservedConcurrentExecutions": reserved}


@operation("DeleteFunctionConcurrency", "lambda", is_stored=True)
def delete_function_concurrency(services: Services, call: Call, params: DeleteFunctionConcurrencyRequest) -> None:
    """Reserve nothing any more."""
    key = present.key_of(call, params["FunctionName"])
    records.change(
        services,
        key,
        lambda function: Change(
            document={name: value for name, value in function.document.items() if name != "Concurrency"},
            has_new_revision=False,
        ),
    )


@operation("ListAliases", "lambda")
def list_aliases(services: Services, call: Call, params: ListAliasesRequest) -> ListAliasesResponse:
    """No aliases."""
    present.require(services, call, params)
    return {"Aliases": []}


@operation("GetFunctionUrlConfig", "lambda")
def get_function_url_config(services: Services, call: Call, params: GetFunctionUrlConfigRequest) -> None:
    """ResourceNotFoundException: no function here has a URL."""
    present.require(services, call, params)
    raise ResourceNotFoundException("The resource you requested does not exist.")


@operation("GetFunctionEventInvokeConfig", "lambda")
def get_function_event_invoke_config(
    services: Services, call: Call, params: GetFunctionEventInvokeConfigRequest
) -> None:
    """ResourceNotFoundException: how events are tried again is the same for every function here."""
    function = present.require(services, call, params)
    raise ResourceNotFoundException(f"The function {function.arn} doesn't have an EventInvokeConfig")


@operation("GetRuntimeManagementConfig", "lambda")
def get_runtime_management_config(
    services: Services, call: Call, params: GetRuntimeManagementConfigRequest
) -> GetRuntimeManagementConfigResponse:
    """What AWS answers for a function that nobody has set one for."""
    function = present.require(services, call, params)
    return {"UpdateRuntimeOn": "Auto", "FunctionArn": function.arn}
