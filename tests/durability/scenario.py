"""A deployment's life in a few seconds: everything that holds a secret happens once, and every secret is noted as the client saw it."""

import base64
import random
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError
from device_client import ALWAYS, confirm, device_of
from functions_given import create
from srp_client import begun, claim_of, client_of, respond

from durability.at_pages import live_at_pages
from durability.treasure import Treasure
from harness.authenticator import unb64
from harness.authenticator_app import associated, registered, with_apps
from harness.clock import FakeClock
from harness.endpoint import Endpoint
from harness.people import Pool, attributes, make_pool, sign_in, sign_up

SRP = ("ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH")
POLICY = {
    "MinimumLength": 8,
    "RequireUppercase": True,
    "RequireLowercase": True,
    "RequireNumbers": True,
    "RequireSymbols": True,
    "TemporaryPasswordValidityDays": 7,
    "PasswordHistorySize": 3,
}


def live(endpoint: Endpoint, treasure: Treasure) -> list[Pool]:
    """Do it all; the pools: one that keeps SRP verifiers, one that keeps Argon2id hashes."""
    pool = make_pool(endpoint, flows=SRP, Policies={"PasswordPolicy": POLICY}, UserPoolTier="ESSENTIALS")
    _make_clients(pool, treasure)
    _own_life(pool, treasure)
    _apps(pool, treasure)
    _administered_lives(pool, treasure)
    _rotation(pool, treasure)
    _providers(pool, treasure)
    live_at_pages(pool, treasure, treasure.add("pia's password", new_password()))
    _imports(pool, treasure)
    _functions(pool, treasure)
    _keys(pool, treasure)
    _credentials(pool, treasure)
    hashing = make_pool(endpoint, flows=["ALLOW_USER_PASSWORD_AUTH"], DeviceConfiguration=ALWAYS)
    sign_up(hashing, "eve", treasure.add("eve's password", new_password()))
    _device(hashing, treasure)
    _refusals(pool, treasure)
    return [pool, hashing]


def new_password() -> str:
    """A password that nobody else has, and that is not its own JSON text, URL text or console text."""
    return f'Aa1"é%{random.getrandbits(64):016x}'


def _own_life(pool: Pool, treasure: Treasure) -> None:
    """Sign-up, both ways of signing in, a change, an address, a recovery."""
    anonymous, client = pool.endpoint.anonymous, {"ClientId": pool.client_id}
    first = treasure.add("ada's first password", new_password())
    sign_up(pool, "ada", first)
    sign_up(pool, "idle", treasure.add("idle's password", new_password()))
    _code(pool, treasure, "idle", "SignUp")
    code = _code(pool, treasure, "ada", "SignUp")
    anonymous.confirm_sign_up(**client, Username="ada", ConfirmationCode=code)
    tokens = _signed_in(pool, treasure, "ada", first)
    _srp(pool, treasure, "ada", first)
    second = treasure.add("ada's second password", new_password())
    token = {"AccessToken": tokens["AccessToken"]}
    anonymous.change_password(**token, PreviousPassword=first, ProposedPassword=second)
    anonymous.get_user_attribute_verification_code(**token, AttributeName="email")
    code = _code(pool, treasure, "ada", "VerifyUserAttribute")
    anonymous.verify_user_attribute(**token, AttributeName="email", Code=code)
    anonymous.forgot_password(**client, Username="ada")
    code = _code(pool, treasure, "ada", "ForgotPassword")
    third = treasure.add("ada's third password", new_password())
    anonymous.confirm_forgot_password(**client, Username="ada", ConfirmationCode=code, Password=third)
    _signed_in(pool, treasure, "ada again", third, name="ada")


def _apps(pool: Pool, treasure: Treasure) -> None:
    """An authenticator app that was proved, and another one that waits for its first code."""
    with_apps(pool)
    password = treasure.add("hal's password", new_password())
    sign_up(pool, "hal", password)
    pool.endpoint.signed.admin_confirm_sign_up(UserPoolId=pool.id, Username="hal")
    token = _signed_in(pool, treasure, "hal", password)["AccessToken"]
    clock = FakeClock(datetime.now(UTC))
    for name, app in (
        ("hal's app", registered(pool, clock, token)),
        ("hal's next app", associated(pool, clock, token)),
    ):
        treasure.add(f"{name} in base32", app.secret)
        treasure.add(name, base64.b32decode(app.secret + "===="), kept=True)


def _administered_lives(pool: Pool, treasure: Treasure) -> None:
    """A temporary password that was given, one that was made, and the challenge of each."""
    signed, anonymous = pool.endpoint.signed, pool.endpoint.anonymous
    whom = {"UserPoolId": pool.id}
    given = treasure.add("bob's temporary password", new_password())
    signed.admin_create_user(**whom, Username="bob", TemporaryPassword=given, MessageAction="SUPPRESS")
    signed.admin_create_user(
        **whom, Username="cyd", UserAttributes=attributes(email="cyd@example.com"), DesiredDeliveryMediums=["EMAIL"]
    )
    [message] = pool.endpoint.messages(username="cyd", pool=pool.id)
    made = treasure.add("cyd's temporary password", message["code"], kept=True)
    sessions = {}
    for name, password in (("bob", given), ("cyd", made)):
        step = anonymous.initiate_auth(
            ClientId=pool.client_id,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": name, "PASSWORD": password},
        )
        sessions[name] = treasure.add(f"{name}'s session", step["Session"])
    chosen = treasure.add("bob's own password", new_password())
    anonymous.respond_to_auth_challenge(
        ClientId=pool.client_id,
        ChallengeName="NEW_PASSWORD_REQUIRED",
        Session=sessions["bob"],
        ChallengeResponses={"USERNAME": "bob", "NEW_PASSWORD": chosen},
    )
    signed.admin_set_user_password(
        **whom, Username="bob", Password=treasure.add("bob's set password", new_password()), Permanent=True
    )


def _make_clients(pool: Pool, treasure: Treasure) -> None:
    """A client with a secret that was made and one with a secret that was given."""
    signed, whom = pool.endpoint.signed, {"UserPoolId": pool.id}
    made = signed.create_user_pool_client(**whom, ClientName="made", GenerateSecret=True)["UserPoolClient"]
    treasure.add("the made client secret", made["ClientSecret"], kept=True)
    given = treasure.add("the given client secret", f"{random.getrandbits(256):064x}", kept=True)
    signed.create_user_pool_client(**whom, ClientName="given", ClientSecret=given)


def _providers(pool: Pool, treasure: Treasure) -> None:
    """A provider with a secret, a client with a second secret, and the pool's own certificate."""
    signed, whom = pool.endpoint.signed, {"UserPoolId": pool.id}
    secret = treasure.add("the provider's secret", f"{random.getrandbits(256):064x}", kept=True)
    details = {"client_id": "c", "client_secret": secret, "authorize_scopes": "openid"}
    signed.create_identity_provider(
        **whom, ProviderName="Google", ProviderType="Google", ProviderDetails=details, AttributeMapping={}
    )
    signed.get_signing_certificate(**whom)
    client = signed.create_user_pool_client(**whom, ClientName="two", GenerateSecret=True)["UserPoolClient"]
    treasure.add("the first of two client secrets", client["ClientSecret"], kept=True)
    added = signed.add_user_pool_client_secret(**whom, ClientId=client["ClientId"])["ClientSecretDescriptor"]
    treasure.add("the second of two client secrets", added["ClientSecretValue"], kept=True)


def _imports(pool: Pool, treasure: Treasure) -> None:
    """A file with a password hash that was put, and a job that nobody starts."""
    signed, whom = pool.endpoint.signed, {"UserPoolId": pool.id}
    job = signed.create_user_import_job(
        **whom,
        JobName="hashes",
        CloudWatchLogsRoleArn="arn:aws:iam::123456789012:role/logs",
        PasswordHashingAlgorithm="BCRYPT",
    )["UserImportJob"]
    digest = treasure.add("an imported hash", f"{random.getrandbits(184):046x}a", kept=True)
    file = f"cognito:username,password_hash\nfay,$2b$04${digest}\n".encode()
    path = job["PreSignedUrl"].removeprefix(pool.endpoint.url)
    status, _, answer = pool.endpoint.request("PUT", path, body=file)
    assert 200 == status, answer


def _functions(pool: Pool, treasure: Treasure) -> None:
    """A function with a secret in its environment, which nobody calls."""
    secret = treasure.add("a secret of a function", f"{random.getrandbits(256):064x}", kept=True)
    create(pool.endpoint, "keeper", Environment={"Variables": {"SECRET": secret}})


def _keys(pool: Pool, treasure: Treasure) -> None:
    """A key of KMS, and what it encrypted: neither the one nor the other is kept but sealed."""
    kms = pool.endpoint.boto3_client("kms")
    key_id = kms.create_key()["KeyMetadata"]["KeyId"]
    treasure.add("a data key", kms.generate_data_key(KeyId=key_id, KeySpec="AES_256")["Plaintext"])


def _credentials(pool: Pool, treasure: Treasure) -> None:
    """An IAM user's key, which is kept; a session and an identity pool's token, which nobody keeps."""
    iam, sts = pool.endpoint.boto3_client("iam"), pool.endpoint.boto3_client("sts")
    iam.create_user(UserName="operator")
    key = iam.create_access_key(UserName="operator")["AccessKey"]
    treasure.add("the operator's key", key["SecretAccessKey"], kept=True)
    session = sts.get_session_token()["Credentials"]
    treasure.add("the secret key of temporary credentials", session["SecretAccessKey"])
    treasure.add("the token of temporary credentials", session["SessionToken"])
    identity = pool.endpoint.boto3_client("cognito-identity")
    made = identity.create_identity_pool(
        IdentityPoolName="dumped", AllowUnauthenticatedIdentities=True, AllowClassicFlow=True
    )
    guest = identity.get_id(IdentityPoolId=made["IdentityPoolId"])["IdentityId"]
    treasure.add("a guest's token", identity.get_open_id_token(IdentityId=guest)["Token"])


def _device(pool: Pool, treasure: Treasure) -> None:
    """A device that is confirmed: its password stays with it, the verifier is kept."""
    pool.endpoint.signed.admin_confirm_sign_up(UserPoolId=pool.id, Username="eve")
    tokens = _signed_in(pool, treasure, "eve", treasure.secrets["eve's password"].decode())
    device = device_of(tokens)
    treasure.add("the password of eve's device", device.password)
    verifier = base64.b64decode(device.verifier["PasswordVerifier"])
    treasure.add("the verifier of eve's device", verifier.lstrip(b"\0"), kept=True)
    confirm(pool, tokens, device)


def _rotation(pool: Pool, treasure: Treasure) -> None:
    """A refresh token that is replaced."""
    rotation = {"Feature": "ENABLED", "RetryGracePeriodSeconds": 10}
    made = pool.endpoint.signed.create_user_pool_client(
        UserPoolId=pool.id,
        ClientName="rotating",
        ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"],
        RefreshTokenRotation=rotation,
    )["UserPoolClient"]
    rotating = Pool(pool.endpoint, pool.id, made["ClientId"])
    password = treasure.add("dan's password", new_password())
    sign_up(rotating, "dan", password)
    pool.endpoint.signed.admin_confirm_sign_up(UserPoolId=pool.id, Username="dan")
    tokens = _signed_in(rotating, treasure, "dan", password)
    answer = pool.endpoint.anonymous.get_tokens_from_refresh_token(
        ClientId=rotating.client_id, RefreshToken=tokens["RefreshToken"]
    )["AuthenticationResult"]
    _note_tokens(treasure, "dan's next", answer)


def _refusals(pool: Pool, treasure: Treasure) -> None:
    """Secrets in calls that fail, in each phase of a call."""
    anonymous = pool.endpoint.anonymous
    wrong = treasure.add("a wrong password", new_password())
    refused(sign_in, pool, "ada", wrong)
    refused(sign_in, pool, "nobody", treasure.add("nobody's password", new_password()))
    refused(sign_up, pool, "far", treasure.add("a password that is too long", new_password() * 20))
    refused(sign_up, pool, "near", treasure.add("a password against the policy", f"{random.getrandbits(64):x}"))
    refused(sign_up, pool, "ada", treasure.add("a taken name's password", new_password()))
    refused(
        anonymous.change_password,
        AccessToken=treasure.add("a made-up access token", f"eyJ{random.getrandbits(256):x}.e30.c2ln"),
        PreviousPassword=treasure.add("a previous password", new_password()),
        ProposedPassword=treasure.add("a proposed password", new_password()),
    )
    for target in ("AWSCognitoIdentityProviderService.SignUp", "AWSCognitoIdentityProviderService.NoSuchThing"):
        password = treasure.add(f"a password in broken JSON to {target}", new_password())
        headers = {"X-Amz-Target": target, "Content-Type": "application/x-amz-json-1.1"}
        status, _, _ = pool.endpoint.request("POST", "/", headers=headers, body=f'{{"Password": "{password}'.encode())
        assert 400 == status
    secret = treasure.add("a password in a path", f"{random.getrandbits(128):x}")
    pool.endpoint.request("GET", f"/{secret}?Password={secret}")


def refused(call: Any, *arguments: Any, **named: Any) -> None:
    """Make a call that is refused."""
    try:
        call(*arguments, **named)
    except ClientError:
        return
    raise AssertionError("it was not refused")


def _signed_in(pool: Pool, treasure: Treasure, who: str, password: str, *, name: str | None = None) -> dict[str, Any]:
    tokens = sign_in(pool, name or who, password)
    _note_tokens(treasure, f"{who}'s", tokens)
    return tokens


def _note_tokens(treasure: Treasure, whose: str, tokens: dict[str, Any]) -> None:
    for kind in ("AccessToken", "IdToken"):
        treasure.add(f"{whose} {kind}", tokens[kind])
        treasure.add(f"the signature of {whose} {kind}", tokens[kind].rpartition(".")[2])
    refresh_token = treasure.add(f"{whose} RefreshToken", tokens["RefreshToken"])
    for place, part in enumerate(refresh_token.split(".")[1:]):
        treasure.add(f"part {place} of {whose} RefreshToken", unb64(part))


def _srp(pool: Pool, treasure: Treasure, name: str, password: str) -> None:
    """Sign in by SRP, and note what the password makes: the verifier that the server must have, and the client's exponent."""
    srp = client_of(pool, name, password)
    answer = begun(pool, srp)
    respond(pool, claim_of(srp, answer))
    treasure.add_number(f"{name}'s exponent", srp.small_a_value)


def _code(pool: Pool, treasure: Treasure, name: str, purpose: str) -> str:
    sent = pool.endpoint.messages(username=name, pool=pool.id)
    [code] = [message["code"] for message in sent if message["purpose"] == purpose]
    return treasure.add(f"{name}'s code for {purpose}", str(code), kept=True)
