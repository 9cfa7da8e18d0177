"""No sealed column is left behind when the master key changes, and each is opened for what its writers seal it for."""

import pytest
from device_client import confirm, device_of
from functions_given import create
from sqlalchemy import LargeBinary

from cenote.storage import sealed_columns
from cenote.storage.sealed_columns import SEALED_COLUMNS, SealedColumn
from cenote.storage.tables import metadata
from harness import authenticator_app, hosted, imports, people
from harness.in_process import InProcess


def test_every_sealed_column_of_the_tables_is_listed() -> None:
    sealed = {
        (table.name, column.name)
        for table in metadata.sorted_tables
        for column in table.c
        if column.name.startswith("sealed_") and isinstance(column.type, LargeBinary)
    }
    assert {(listed.table.name, listed.name) for listed in SEALED_COLUMNS} == sealed


@pytest.fixture
def written(in_process: InProcess) -> InProcess:
    """A deployment whose own operations have written a value into every sealed column."""
    pool = people.make_pool(
        in_process,
        client={"GenerateSecret": True, "ClientName": "confidential"},
        Policies={"PasswordPolicy": {"MinimumLength": 8, "PasswordHistorySize": 3}},
        DeviceConfiguration={"ChallengeRequiredOnNewDevice": True},
    )
    in_process.signed.admin_create_user(
        UserPoolId=pool.id,
        Username="ada",
        UserAttributes=people.attributes(email="ada@example.com"),
        DesiredDeliveryMediums=["EMAIL"],
    )
    for password in ("First-Horse-1", "Second-Horse-2"):
        in_process.signed.admin_set_user_password(UserPoolId=pool.id, Username="ada", Password=password)
    public = in_process.signed.create_user_pool_client(
        UserPoolId=pool.id, ClientName="public", ExplicitAuthFlows=list(people.FLOWS)
    )["UserPoolClient"]["ClientId"]
    challenged = in_process.anonymous.initiate_auth(
        ClientId=public,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ada", "PASSWORD": "Second-Horse-2"},
    )
    assert challenged["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
    in_process.signed.create_identity_provider(
        UserPoolId=pool.id,
        ProviderName="Google",
        ProviderType="Google",
        ProviderDetails={"client_id": "app", "client_secret": "secret", "authorize_scopes": "openid"},
    )
    _register_app(in_process, pool.id, public)
    in_process.signed.get_signing_certificate(UserPoolId=pool.id)
    assert imports.upload(pool, imports.new_job(pool), b"cognito:username")[0] == 200
    create(in_process, Environment={"Variables": {"COLOR": "red"}})
    in_process.boto3_client("kms").create_key()
    _begin_journey(in_process, pool.id)
    return in_process


def _begin_journey(in_process: InProcess, pool_id: str) -> None:
    """Somebody who was sent to another provider."""
    in_process.signed.create_user_pool_domain(UserPoolId=pool_id, Domain="travel")
    client_id = in_process.signed.create_user_pool_client(
        UserPoolId=pool_id, ClientName="pages", **hosted.oauth_client(SupportedIdentityProviders=["Google"])
    )["UserPoolClient"]["ClientId"]
    path = f"/_cenote/domains/travel/oauth2/authorize?client_id={client_id}&response_type=code"
    status, headers, _ = in_process.request("GET", path)
    assert (302, True) == (status, headers["location"].startswith("https://accounts.google.com/"))


def _register_app(in_process: InProcess, pool_id: str, client_id: str) -> None:
    """An authenticator app with a secret in force and another one that waits, and a device."""
    pool = people.Pool(in_process, pool_id, client_id)
    people.signed_up(pool, "eve")
    authenticator_app.with_apps(pool)
    token = people.sign_in(pool, "eve")["AccessToken"]
    authenticator_app.registered(pool, in_process.clock, token)
    authenticator_app.associated(pool, in_process.clock, token)
    tokens = people.sign_in(pool, "eve")
    confirm(pool, tokens, device_of(tokens))


def test_what_the_operations_write_opens_for_the_listed_context(written: InProcess) -> None:
    services = written.services

    def opened(column: SealedColumn) -> int:
        with services.database.read() as tx:
            values = sealed_columns.page(tx, column, after=None, limit=100)
        return sum(services.keys.open(value.sealed, column.context_of(value.key)) != b"" for value in values)

    assert [column for column in SEALED_COLUMNS if not opened(column)] == []
