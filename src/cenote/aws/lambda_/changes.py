"""UpdateFunctionCode, UpdateFunctionConfiguration."""

from cenote.aws.lambda_ import present, source
from cenote.aws.operation import Call, operation
from cenote.base.errors import InvalidParameterValueException
from cenote.flows.functions import archive, records
from cenote.flows.functions.records import Change
from cenote.flows.services import Services
from cenote.functions.runtimes import supported_runtimes
from cenote.model import function_settings
from cenote.model.function import Function
from cenote.spec.generated.lambda_ import (
    FunctionConfiguration,
    UpdateFunctionCodeRequest,
    UpdateFunctionConfigurationRequest,
)


@operation("UpdateFunctionCode", "lambda", body_bytes=source.MAX_BODY_BYTES)
def update_function_code(services: Services, call: Call, params: UpdateFunctionCodeRequest) -> FunctionConfiguration:
    """Replace a function's code; DryRun only looks whether it could be."""
    key = present.key_of(call, params["FunctionName"])
    if params.get("Publish"):
        raise InvalidParameterValueException(
            "Published versions are not supported: $LATEST is the only version of a function."
        )
    code = source.zip_of(params)

    def change(function: Function) -> Change:
        architectures = params.get("Architectures")
        document = {**function.document, "Architectures": architectures} if architectures else None
        return Change(document=document, code=code)

    if params.get("DryRun"):
        archive.verify(code)
        return present.configuration(records.require(services, key))
    return present.configuration(records.change(services, key, change, revision=params.get("RevisionId")))


@operation("UpdateFunctionConfiguration", "lambda")
def update_function_configuration(
    services: Services, call: Call, params: UpdateFunctionConfigurationRequest
) -> FunctionConfiguration:
    """Replace what is given of a function's configuration; the rest stays as it is."""
    key = present.key_of(call, params["FunctionName"])
    environment = params["Environment"].get("Variables", {}) if "Environment" in params else None

    def change(function: Function) -> Change:
        document = function_settings.replaced_document(function.document, params, supported_runtimes())
        return Change(document=document, environment=environment)

    return present.configuration(records.change(services, key, change, revision=params.get("RevisionId")))
