"""
Every signed operation of every service, called by everybody who may not call it, and by one who may do just that.

The operations are those of the register: one that is new is in it. Each is called with the least that its shape accepts, in its protocol.
"""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from cenote.aws.operation import Authorization, authorization_of, implemented
from cenote.aws.permission.function_arns import action_of
from cenote.aws.permission.iam_arns import OWN
from cenote.aws.protocols.xml import COMMON_CODES
from cenote.base.secret import Secret
from cenote.model.iam.entity import Entity, EntityKind
from cenote.spec.model import service as spec_of
from harness import calls, people, principals
from harness.calls import Wire
from harness.endpoint import Answer
from harness.in_process import InProcess
from harness.principals import Signing, allow, deny, policy

SERVICES = ("cognito-idp", "cognito-identity", "sts", "iam", "kms", "lambda")
QUERY = ("sts", "iam")
FOREIGN = "999999999999"
# AWS: these need no permission; sessions of a role get no sessions of their own by them.
FREE = ("GetCallerIdentity", "GetSessionToken")
ONLY_LONG_TERM = ("GetSessionToken", "GetFederationToken")
TARGET = "arn:aws:iam::000000000000:role/target"


def signed_operations(service: str) -> list[str]:
    return sorted(name for name in implemented(service) if authorization_of(service, name) is Authorization.SIGNED)


def code(service: str, name: str) -> str:
    """How a service of its protocol calls a common error."""
    return COMMON_CODES[name] if service in QUERY else name


class Matrix:
    """A service of a deployment, and its operations called by whomever."""

    def __init__(self, endpoint: InProcess, service: str) -> None:
        self.endpoint = endpoint
        self.services = endpoint.services
        self.service = service
        self.signing_name = spec_of(service).signing_name
        self.telling = self._telling()

    def requests(self, named: Mapping[str, Any] | None = None) -> dict[str, Wire]:
        """Each signed operation's request; *named* are members that name what is there."""
        return {name: self._request(name, named or {}) for name in signed_operations(self.service)}

    def sent(self, request: Wire, signing: Signing | None) -> Answer:
        headers = dict(request.headers)
        if signing is not None:
            headers = calls.signed(request, signing, self.signing_name, self.endpoint.region)
        return calls.send(self.endpoint.app, request, headers)

    def role(self, name: str, *statements: dict[str, Any]) -> tuple[Entity, Signing]:
        """A role that may do what *statements* say, and a session of it."""
        made = principals.make(self.services, EntityKind.ROLE, name, inline={"inline": policy(*statements)})
        return made, principals.session_of(self.services, made)

    def action(self, operation: str) -> str:
        return f"{self.signing_name}:{action_of(operation)}"

    def _request(self, operation: str, named: Mapping[str, Any]) -> Wire:
        spec = spec_of(self.service)
        members = calls.minimal(self.service, operation) | self.telling.get(operation, {})
        taken = spec.shapes[spec.operations[operation].input or ""].members if spec.operations[operation].input else {}
        members |= {name: value for name, value in named.items() if name in taken}
        return calls.wire(self.endpoint.url, self.service, operation, members)

    def _telling(self) -> dict[str, dict[str, Any]]:
        """What is there, where an operation can only then say whether it may be done."""
        match self.service:
            case "sts":
                target = principals.make(self.services, EntityKind.ROLE, "target")
                return {"AssumeRole": {"RoleArn": target.arn}}
            case "iam":
                key = principals.key_of(self.services, principals.make(self.services, EntityKind.USER, "owner"))
                # Who says no name means themselves: each of the roles below would be asked for another ARN.
                own = {name: {"UserName": "none"} for name in OWN}
                return own | {"GetAccessKeyLastUsed": {"AccessKeyId": key.access_key_id}}
            case "kms":
                kms = self.endpoint.boto3_client("kms")
                key_id = kms.create_key()["KeyMetadata"]["KeyId"]
                for name in ("alias/kept", "alias/deleted"):
                    kms.create_alias(AliasName=name, TargetKeyId=key_id)
                blob = kms.encrypt(KeyId=key_id, Plaintext=b"1")["CiphertextBlob"]
                return {
                    "Decrypt": {"CiphertextBlob": blob},
                    "DeleteAlias": {"AliasName": "alias/deleted"},
                    "UpdateAlias": {"AliasName": "alias/kept", "TargetKeyId": key_id},
                }
            case _:
                return {}


@pytest.fixture
def engine() -> str:
    """One engine: who may do what hangs on none."""
    return "sqlite"


@pytest.fixture(params=SERVICES)
def matrix(request: pytest.FixtureRequest, in_process: InProcess) -> Matrix:
    """One service after the other."""
    return Matrix(in_process, request.param)


def test_who_is_not_known_is_refused(matrix: Matrix) -> None:
    services = matrix.services
    _, session = matrix.role("all", allow("*"))
    _, another = matrix.role("another", allow("*"))
    user = principals.make(services, EntityKind.USER, "bob", inline={"inline": policy(allow("*"))})
    key = principals.key_of(services, user)
    assert session.token is not None
    now_ms = services.clock.now_ms()
    role = principals.make(services, EntityKind.ROLE, "late", inline={"inline": policy(allow("*"))})
    over = principals.session_of(services, role, issued_at_ms=now_ms - 3_600_000, expires_at_ms=now_ms)
    middle = len(session.token) // 2
    altered = session.token[:middle] + ("A" if session.token[middle] != "A" else "B") + session.token[middle + 1 :]
    strangers: list[tuple[str, Signing | None, str]] = [
        ("unsigned", None, "MissingAuthenticationTokenException"),
        ("by another secret", replace(key, secret=Secret("x" * 40)), "InvalidSignatureException"),
        ("a session's by another secret", replace(session, secret=Secret("x" * 40)), "InvalidSignatureException"),
        ("by no key", replace(key, access_key_id="AKIANOBODY0000000000"), "UnrecognizedClientException"),
        ("by no longer a key", principals.key_of(services, user, is_active=False), "UnrecognizedClientException"),
        ("with an altered token", replace(session, token=altered), "UnrecognizedClientException"),
        ("with another's token", replace(session, token=another.token), "UnrecognizedClientException"),
        ("without its token", replace(session, token=None), "UnrecognizedClientException"),
        ("with a token of none", replace(key, token=session.token), "UnrecognizedClientException"),
        ("too late", over, "ExpiredTokenException"),
    ]
    wrong = []
    for operation, request in matrix.requests().items():
        for how, signing, fault in strangers:
            status, said, _ = calls.said(matrix.sent(request, signing))
            if said != code(matrix.service, fault) or status not in {400, 403}:
                wrong.append((operation, how, status, said))
    assert not wrong, wrong


def test_who_may_not_is_refused_and_who_may_is_not(matrix: Matrix) -> None:
    requests = {name: request for name, request in matrix.requests().items() if name not in FREE}
    _, nothing = matrix.role("nothing", allow("s3:*"))
    resources, wrong = {}, []
    for operation, request in requests.items():
        resources[operation], sentence = refusal_of(matrix, request, nothing)
        if f"perform: {matrix.action(operation)} on resource: " not in sentence:
            wrong.append((operation, "nothing", sentence))
    assert not wrong, wrong
    texts = {
        f"{who}-{operation}": text
        for operation, resource in resources.items()
        for who, text in policies_of(matrix.action(operation), resource).items()
    }
    for name, role in principals.make_roles(matrix.services, texts).items():
        who, _, operation = name.partition("-")
        signing = principals.session_of(matrix.services, role)
        if who != "exact":
            found, sentence = refusal_of(matrix, requests[operation], signing)
            if found != resources[operation]:
                wrong.append((operation, who, sentence))
        elif operation not in ONLY_LONG_TERM:
            status, said, message = calls.said(matrix.sent(requests[operation], signing))
            if status == 500 or said in {code(matrix.service, "AccessDeniedException"), "InvalidClientTokenId"}:
                wrong.append((operation, who, f"{said}: {message}"))
    assert not wrong, wrong


def policies_of(action: str, resource: str) -> dict[str, str]:
    """Policies of those who may not do just that, and of one who may do nothing else but hand over roles."""
    found = {
        "denied": policy(allow("*"), deny(action)),
        "spared": policy({"Effect": "Allow", "NotAction": action, "Resource": "*"}),
    }
    if resource != "*":
        found["elsewhere"] = policy(allow(action, on=f"{resource}x"))
    return found | {"exact": policy(allow(action, on=resource), allow("iam:PassRole"))}


def test_what_anybody_may_call_or_takes_a_token_asks_for_no_signature(matrix: Matrix) -> None:
    forged = Signing("AKIANOBODY0000000000", Secret("x" * 40))
    wrong = []
    for operation in sorted(implemented(matrix.service)):
        if authorization_of(matrix.service, operation) is Authorization.SIGNED:
            continue
        request = calls.wire(matrix.endpoint.url, matrix.service, operation, calls.minimal(matrix.service, operation))
        unsigned, signed = (calls.said(matrix.sent(request, signing)) for signing in (None, forged))
        if unsigned != signed or unsigned[1] in {code(matrix.service, name) for name in OF_SIGNATURES}:
            wrong.append((operation, unsigned, signed))
    assert not wrong, wrong


def refusal_of(matrix: Matrix, request: Wire, signing: Signing) -> tuple[str, str]:
    """The resource that was not permitted, and the sentence; no resource where it was no refusal of permission."""
    _, said, message = calls.said(matrix.sent(request, signing))
    if said != code(matrix.service, "AccessDeniedException"):
        return "", f"{said}: {message}"
    return message.partition(" on resource: ")[2].partition(" ")[0], message


def test_what_another_account_has_is_as_good_as_none(matrix: Matrix) -> None:
    user = principals.make(
        matrix.services, EntityKind.USER, "mallory", account_id=FOREIGN, inline={"inline": policy(allow("*"))}
    )
    mallory = principals.key_of(matrix.services, user)
    world = World(matrix.endpoint)
    before = world.shown()
    named = world.names[matrix.service]
    wrong = []
    for operation, request in matrix.requests(named).items():
        if operation in OF_ONES_OWN:
            continue
        answer = matrix.sent(request, mallory)
        status, said, _ = calls.said(answer)
        members = spec_of(matrix.service).shapes.get(spec_of(matrix.service).operations[operation].input or "")
        is_named = members is not None and bool(named.keys() & members.members.keys())
        is_told = operation not in OPEN and any(secret.encode() in answer[2] for secret in world.secrets)
        if status == 500 or (status < 300 and (is_told or (is_named and operation not in OPEN))):
            wrong.append((operation, status, said))
    assert not wrong, wrong
    assert before == world.shown()


# AWS: whose a key is, anybody may ask who has one. Of identities that are not there the others of a list say so.
OPEN = ("GetAccessKeyInfo", "DeleteIdentities")
OF_SIGNATURES = ("MissingAuthenticationTokenException", "UnrecognizedClientException", "InvalidSignatureException")
# What these make is of the caller's account, though it is called as somebody else's is.
OF_ONES_OWN = ("CreateGroup", "CreateInstanceProfile", "CreateRole", "CreateUser")


class World:
    """What an account has, and what the operations of each service call it."""

    def __init__(self, endpoint: InProcess) -> None:
        services, self._endpoint = endpoint.services, endpoint
        pool = people.make_pool(endpoint)
        self._clients = {name: endpoint.boto3_client(name) for name in SERVICES}
        identity_pool = self._clients["cognito-identity"].create_identity_pool(
            IdentityPoolName="theirs", AllowUnauthenticatedIdentities=True
        )["IdentityPoolId"]
        anybody = endpoint.anonymous_client("cognito-identity")
        identity = anybody.get_id(IdentityPoolId=identity_pool, AccountId="000000000000")["IdentityId"]
        kms = self._clients["kms"]
        key = kms.create_key()["KeyMetadata"]["KeyId"]
        kms.create_alias(AliasName="alias/theirs", TargetKeyId=key)
        role, user, group, profile = (
            principals.make(services, kind, "theirs")
            for kind in (EntityKind.ROLE, EntityKind.USER, EntityKind.GROUP, EntityKind.INSTANCE_PROFILE)
        )
        managed = principals.make_policy(services, "theirs", policy(allow("*")))
        signing = principals.key_of(services, user)
        self.secrets = (pool.id, pool.client_id, identity_pool, identity, key, signing.access_key_id)
        self.secrets += tuple(entity.entity_id for entity in (role, user, group, profile, managed))
        arns = "arn:aws:{}:us-east-1:000000000000:{}"
        self.names: dict[str, dict[str, Any]] = {
            "cognito-idp": {
                "UserPoolId": pool.id,
                "ClientId": pool.client_id,
                "ResourceArn": arns.format("cognito-idp", f"userpool/{pool.id}"),
            },
            "cognito-identity": {
                "IdentityPoolId": identity_pool,
                "IdentityId": identity,
                "IdentityIdsToDelete": [identity],
                "ResourceArn": arns.format("cognito-identity", f"identitypool/{identity_pool}"),
            },
            "sts": {"RoleArn": role.arn, "AccessKeyId": signing.access_key_id},
            "iam": {
                "RoleName": "theirs",
                "UserName": "theirs",
                "GroupName": "theirs",
                "InstanceProfileName": "theirs",
                "PolicyArn": managed.arn,
                "PolicySourceArn": role.arn,
                "AccessKeyId": signing.access_key_id,
            },
            "kms": {
                "KeyId": key,
                "TargetKeyId": key,
                "AliasName": "alias/theirs",
                "CiphertextBlob": kms.encrypt(KeyId=key, Plaintext=b"1")["CiphertextBlob"],
            },
            "lambda": {
                "FunctionName": arns.format("lambda", "function:theirs"),
                "Resource": arns.format("lambda", "function:theirs"),
            },
        }
        self._clients["lambda"].create_function(
            FunctionName="theirs", Role=TARGET, Runtime="python3.11", Handler="main.handler", Code={"ZipFile": zipped()}
        )

    def shown(self) -> list[Any]:
        """All of it, as its own account sees it."""
        of = self._clients
        names = self.names
        shown = [
            of["cognito-idp"].describe_user_pool(UserPoolId=names["cognito-idp"]["UserPoolId"]),
            of["cognito-idp"].list_user_pool_clients(UserPoolId=names["cognito-idp"]["UserPoolId"]),
            of["cognito-identity"].describe_identity_pool(IdentityPoolId=names["cognito-identity"]["IdentityPoolId"]),
            of["cognito-identity"].describe_identity(IdentityId=names["cognito-identity"]["IdentityId"]),
            of["iam"].get_account_authorization_details(),
            of["iam"].list_access_keys(UserName="theirs"),
            of["kms"].describe_key(KeyId="alias/theirs"),
            of["lambda"].get_function(FunctionName="theirs")["Configuration"],
        ]
        for each in shown:
            each.pop("ResponseMetadata", None)
        return shown


def zipped() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("main.py", "def handler(event, context):\n    return event\n")
    return written.getvalue()
