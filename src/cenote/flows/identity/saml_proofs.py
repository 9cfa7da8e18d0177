"""
SAML responses for AWS: verified by the metadata of a SAML provider of IAM, and read as AssumeRoleWithSAML and identity pools read them.

A response must be signed by the provider, meant for AWS's sign-in (or ours), delivered to it, and a few minutes old at most. It may be
shown again in that time, as it may to AWS. Only the verified assertion is read; what it claims beforehand chooses the words of a refusal,
and which of our own names it is held against.

Source: IAM User Guide, "Configure SAML assertions for the authentication response"; API_AssumeRoleWithSAML.
"""

import base64
import datetime as dt
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from cenote.base.errors import ExpiredTokenException
from cenote.base.iam_errors import InvalidIdentityTokenException
from cenote.federation import saml_metadata
from cenote.federation.errors import FederationError, PastTimeError
from cenote.federation.saml import bindings, response
from cenote.federation.saml.assertion import Assertion, Expected
from cenote.federation.saml.names import ISSUER, SAML
from cenote.federation.saml.signatures import SignatureRefusedError
from cenote.federation.saml.xml import Element, parse_message
from cenote.federation.saml_metadata import SamlMetadata
from cenote.flows.identity import saml_attributes
from cenote.flows.identity.refusals import ProofRefusedError, Reason
from cenote.flows.identity.saml_attributes import Asked
from cenote.flows.services import Services
from cenote.model.iam.entity import Entity
from cenote.model.iam.web_identity import WebIdentity

URN = "urn:amazon:webservices"
_SIGN_IN = re.compile(
    r"https://(?:[a-z]{2}(?:-[a-z]+)+-[0-9]\.)?(?:signin\.aws\.amazon\.com|signin\.amazonaws-us-gov\.com|signin\.amazonaws\.cn)/saml"
)
_FORMATS = "urn:oasis:names:tc:SAML:2.0:nameid-format:"
_SENTENCES = {
    Reason.SIGNATURE: "Response signature invalid",
    Reason.AUDIENCE: "Response does not contain the required audience.",
    Reason.ISSUER: "Issuer not present in specified provider",
    Reason.MALFORMED: "Invalid SAML response.",
}


@dataclass(frozen=True, slots=True)
class SamlProof:
    """
    Whom a provider vouches for. *audience* is where the response was delivered to, as STS calls it.

    *asked* is what the assertion says in AWS's attributes, *session_ends_at_ms* when the provider's own session ends, if that is said.
    *identity* is what trust policies are asked about.
    """

    subject: str
    subject_type: str
    issuer: str
    audience: str
    name_qualifier: str
    attributes: Mapping[str, str | list[str]] = field(repr=False)
    asked: Asked
    session_ends_at_ms: int | None
    identity: WebIdentity


def verify_saml(services: Services, provider: Entity, response_b64: str) -> SamlProof:
    """
    What a base64 SAMLResponse proves of somebody whom *provider*, a SAML provider of IAM, vouches for.

    Raises:
        ExpiredTokenException: it is past its time.
        InvalidIdentityTokenException: it is not the provider's, not for AWS, or asks for what AWS's attributes cannot ask for.
    """
    try:
        return read(services, provider, response_b64)
    except ProofRefusedError as error:
        if error.reason is Reason.EXPIRED:
            message = "Token must be redeemed within 5 minutes of issuance"
            raise ExpiredTokenException(message, cause=error.private) from None
        raise InvalidIdentityTokenException(_SENTENCES[error.reason], cause=error.private) from None


def read(services: Services, provider: Entity, response_b64: str) -> SamlProof:
    """As `verify_saml`, but raises ProofRefusedError for a response that is not believed."""
    try:
        document = bindings.from_post(response_b64)
        expected = _expected(services, provider, document)
        return _proof(provider, response.verify(document, expected), expected)
    except PastTimeError as error:
        raise ProofRefusedError(Reason.EXPIRED, str(error)) from None
    except SignatureRefusedError as error:
        raise ProofRefusedError(Reason.SIGNATURE, str(error)) from None
    except FederationError as error:
        raise ProofRefusedError(Reason.MALFORMED, str(error)) from None


def name_qualifier(issuer: str, provider: Entity) -> str:
    """What makes a subject one of its provider's alone (API_AssumeRoleWithSAML, "NameQualifier")."""
    digest = hashlib.sha1(f"{issuer}{_doc_of(provider)}".encode())  # noqa: S324 - AWS's formula
    return base64.b64encode(digest.digest()).decode()


def _expected(services: Services, provider: Entity, document: bytes) -> Expected:
    """What the response must fit: of the names that AWS's sign-in has, those that it claims."""
    now_ms = services.clock.now_ms()
    metadata = _metadata_of(provider, now_ms)
    root = parse_message(document, max_bytes=response.MAX_BYTES)
    issuers = {(each.text or "").strip() for each in root.iter(ISSUER)}
    if issuers != {metadata.entity_id}:
        raise ProofRefusedError(Reason.ISSUER, "it is of another issuer")
    audience = _chosen(services, [(each.text or "").strip() for each in root.iter(f"{{{SAML}}}Audience")])
    confirmed = list(root.iter(f"{{{SAML}}}SubjectConfirmationData"))
    recipient = _chosen(services, [each.get("Recipient", "") for each in confirmed], is_place=True)
    return Expected(
        entity_id=audience,
        acs=recipient,
        issuer=metadata.entity_id,
        certificates=metadata.certificates,
        request_id=_request_of(root, confirmed),
        now_ms=now_ms,
        must_be_young=True,
    )


def _metadata_of(provider: Entity, now_ms: int) -> SamlMetadata:
    written = saml_metadata.bytes_of(provider.document["SAMLMetadataDocument"])
    return saml_metadata.parse(written, dt.datetime.fromtimestamp(now_ms / 1000, dt.UTC))


def _chosen(services: Services, claimed: list[str], *, is_place: bool = False) -> str:
    own = f"{services.settings.public_url}/saml"
    for each in claimed:
        if each == own or _SIGN_IN.fullmatch(each) or (each == URN and not is_place):
            return each
    raise ProofRefusedError(Reason.AUDIENCE, "it is for another service")


def _request_of(root: Element, confirmed: list[Element]) -> str | None:
    """The request that it claims to answer: none of ours, as nobody asks for these, so that it need only be one and the same."""
    claimed = (root, *confirmed)
    return next((each.get("InResponseTo") for each in claimed if each.get("InResponseTo") is not None), None)


def _proof(provider: Entity, verified: Assertion, expected: Expected) -> SamlProof:
    asked = saml_attributes.asked_in(verified.attributes)
    kind = verified.single_logout.get("format", f"{_FORMATS}unspecified").removeprefix(_FORMATS)
    qualifier = name_qualifier(verified.issuer, provider)
    context = {
        "saml:aud": (expected.acs,),
        "saml:iss": (verified.issuer,),
        "saml:sub": (verified.name_id,),
        "saml:sub_type": (kind,),
        "saml:namequalifier": (qualifier,),
        "saml:doc": (_doc_of(provider),),
        **saml_attributes.context_of(verified.attributes),
    }
    return SamlProof(
        subject=verified.name_id,
        subject_type=kind,
        issuer=verified.issuer,
        audience=expected.acs,
        name_qualifier=qualifier,
        attributes=verified.attributes,
        asked=asked,
        session_ends_at_ms=verified.session_ends_at_ms,
        identity=WebIdentity(
            principal=provider.arn,
            provider=provider.arn,
            subject=verified.name_id,
            audience=expected.acs,
            context=context,
            tags=asked.tags,
            transitive_tag_keys=asked.transitive_tag_keys,
            source_identity=asked.source_identity,
        ),
    )


def _doc_of(provider: Entity) -> str:
    return f"{provider.account_id}/{provider.name}"
