"""A seed file carried out: what it names is there, once, and stays what the file says."""

from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from cenote.aws.validate import validate_of_pools
from cenote.base.settings import Settings
from cenote.cli import seed_yaml
from cenote.flows import passwords, users
from cenote.flows.seed import SeedReport
from cenote.flows.seed import seed as carry_out
from cenote.flows.services import Services
from cenote.model.pool import Pool
from cenote.model.seed_values import SeedError
from cenote.model.user import User, UserStatus
from cenote.storage import groups as group_rows
from cenote.storage.tables import access_keys, deployment, metadata
from docs.pages import ROOT, blocks_of, text_of
from harness.in_process import InProcess

EXAMPLE = ROOT / "docs/examples/seed.yaml"
POOL_ID = "us-east-1_LocalDev1"
PASSWORD = "Correct-horse-7"
DOCUMENT: dict[str, Any] = {
    "pools": [
        {
            "Id": POOL_ID,
            "PoolName": "app",
            "AutoVerifiedAttributes": ["email"],
            "Schema": [{"Name": "plan", "AttributeDataType": "String"}],
            "clients": [
                {"ClientId": "web", "ClientName": "web", "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"]},
                {"ClientName": "server", "ClientSecret": "s" * 30},
                {"ClientName": "other", "GenerateSecret": True},
            ],
            "groups": [{"GroupName": "staff", "Precedence": 2}, {"GroupName": "admins"}],
            "users": [
                {
                    "Username": "ada",
                    "Password": PASSWORD,
                    "Attributes": {"email": "ada@example.com", "email_verified": True, "custom:plan": "pro"},
                    "Groups": ["staff"],
                }
            ],
        }
    ]
}


def seed(services: Services, document: object = DOCUMENT) -> SeedReport:
    return carry_out(services, document, region="us-east-1", account_id="000000000000", validate=validate_of_pools)


def changed(**pool: Any) -> dict[str, Any]:
    document = deepcopy(DOCUMENT)
    document["pools"][0].update(pool)
    return document


def with_user(**user: Any) -> dict[str, Any]:
    return changed(users=[{**DOCUMENT["pools"][0]["users"][0], **user}])


def pool_of(services: Services, pool_id: str = POOL_ID) -> Pool:
    services.directory.forget()
    return services.directory.require_pool(pool_id)


def user_of(services: Services, name: str = "ada") -> User:
    with services.database.read() as tx:
        return users.require(services, tx, pool_of(services), name)


def groups_of(services: Services) -> list[str]:
    with services.database.read() as tx:
        return [group.name for group in group_rows.of_user(tx, POOL_ID, user_of(services).sub)]


def rows_of(services: Services) -> dict[str, Any]:
    """Everything that is stored, but what a first start makes."""
    with services.database.read() as tx:
        return {
            table.name: sorted(map(repr, tx.execute(select(table)).all()))
            for table in metadata.sorted_tables
            if table not in {access_keys, deployment}
        }


def refused(services: Services, document: object) -> tuple[str, str]:
    with pytest.raises(SeedError) as refusal:
        seed(services, document)
    return refusal.value.place, refusal.value.problem


def test_everything_that_the_file_names_is_made(services: Services) -> None:
    report = seed(services)
    by_name = {client.name: client for client in services.directory.clients_of(POOL_ID)}
    assert by_name["web"].client_id == "web"
    assert by_name["web"].flows == {"ALLOW_USER_PASSWORD_AUTH"}
    assert by_name["server"].secrets == ("s" * 30,)
    assert len(by_name["other"].secrets[0]) == 52
    ada = user_of(services)
    assert ada.attributes == {"email": "ada@example.com", "email_verified": "true", "custom:plan": "pro"}
    assert (ada.status, ada.enabled) == (UserStatus.CONFIRMED, True)
    assert passwords.is_right(services, pool_of(services), ada, PASSWORD)
    assert groups_of(services) == ["staff"]
    assert report.created == [
        f"pool {POOL_ID}",
        "client web",
        f"client {by_name['server'].client_id}",
        f"client {by_name['other'].client_id}",
        f"group staff in {POOL_ID}",
        f"group admins in {POOL_ID}",
        f"user ada in {POOL_ID}",
    ]
    assert (report.updated, report.unchanged) == ([], [])


def test_a_second_run_changes_nothing(services: Services) -> None:
    first = seed(services)
    before = rows_of(services)
    second = seed(services)
    assert rows_of(services) == before
    assert second == SeedReport(unchanged=first.created)


def test_the_example_in_the_documentation_works_and_is_idempotent(services: Services, in_process: InProcess) -> None:
    document = seed_yaml.read(EXAMPLE)
    first = seed(services, document)
    assert seed(services, document).unchanged == first.created
    answer = in_process.anonymous.initiate_auth(
        ClientId="localdevwebclient000000000",
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ada@example.com", "PASSWORD": PASSWORD},
    )
    assert answer["AuthenticationResult"]["ExpiresIn"] == 900
    answer = in_process.anonymous.initiate_auth(
        ClientId="localdevwebclient000000000",
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "new@example.com", "PASSWORD": "First-sign-in-1"},
    )
    assert answer["ChallengeName"] == "NEW_PASSWORD_REQUIRED"


def test_the_seed_on_the_page_works(services: Services, tmp_path: Path) -> None:
    [block] = [block for block in blocks_of(text_of("docs/development.md")) if block.language == "yaml"]
    path = tmp_path / "seed.yaml"
    path.write_text(block.text)
    assert len(seed(services, seed_yaml.read(path)).created) == 6


def test_changed_settings_are_applied(services: Services) -> None:
    seed(services)
    document = changed(
        PoolName="renamed",
        Policies={"PasswordPolicy": {"MinimumLength": 12}},
        Schema=[
            {"Name": "plan", "AttributeDataType": "String"},
            {"Name": "rank", "AttributeDataType": "Number", "DeveloperOnlyAttribute": True},
        ],
        clients=[{"ClientId": "web", "ClientName": "site", "AccessTokenValidity": 2}],
        groups=[{"GroupName": "staff", "Precedence": 7, "Description": "All"}, {"GroupName": "admins"}],
    )
    report = seed(services, document)
    assert report.updated == [f"pool {POOL_ID}", "client web", f"group staff in {POOL_ID}"]
    pool = pool_of(services)
    assert (pool.name, pool.password_policy.minimum_length) == ("renamed", 12)
    assert {"custom:plan", "dev:custom:rank"} <= pool.schema.keys()
    client = services.directory.require_client_of(POOL_ID, "web")
    assert (client.name, client.access_ttl_s, "ExplicitAuthFlows" in client.document) == ("site", 7200, False)
    assert seed(services, document).updated == []


def test_a_changed_user_is_applied_and_the_rest_of_the_user_stays(services: Services) -> None:
    seed(services)
    document = with_user(
        Password="Battery-staple-2",
        Attributes={"email": "new@example.com", "email_verified": True, "name": "Ada"},
        Groups=["admins"],
        Enabled=False,
    )
    assert seed(services, document).updated == [f"user ada in {POOL_ID}"]
    ada = user_of(services)
    assert ada.attributes == {
        "email": "new@example.com",
        "email_verified": "true",
        "custom:plan": "pro",
        "name": "Ada",
    }
    assert passwords.is_right(services, pool_of(services), ada, "Battery-staple-2")
    assert sorted(groups_of(services)) == ["admins", "staff"]
    assert rows_of(services)["outbox"] == [], "nobody is written to"
    assert not ada.enabled
    assert ada.tokens_valid_after_ms == services.clock.now_ms()
    assert seed(services, document).updated == []


def test_a_new_address_without_its_flag_is_unverified_even_where_proof_is_asked_for_first(services: Services) -> None:
    settings = {"AttributesRequireVerificationBeforeUpdate": ["email"]}
    seed(services, changed(UserAttributeUpdateSettings=settings))
    document = with_user(Attributes={"email": "new@example.com"})
    document["pools"][0]["UserAttributeUpdateSettings"] = settings
    assert seed(services, document).updated == [f"user ada in {POOL_ID}"]
    ada = user_of(services)
    assert (ada.attributes["email"], ada.attributes["email_verified"]) == ("new@example.com", "false")
    assert seed(services, document).updated == []


def test_a_temporary_password_has_its_time(services: Services) -> None:
    document = with_user(Status="FORCE_CHANGE_PASSWORD")
    seed(services, document)
    ada = user_of(services)
    assert ada.status is UserStatus.FORCE_CHANGE_PASSWORD
    assert ada.temporary_until_ms == services.clock.now_ms() + 7 * 24 * 60 * 60 * 1000
    seed(services)
    assert (user_of(services).status, user_of(services).temporary_until_ms) == (UserStatus.CONFIRMED, None)


def test_what_is_not_named_stays(services: Services) -> None:
    seed(services)
    before = rows_of(services)
    report = seed(services, {"pools": [{"Id": "us-east-1_Another", "PoolName": "another"}]})
    assert report.created == ["pool us-east-1_Another"]
    after = rows_of(services)
    assert all(set(before[name]) <= set(after[name]) for name in before)


def test_without_ids_pools_and_clients_are_known_by_name(services: Services) -> None:
    document = {"pools": [{"PoolName": "app", "clients": [{"ClientName": "web"}]}]}
    created = seed(services, document).created
    assert seed(services, document).unchanged == created
    assert created[0].startswith("pool us-east-1_")


def test_a_pool_is_in_the_region_of_its_id(services: Services) -> None:
    seed(services, {"pools": [{"Id": "eu-west-1_Here", "PoolName": "a"}, {"Id": "local_There", "PoolName": "b"}]})
    assert pool_of(services, "eu-west-1_Here").region == "eu-west-1"
    assert pool_of(services, "local_There").region == "us-east-1"


@pytest.mark.parametrize(
    ("document", "place", "words"),
    [
        (changed(UsernameAttributes=["email"]), "pools[0].UsernameAttributes", "cannot be changed"),
        (changed(Schema=[{"Name": "email", "Required": True}]), "pools[0].Schema", "email: it cannot be changed"),
        (changed(Schema=[{"Name": "plan", "AttributeDataType": "Number"}]), "pools[0].Schema", "custom:plan: "),
        (changed(MfaConfiguration="ON"), "pools[0]", "SMS"),
        (changed(clients=[{"ClientId": "web", "ClientName": "web", "ClientSecret": "t" * 30}]),
         "pools[0].clients[0].ClientSecret", "secret cannot be changed"),
        (changed(clients=[{"ClientName": "server"}]), "pools[0].clients[0]", "secret cannot be changed"),
        (changed(clients=[{"ClientName": "new", "AllowedOAuthScopes": ["email"]}]), "pools[0].clients[0]", "openid"),
        (with_user(Password="short"), "pools[0].users[0]", "Password did not conform with policy"),
        (with_user(Groups=["nobody"]), "pools[0].users[0].Groups", "no group nobody"),
        (with_user(Attributes={"custom:size": "1"}), "pools[0].users[0]", "does not exist in the schema"),
        (with_user(Username="bob", Attributes={"email": "x"}), "pools[0].users[0]", "Invalid email address format."),
        ({"pools": [{"Id": "us-west-2_B", "PoolName": "b", "clients": [{"ClientId": "web", "ClientName": "w"}]}]},
         "pools[0].clients[0].ClientId", "another pool"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_with_its_place(services: Services, document: object, place: str, words: str) -> None:
    seed(services)
    told_at, problem = refused(services, document)
    assert told_at == place
    assert words in problem


def test_a_mistake_anywhere_is_found_before_anything_is_written(services: Services) -> None:
    document = with_user(Enabled="yes")
    assert refused(services, document)[0] == "pools[0].users[0].Enabled"
    assert services.directory.get_pool(POOL_ID) is None


def test_two_pools_of_one_name_need_an_id(services: Services) -> None:
    seed(services, {"pools": [{"Id": f"us-east-1_{letter}", "PoolName": "app"} for letter in "ab"]})
    assert refused(services, {"pools": [{"PoolName": "app"}]})[0] == "pools[0].PoolName"


def test_production_takes_no_seed(services: Services, settings: Settings) -> None:
    in_production = replace(services, settings=replace(settings, mode="production"))
    place, problem = refused(in_production, DOCUMENT)
    assert (place, problem) == ("", "a seed file is for development mode; this is production")
    assert services.directory.get_pool(POOL_ID) is None


def test_yaml_keeps_awss_words_and_refuses_a_key_twice(tmp_path: Path) -> None:
    path = tmp_path / "seed.yaml"
    path.write_text("a: OFF\nb: [yes, true]\n")
    assert seed_yaml.read(path) == {"a": "OFF", "b": ["yes", True]}
    for text, words in (
        ("a: 1\na: 2\n", "line 2, column 1: a is there twice"),
        ("a: [", "line 1"),
        ("a: !!python/x 1", "line"),
    ):
        path.write_text(text)
        with pytest.raises(SeedError, match=words):
            seed_yaml.read(path)
