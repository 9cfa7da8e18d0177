"""
CreateManagedLoginBranding, UpdateManagedLoginBranding, DeleteManagedLoginBranding, DescribeManagedLoginBranding,
DescribeManagedLoginBrandingByClient.
"""

import re
from dataclasses import replace
from typing import Any

import pytest
from botocore.config import Config
from refusals import refusal

from cenote.base.quotas import Quotas
from cenote.base.settings import Settings
from cenote.model.branding.default_look import DEFAULT_SETTINGS
from cenote.storage import resources
from cenote.storage.resources import Kind
from harness.clock import START, FakeClock
from harness.endpoint import Endpoint
from harness.in_process import InProcess
from harness.people import Pool, another_client, make_pool

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(17)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h1"/></svg>'
ICO = b"\x00\x00\x01\x00\x01\x00" + bytes(16)
SETTINGS = {"components": {"form": {"borderRadius": 4.5, "lightMode": {"backgroundColor": "ffffffff"}}}}
NOBODY = "00000000-0000-4000-8000-000000000000"
# What the two writes insist on.
SOURCE: dict[str, dict[str, Any]] = {
    act: {"UseCognitoProvidedValues": True}
    for act in ("create_managed_login_branding", "update_managed_login_branding")
}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Room for two styles."""
    return replace(settings, quotas=Quotas(branding_styles_per_pool=2))


def asset(
    category: str = "FORM_LOGO", mode: str = "LIGHT", extension: str = "PNG", content: bytes = PNG
) -> dict[str, Any]:
    return {"Category": category, "ColorMode": mode, "Extension": extension, "Bytes": content}


def created(pool: Pool, client_id: str = "", **members: Any) -> dict[str, Any]:
    answer: dict[str, Any] = pool.endpoint.signed.create_managed_login_branding(
        UserPoolId=pool.id, ClientId=client_id or pool.client_id, **members
    )
    return dict(answer["ManagedLoginBranding"])


def updated(pool: Pool, style: dict[str, Any], **members: Any) -> dict[str, Any]:
    answer: dict[str, Any] = pool.endpoint.signed.update_managed_login_branding(
        UserPoolId=pool.id, ManagedLoginBrandingId=style["ManagedLoginBrandingId"], **members
    )
    return dict(answer["ManagedLoginBranding"])


def described(pool: Pool, style: dict[str, Any], **members: Any) -> dict[str, Any]:
    answer: dict[str, Any] = pool.endpoint.signed.describe_managed_login_branding(
        UserPoolId=pool.id, ManagedLoginBrandingId=style["ManagedLoginBrandingId"], **members
    )
    return dict(answer["ManagedLoginBranding"])


def by_client(pool: Pool, **members: Any) -> dict[str, Any]:
    answer: dict[str, Any] = pool.endpoint.signed.describe_managed_login_branding_by_client(
        **{"UserPoolId": pool.id, "ClientId": pool.client_id, **members}
    )
    return dict(answer["ManagedLoginBranding"])


def keys_of(style: dict[str, Any]) -> list[tuple[str, str]]:
    return [(each["Category"], each["ColorMode"]) for each in style["Assets"]]


def test_a_style_of_cenotes_own_values(pool: Pool) -> None:
    style = created(pool, UseCognitoProvidedValues=True)
    assert re.fullmatch(
        "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", style["ManagedLoginBrandingId"]
    )
    assert {
        "ManagedLoginBrandingId": style["ManagedLoginBrandingId"],
        "UserPoolId": pool.id,
        "UseCognitoProvidedValues": True,
        "Assets": [],
        "CreationDate": START,
        "LastModifiedDate": START,
    } == style
    assert style == described(pool, style) == by_client(pool)
    assert {**style, "Settings": DEFAULT_SETTINGS} == described(pool, style, ReturnMergedResources=True)


def test_a_style_of_ones_own(pool: Pool) -> None:
    assets = [asset(), asset("FAVICON_SVG", "DYNAMIC", "SVG", SVG), {**asset(mode="DARK"), "ResourceId": "my logo-1"}]
    style = created(pool, Settings=SETTINGS, Assets=assets)
    assert (False, SETTINGS) == (style["UseCognitoProvidedValues"], style["Settings"])
    assert [("FAVICON_SVG", "DYNAMIC"), ("FORM_LOGO", "DARK"), ("FORM_LOGO", "LIGHT")] == keys_of(style)
    assert [SVG, PNG, PNG] == [each["Bytes"] for each in style["Assets"]]
    assert "my logo-1" == style["Assets"][1]["ResourceId"]
    assert [False, True, False] == ["ResourceId" in each for each in style["Assets"]]
    assert style == described(pool, style) == by_client(pool)
    whole = by_client(pool, ReturnMergedResources=True)["Settings"]
    assert 4.5 == whole["components"]["form"]["borderRadius"]
    assert DEFAULT_SETTINGS["components"]["form"]["darkMode"] == whole["components"]["form"]["darkMode"]
    assert DEFAULT_SETTINGS["categories"] == whole["categories"]


def test_an_update_adds_to_what_is_there(pool: Pool, clock: FakeClock) -> None:
    style = created(pool, Settings=SETTINGS, Assets=[asset()])
    clock.advance(hours=1)
    more = {"components": {"form": {"lightMode": {"borderColor": "000000ff"}}}, "categories": {"global": {"x": True}}}
    again = updated(pool, style, Settings=more)
    form = {"borderRadius": 4.5, "lightMode": {"backgroundColor": "ffffffff", "borderColor": "000000ff"}}
    expected = {"components": {"form": form}, "categories": {"global": {"x": True}}}
    assert {**style, "Settings": expected, "LastModifiedDate": clock.now} == again == described(pool, style)
    again = updated(pool, style, Settings={}, Assets=[asset("FAVICON_ICO", "DYNAMIC", "ICO", ICO)])
    assert [("FAVICON_ICO", "DYNAMIC"), ("FORM_LOGO", "LIGHT")] == keys_of(again)
    other = PNG + b"other"
    again = updated(pool, style, Settings={}, Assets=[asset(content=other)])
    assert [ICO, other] == [each["Bytes"] for each in again["Assets"]]
    assert expected == again["Settings"]


def test_cenotes_own_values_take_the_place_of_all_others(pool: Pool) -> None:
    style = created(pool, Settings=SETTINGS, Assets=[asset()])
    again = updated(pool, style, UseCognitoProvidedValues=True)
    assert (True, []) == (again["UseCognitoProvidedValues"], again["Assets"])
    assert "Settings" not in again
    assert again == described(pool, style)
    again = updated(pool, style, Settings={}, Assets=[asset()])
    assert (False, [PNG]) == (again["UseCognitoProvidedValues"], [each["Bytes"] for each in again["Assets"]])


def test_images_may_come_with_cenotes_own_values(pool: Pool) -> None:
    style = created(pool, UseCognitoProvidedValues=True, Assets=[asset()])
    assert (True, [asset()]) == (style["UseCognitoProvidedValues"], style["Assets"])
    again = updated(pool, style, UseCognitoProvidedValues=True, Assets=[asset(mode="DARK")])
    assert (True, [asset(mode="DARK")]) == (again["UseCognitoProvidedValues"], again["Assets"])


def test_sending_back_what_was_shown_changes_nothing(pool: Pool) -> None:
    assets = [{**asset(mode=mode), "ResourceId": mode} for mode in ("LIGHT", "DARK")]
    style = created(pool, Settings=SETTINGS, Assets=assets)
    again = {name: style[name] for name in ("UseCognitoProvidedValues", "Settings", "Assets")}
    assert style == updated(pool, style, **again)
    by_id = [{name: value for name, value in each.items() if name != "Bytes"} for each in style["Assets"]]
    assert style == updated(pool, style, Settings={}, Assets=by_id)


@pytest.mark.parametrize(
    "members",
    [
        {},
        {"UseCognitoProvidedValues": False},
        {"Assets": [asset()]},
        {"UseCognitoProvidedValues": True, "Settings": SETTINGS},
    ],
)
def test_a_style_is_either_cenotes_or_ones_own(pool: Pool, members: dict[str, Any]) -> None:
    style = created(pool, UseCognitoProvidedValues=True)
    other = another_client(pool)
    expected = (
        "InvalidParameterException",
        "useCognitoProvidedValues or settings should be specified (but not both)",
    )
    with refusal() as seen:
        created(pool, other, **members)
    assert expected == seen.said
    with refusal() as seen:
        updated(pool, style, **members)
    assert expected == seen.said
    assert style == described(pool, style)


REFUSED: list[dict[str, Any]] = [
    {"Settings": {"unknown": {}}},
    {"Settings": "text"},
    {"Settings": {"components": {"pageText": {"headingColor": "red"}}}},
    {"Assets": [asset(), asset()]},
    {"Assets": [asset(extension="JPEG")]},
    {"Assets": [asset(content=b"<html>")]},
    {"Assets": [asset(content=b"")]},
    {"Assets": [{"Category": "FORM_LOGO", "ColorMode": "LIGHT", "Extension": "PNG"}]},
    {"Assets": [{"Category": "FORM_LOGO", "ColorMode": "LIGHT", "Extension": "PNG", "ResourceId": "unknown"}]},
    {"Assets": [asset("FAVICON_ICO", "DYNAMIC", "PNG")]},
    {"Assets": [asset("FAVICON_SVG", "DYNAMIC", "PNG")]},
    {"Assets": [asset("FORM_LOGO", "LIGHT", "SVG", SVG.replace(b"<path", b"<path onclick='x'"))]},
    {"Assets": [asset("FORM_LOGO", "LIGHT", "SVG", SVG.replace(b"<path", b"<script>1</script><path"))]},
    {"Assets": [asset("SOMETHING")]},
    {"Assets": [asset(mode="SEPIA")]},
    {"Assets": [asset(extension="GIF")]},
    {"Assets": [asset(content=PNG + bytes(1_000_000))]},
    {"Assets": [asset()] * 41},
    {"Assets": [{**asset(), "ResourceId": "a/b"}]},
]


def test_what_is_not_allowed_is_refused_at_both_operations(pool: Pool, in_process: InProcess) -> None:
    style = created(pool, Settings=SETTINGS)
    client = in_process.boto3_client(config=Config(parameter_validation=False))
    other = another_client(pool)
    for refused in REFUSED:
        members = {"Settings": {}, **refused}
        with refusal("InvalidParameterException"):
            client.create_managed_login_branding(UserPoolId=pool.id, ClientId=other, **members)
        with refusal("InvalidParameterException"):
            client.update_managed_login_branding(
                UserPoolId=pool.id, ManagedLoginBrandingId=style["ManagedLoginBrandingId"], **members
            )
    assert style == described(pool, style)
    with refusal("InvalidParameterException") as seen:
        client.update_managed_login_branding(UserPoolId=pool.id)
    assert "UserPoolId and ManagedLoginBrandingId are required." == seen.message


def test_a_style_has_forty_images_at_most(pool: Pool) -> None:
    categories = pool.endpoint.signed.meta.service_model.shape_for("AssetCategoryType").enum
    usual = [category for category in categories if not category.startswith("FAVICON")]
    every = [asset(category, mode) for category in usual for mode in ("LIGHT", "DARK", "DYNAMIC")]
    icons = [asset("FAVICON_ICO", mode, "ICO", ICO) for mode in ("LIGHT", "DARK", "DYNAMIC")]
    style = created(pool, Settings={}, Assets=[*every, icons[0]])
    assert 40 == len(style["Assets"])
    with refusal("InvalidParameterException") as seen:
        updated(pool, style, Settings={}, Assets=[icons[1]])
    assert "Invalid Assets: a style has at most 40." == seen.message
    assert 40 == len(updated(pool, style, Settings={}, Assets=every)["Assets"])


def test_a_client_has_one_style(pool: Pool) -> None:
    created(pool, Settings={})
    with refusal() as seen:
        created(pool, Settings=SETTINGS)
    message = f"A ManagedLoginBranding already exists for client {pool.client_id}"
    assert ("ManagedLoginBrandingExistsException", message) == seen.said
    created(pool, another_client(pool), Settings={})
    with refusal() as seen:
        created(pool, another_client(pool), Settings={})
    message = "The maximum number of branding styles of a user pool has been reached: 2."
    assert ("LimitExceededException", message) == seen.said


def test_the_plan_must_have_managed_login(in_process: InProcess) -> None:
    pool = make_pool(in_process)
    style = created(pool, Settings={})
    in_process.signed.update_user_pool(UserPoolId=pool.id, UserPoolTier="LITE", AutoVerifiedAttributes=["email"])
    expected = ("OperationNotEnabledException", "Managed login is not available in the LITE pricing tier.")
    with refusal() as seen:
        created(pool, another_client(pool), Settings={})
    assert expected == seen.said
    with refusal() as seen:
        updated(pool, style, Settings=SETTINGS)
    assert expected == seen.said
    assert style == described(pool, style)


def test_a_deleted_style_is_gone_with_its_images(pool: Pool, in_process: InProcess) -> None:
    style = created(pool, Settings={}, Assets=[asset()])
    key = {"UserPoolId": pool.id, "ManagedLoginBrandingId": style["ManagedLoginBrandingId"]}
    assert {"ResponseMetadata"} == in_process.signed.delete_managed_login_branding(**key).keys()
    for act in ("describe_managed_login_branding", "update_managed_login_branding", "delete_managed_login_branding"):
        with refusal() as seen:
            getattr(in_process.signed, act)(**key, **SOURCE.get(act, {}))
        assert ("ResourceNotFoundException", "ManagedLoginBranding does not exist.") == seen.said, act
    with refusal() as seen:
        by_client(pool)
    message = f"ManagedLoginBranding for client {pool.client_id} does not exist."
    assert ("ResourceNotFoundException", message) == seen.said
    assert [] == left_over(in_process, pool)
    assert [] == created(pool, Settings={})["Assets"]


def left_over(endpoint: InProcess, pool: Pool) -> list[str]:
    with endpoint.services.database.read() as tx:
        kinds = (Kind.BRANDING, Kind.BRANDING_ASSET)
        return [each.name for kind in kinds for each in resources.of_kind(tx, pool.id, kind)]


def test_a_style_goes_with_its_client_and_its_pool(pool: Pool, in_process: InProcess) -> None:
    other = another_client(pool)
    created(pool, other, Settings={}, Assets=[asset()])
    in_process.signed.delete_user_pool_client(UserPoolId=pool.id, ClientId=other)
    assert [] == left_over(in_process, pool)
    created(pool, Settings={}, Assets=[asset()])
    in_process.signed.delete_user_pool(UserPoolId=pool.id)
    assert [] == left_over(in_process, pool)


def test_a_style_is_found_in_its_own_pool_and_region_only(pool: Pool, in_process: InProcess) -> None:
    style = created(pool, Settings={})
    other = make_pool(in_process)
    style_id = style["ManagedLoginBrandingId"]
    there = in_process.boto3_client(region_name="eu-west-1")
    for act in ("describe_managed_login_branding", "update_managed_login_branding", "delete_managed_login_branding"):
        for client, pool_id in ((in_process.signed, other.id), (there, pool.id)):
            with refusal("ResourceNotFoundException"):
                getattr(client, act)(UserPoolId=pool_id, ManagedLoginBrandingId=style_id, **SOURCE.get(act, {}))
        with refusal("MissingAuthenticationTokenException"):
            getattr(in_process.anonymous, act)(UserPoolId=pool.id, ManagedLoginBrandingId=style_id)
    for act in ("create_managed_login_branding", "describe_managed_login_branding_by_client"):
        with refusal() as seen:
            getattr(in_process.signed, act)(UserPoolId=other.id, ClientId=pool.client_id, **SOURCE.get(act, {}))
        assert f"User pool client {pool.client_id} does not exist." == seen.message
        with refusal("ResourceNotFoundException"):
            getattr(there, act)(UserPoolId=pool.id, ClientId=pool.client_id, **SOURCE.get(act, {}))
        with refusal("MissingAuthenticationTokenException"):
            getattr(in_process.anonymous, act)(UserPoolId=pool.id, ClientId=pool.client_id)
    assert style == described(pool, style)


def test_a_lost_race_of_updates_is_told(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    style = created(pool, Settings=SETTINGS)
    update = resources.update

    def late(tx: Any, before: Any, **changes: Any) -> Any:
        monkeypatch.setattr(resources, "update", update)
        assert update(tx, before, document=before.document) is not None
        return update(tx, before, **changes)

    monkeypatch.setattr(resources, "update", late)
    with refusal("ConcurrentModificationException") as seen:
        updated(pool, style, UseCognitoProvidedValues=True, Assets=[])
    assert "The style was modified by another request. Please try again." == seen.message
    assert style == described(pool, style)


def a_request_of(length: int) -> list[dict[str, Any]]:
    """Images whose request is about *length* bytes long."""
    each = length * 3 // 4 // 2
    return [asset(mode=mode, content=PNG + bytes(each - len(PNG))) for mode in ("LIGHT", "DARK")]


def test_requests_of_two_megabytes_fit_and_longer_ones_do_not(pool: Pool) -> None:
    style = created(pool, Settings={}, Assets=a_request_of(2_000_000))
    assert 2 == len(updated(pool, style, Settings={}, Assets=a_request_of(2_000_000))["Assets"])
    with refusal("RequestEntityTooLargeException"):
        updated(pool, style, Settings={}, Assets=a_request_of(2_300_000))


def test_a_real_server_takes_them_too_and_nothing_else_so_long(server: Endpoint) -> None:
    pool = make_pool(server)
    style = created(pool, Settings={}, Assets=a_request_of(2_000_000))
    assert style == described(pool, style)
    with refusal("RequestEntityTooLargeException"):
        updated(pool, style, Settings={}, Assets=a_request_of(2_300_000))
    with refusal("RequestEntityTooLargeException"):
        server.boto3_client(config=Config(parameter_validation=False)).set_ui_customization(
            UserPoolId=pool.id, CSS=" " * 1_200_000
        )
