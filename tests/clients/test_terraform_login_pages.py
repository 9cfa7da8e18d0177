"""Domains, and the two looks of the login pages, as Terraform's provider handles them."""

import base64
import struct
import zlib
from typing import Any

import pytest

from clients.terraform.login_pages import Branding, Domain, UICustomization
from clients.terraform.plans import verify_applied, verify_destroyed
from harness.clock import FakeClock
from harness.in_process import InProcess

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/7f8c1d5e-1111-4222-8333-444455556666"
CSS = ".label-customizable {font-weight: 400;}"
OTHER_CSS = ".label-customizable {font-weight: 100;}"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><rect width="10" height="10" fill="red"/></svg>'
# Of every sort of thing that the settings of a whole style have.
WHOLE = {
    "categories": {
        "auth": {
            "authMethodOrder": [
                [{"display": "BUTTON", "type": "FEDERATED"}, {"display": "INPUT", "type": "USERNAME_PASSWORD"}]
            ],
            "federation": {"interfaceStyle": "BUTTON_LIST", "order": []},
        },
        "form": {"instructions": {"enabled": False}, "sessionTimerDisplay": "NONE"},
        "signUp": {"acceptanceElements": [{"enforcement": "NONE", "textKey": "en"}]},
    },
    "componentClasses": {
        "buttons": {"borderRadius": 8.0},
        "statusIndicator": {"darkMode": {"pending": {"indicatorColor": "AAAAAAAA"}}},
    },
    "components": {
        "favicon": {"enabledTypes": ["ICO", "SVG"]},
        "idpButton": {"custom": {}, "standard": {"lightMode": {"active": {"backgroundColor": "d3e7f9ff"}}}},
        "pageFooter": {"lightMode": {"background": {"color": "fafafaff"}, "borderColor": "d5dbdbff"}},
        "phoneNumberSelector": {"displayType": "TEXT"},
    },
}


def png(shade: int) -> str:
    """A picture of one dot, as a configuration has it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    image = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes([0, shade]))) + chunk(b"IEND", b"")
    return base64.b64encode(b"\x89PNG\r\n\x1a\n" + image).decode("ascii")


def asset(category: str, mode: str) -> dict[str, str]:
    return {
        "bytes": base64.b64encode(SVG).decode("ascii"),
        "category": category,
        "color_mode": mode,
        "extension": "SVG",
    }


@pytest.fixture
def pool_id(in_process: InProcess) -> str:
    made: str = in_process.signed.create_user_pool(PoolName="tests")["UserPool"]["Id"]
    return made


@pytest.fixture
def client_id(in_process: InProcess, pool_id: str) -> str:
    made: str = in_process.signed.create_user_pool_client(
        UserPoolId=pool_id, ClientName="tests", ExplicitAuthFlows=["ADMIN_NO_SRP_AUTH"]
    )["UserPoolClient"]["ClientId"]
    return made


def test_a_domain_is_made_and_told_which_pages_to_show(in_process: InProcess, pool_id: str) -> None:
    domain = Domain(in_process.signed, pool_id, "tests-prefix")
    verify_applied(domain, {"domain": "tests-prefix"})
    assert 2 == verify_applied(domain, {"domain": "tests-prefix", "managed_login_version": 2})["managed_login_version"]
    assert "tests-prefix" == in_process.signed.describe_user_pool(UserPoolId=pool_id)["UserPool"]["Domain"]
    verify_destroyed(domain)


def test_a_domain_of_ones_own_gets_another_certificate(in_process: InProcess, pool_id: str) -> None:
    domain = Domain(in_process.signed, pool_id, "auth.example.com")
    for certificate in (CERTIFICATE, CERTIFICATE.replace("7f8c", "0a0b")):
        verify_applied(domain, {"domain": "auth.example.com", "certificate_arn": certificate})
    verify_destroyed(domain)


def test_a_domain_that_goes_before_terraform_is_told_is_no_failure(in_process: InProcess, pool_id: str) -> None:
    domain = Domain(in_process.signed, pool_id, "tests-prefix")
    verify_applied(domain, {"domain": "tests-prefix"})
    in_process.signed.delete_user_pool_domain(UserPoolId=pool_id, Domain="tests-prefix")
    assert domain.read() is None
    verify_destroyed(domain)


def test_a_look_for_every_client(in_process: InProcess, pool_id: str, clock: FakeClock) -> None:
    verify_applied(Domain(in_process.signed, pool_id, "tests-prefix"), {"domain": "tests-prefix"})
    look = UICustomization(in_process.signed, pool_id)
    first = verify_applied(look, {"css": CSS})
    assert first["css_version"]
    clock.advance(hours=1)
    second = verify_applied(look, {"css": OTHER_CSS})
    assert first["creation_date"] == second["creation_date"]
    assert first["last_modified_date"] != second["last_modified_date"]
    assert verify_applied(look, {"css": CSS, "image_file": png(0)})["image_url"]
    assert not verify_applied(look, {"css": CSS})["image_url"]
    assert verify_applied(look, {"image_file": png(1)})["image_url"]
    verify_destroyed(look)


def test_looks_for_all_and_for_one_client_side_by_side(in_process: InProcess, pool_id: str, client_id: str) -> None:
    verify_applied(Domain(in_process.signed, pool_id, "tests-prefix"), {"domain": "tests-prefix"})
    for_all, for_one = (UICustomization(in_process.signed, pool_id, each) for each in ("ALL", client_id))
    for all_css, one_css in ((CSS, CSS), (CSS, OTHER_CSS), (OTHER_CSS, OTHER_CSS)):
        verify_applied(for_all, {"css": all_css})
        # It is read as the one of all until it is made.
        if one_css == all_css == CSS:
            for_one.create({"css": one_css})
        assert client_id == verify_applied(for_one, {"css": one_css, "client_id": client_id})["client_id"]
    for_one.delete()
    verify_destroyed(for_all)


@pytest.mark.parametrize("is_provided", [True, False])
def test_a_style_is_made_with_cognitos_own_values_or_with_others(
    in_process: InProcess, pool_id: str, client_id: str, is_provided: bool
) -> None:
    style = Branding(in_process.signed, pool_id)
    settings = {"categories": {"global": {"colorSchemeMode": "LIGHT"}}}
    config: dict[str, Any] = {"use_cognito_provided_values": True} if is_provided else {"settings": settings}
    state = verify_applied(style, {"client_id": client_id, **config})
    assert state["settings_all"]
    assert is_provided == state["use_cognito_provided_values"]
    verify_destroyed(style)


def test_a_style_has_its_images_and_no_others(in_process: InProcess, pool_id: str, client_id: str) -> None:
    for assets in (
        [asset("PAGE_FOOTER_BACKGROUND", "DARK")],
        [asset("PAGE_HEADER_BACKGROUND", "LIGHT"), asset("PAGE_FOOTER_BACKGROUND", "LIGHT")],
    ):
        # Terraform replaces a style whose images change.
        style = Branding(in_process.signed, pool_id)
        verify_applied(style, {"client_id": client_id, "use_cognito_provided_values": True, "asset": assets})
        verify_destroyed(style)


def test_a_style_gets_other_settings_and_keeps_its_id(in_process: InProcess, pool_id: str, client_id: str) -> None:
    style = Branding(in_process.signed, pool_id)
    for mode in ("LIGHT", "DARK"):
        settings = {"categories": {"global": {"colorSchemeMode": mode}, "form": {"displayGraphics": True}}}
        state = verify_applied(
            style, {"client_id": client_id, "settings": settings, "use_cognito_provided_values": None}
        )
        assert mode == state["settings_all"]["categories"]["global"]["colorSchemeMode"]
    verify_applied(style, {"client_id": client_id, "use_cognito_provided_values": True})
    verify_destroyed(style)


def test_styles_of_several_clients_are_told_apart(in_process: InProcess, pool_id: str, client_id: str) -> None:
    other = in_process.signed.create_user_pool_client(UserPoolId=pool_id, ClientName="other")["UserPoolClient"]
    styles = [Branding(in_process.signed, pool_id) for _ in range(2)]
    for style, owner in zip(styles, (client_id, other["ClientId"]), strict=True):
        verify_applied(style, {"client_id": owner, "use_cognito_provided_values": True})
    verify_applied(styles[0], {"client_id": client_id, "settings": WHOLE})
    assert styles[0].id != styles[1].id


def test_a_style_goes_with_its_pool(in_process: InProcess, pool_id: str, client_id: str) -> None:
    style = Branding(in_process.signed, pool_id)
    verify_applied(style, {"client_id": client_id, "use_cognito_provided_values": True})
    in_process.signed.delete_user_pool(UserPoolId=pool_id)
    verify_destroyed(style)
