"""
GetSigningCertificate.

Source: API_GetSigningCertificate.
"""

import base64

from cenote.aws.operation import Call, operation
from cenote.flows.services import Services
from cenote.flows.signing_certificates import certificate_of
from cenote.spec.generated.cognito_idp import GetSigningCertificateRequest, GetSigningCertificateResponse
from cenote.storage import pools


@operation("GetSigningCertificate")
def get_signing_certificate(
    services: Services, call: Call, params: GetSigningCertificateRequest
) -> GetSigningCertificateResponse:
    """The certificate of the key that signs the pool's SAML requests: DER in base64, without PEM's lines."""
    with services.database.read() as tx:
        pools.require(tx, params["UserPoolId"], call.account_id, call.region)
    return {"Certificate": base64.b64encode(certificate_of(services, params["UserPoolId"])).decode()}
