"""Which look a client's pages have, and the files beside it."""

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from cenote.flows.hosted.sites import Site
from cenote.flows.services import Services
from cenote.login.look.files import LookFile, look_file
from cenote.login.look.looks import look_of, plain_look
from cenote.login.look.palette import stylesheet_of
from cenote.login.look.record import Bar, Look, Scheme
from cenote.model.domain import CLASSIC, MANAGED
from harness.in_process import InProcess
from harness.people import Pool, another_client, make_pool

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(17)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h1"/></svg>'
ICO = b"\x00\x00\x01\x00\x01\x00" + bytes(16)
CSS = ".banner-customizable { background-color: #123456; }"


def site(pool: Pool, services: Services, version: int = MANAGED, base_path: str = "/base") -> Site:
    name = f"look-{pool.id[-9:].lower()}"
    if services.directory.get_domain(name) is None:
        pool.endpoint.signed.create_user_pool_domain(UserPoolId=pool.id, Domain=name)
    domain = services.directory.get_domain(name)
    assert domain is not None
    found = services.directory.require_pool(pool.id)
    return Site(replace(domain, document={"ManagedLoginVersion": version}), found, base_path, "http://x.localhost")


def look(pool: Pool, services: Services, version: int = MANAGED, client_id: str = "") -> Look | None:
    client = services.directory.require_client_of(pool.id, client_id or pool.client_id)
    return look_of(services, site(pool, services, version), client)


def known(found: Look | None) -> Look:
    assert found is not None
    return found


def fetched(pool: Pool, services: Services, address: str, version: int = MANAGED) -> LookFile | None:
    parts = urlsplit(address)
    assert parts.path.startswith("/base/_static/"), address
    return look_file(
        services, site(pool, services, version), parts.path.rpartition("/")[2], dict(parse_qsl(parts.query))
    )


def content(found: LookFile | None) -> tuple[bytes, str, bool]:
    assert found is not None
    return found.body, found.media_type, found.is_current


def asset(category: str, mode: str = "LIGHT", kind: str = "PNG", image: bytes = PNG) -> dict[str, Any]:
    return {"Category": category, "ColorMode": mode, "Extension": kind, "Bytes": image}


def style(pool: Pool, **members: Any) -> str:
    answer = pool.endpoint.signed.create_managed_login_branding(UserPoolId=pool.id, ClientId=pool.client_id, **members)
    branding_id: str = answer["ManagedLoginBranding"]["ManagedLoginBrandingId"]
    return branding_id


def customize(pool: Pool, services: Services, **members: Any) -> None:
    site(pool, services)
    pool.endpoint.signed.set_ui_customization(UserPoolId=pool.id, **members)


def test_managed_login_has_no_pages_for_a_client_without_a_style(pool: Pool, services: Services) -> None:
    assert look(pool, services) is None
    style(pool, UseCognitoProvidedValues=True)
    assert look(pool, services) is not None
    assert look(pool, services, client_id=another_client(pool)) is None


def test_a_style_of_provided_values_is_cenotes_own(pool: Pool, services: Services) -> None:
    style(pool, UseCognitoProvidedValues=True)
    found = known(look(pool, services))
    assert (False, Scheme.LIGHT, None, None, None) == (
        found.is_classic,
        found.scheme,
        found.logo,
        found.header,
        found.footer,
    )
    assert (True, True, ()) == (found.shows_graphics, found.providers_first, found.provider_order)
    own = stylesheet_of({}, Scheme.LIGHT, {}).encode()
    assert (own, "text/css; charset=utf-8", True) == content(fetched(pool, services, found.stylesheets[-1]))
    assert found.stylesheets[0].startswith("/base/_static/base.css?v=")
    assert found.favicons[0].url.startswith("/base/_static/favicon.svg?v=")


def test_a_styles_own_colours_are_in_its_style_sheet(pool: Pool, services: Services) -> None:
    settings = {
        "categories": {"global": {"colorSchemeMode": "DYNAMIC"}},
        "components": {"pageText": {"lightMode": {"bodyColor": "102030ff"}, "darkMode": {"bodyColor": "f0e0d0"}}},
    }
    branding_id = style(pool, Settings=settings)
    found = known(look(pool, services))
    body, _, is_current = content(fetched(pool, services, found.stylesheets[-1]))
    assert (Scheme.DYNAMIC, "light dark", True) == (found.scheme, found.color_scheme, is_current)
    assert [b"--text: #102030ff;", b"--text: #f0e0d0;"] == [
        line.strip() for line in body.splitlines() if b"--text:" in line
    ]
    again = {"components": {"pageText": {"lightMode": {"bodyColor": "000000ff"}}}}
    pool.endpoint.signed.update_managed_login_branding(
        UserPoolId=pool.id, ManagedLoginBrandingId=branding_id, Settings=again
    )
    assert known(look(pool, services)).stylesheets[-1] != found.stylesheets[-1]
    old = fetched(pool, services, found.stylesheets[-1])
    assert old is not None
    assert ("Cache-Control", "no-cache") in old.headers


LAYOUT: dict[str, Any] = {
    "categories": {
        "auth": {
            "authMethodOrder": [
                [{"display": "INPUT", "type": "USERNAME_PASSWORD"}, {"display": "BUTTON", "type": "FEDERATED"}]
            ],
            "federation": {"order": ["Contoso", "Google"]},
        },
        "form": {"displayGraphics": False, "location": {"horizontal": "END", "vertical": "START"}},
        "global": {"colorSchemeMode": "DARK", "pageHeader": {"enabled": True}, "pageFooter": {"enabled": True}},
    },
    "components": {
        "favicon": {"enabledTypes": ["ICO", "SVG"]},
        "form": {"logo": {"enabled": True, "formInclusion": "OUT", "location": "START"}},
        "pageBackground": {"image": {"enabled": True}},
        "pageHeader": {"logo": {"enabled": True, "location": "END"}},
    },
    "componentClasses": {"idpButtons": {"icons": {"enabled": False}}},
}


def test_a_styles_layout_and_images_are_shown(pool: Pool, services: Services) -> None:
    images = [
        asset("FORM_LOGO"), asset("FORM_LOGO", "DARK", "SVG", SVG), asset("PAGE_BACKGROUND", "DYNAMIC"), asset("FORM_BACKGROUND"),
        asset("FAVICON_ICO", "DYNAMIC", "ICO", ICO), asset("EMAIL_GRAPHIC", "DARK", "SVG", SVG), asset("PAGE_FOOTER_LOGO"),
    ]  # fmt: skip
    style(pool, Settings=LAYOUT, Assets=images)
    found = known(look(pool, services))
    assert "managed x-end y-start" == found.classes
    assert ("dark", False, ("Contoso", "Google")) == (found.color_scheme, found.providers_first, found.provider_order)
    assert (False, False) == (found.shows_graphics, found.shows_provider_icons)
    assert (Bar("end", None), Bar("start", None)) == (found.header, found.footer)
    assert ["image/x-icon"] == [icon.media_type for icon in found.favicons]
    assert (ICO, "image/x-icon", True) == content(fetched(pool, services, found.favicons[0].url))
    assert found.logo is not None
    assert ("start", True, None) == (found.logo.location, found.logo.is_outside, found.logo.picture.dark)
    assert (SVG, "image/svg+xml", True) == content(fetched(pool, services, found.logo.picture.light))
    assert ["email"] == list(found.graphics)
    body = content(fetched(pool, services, found.stylesheets[-1]))[0].decode()
    assert (1, 0) == (body.count("--page-image: url("), body.count("--card-image"))
    reference = body.partition('--page-image: url("')[2].partition('"')[0]
    assert (PNG, "image/png", True) == content(fetched(pool, services, f"/base/_static/{reference}"))


def test_dynamic_pages_have_an_image_for_each_mode_where_there_are_two(pool: Pool, services: Services) -> None:
    both = [asset("FORM_LOGO"), asset("FORM_LOGO", "DARK", "SVG", SVG), asset("PAGE_HEADER_LOGO", "DARK")]
    globally = {"colorSchemeMode": "DYNAMIC", "pageHeader": {"enabled": True}}
    components = {"form": {"logo": {"enabled": True}}, "pageHeader": {"logo": {"enabled": True}}}
    style(pool, Settings={"categories": {"global": globally}, "components": components}, Assets=both)
    found = known(look(pool, services))
    assert found.logo is not None
    assert found.logo.picture.dark is not None
    assert PNG == content(fetched(pool, services, found.logo.picture.light))[0]
    assert SVG == content(fetched(pool, services, found.logo.picture.dark))[0]
    assert found.header is not None
    assert found.header.logo is not None
    assert ("DARK" in found.header.logo.light, found.header.logo.dark) == (True, None)


def test_a_replaced_image_has_another_address(pool: Pool, services: Services) -> None:
    branding_id = style(pool, Settings=LAYOUT, Assets=[asset("FORM_LOGO")])
    before = known(look(pool, services)).logo
    pool.endpoint.signed.update_managed_login_branding(
        UserPoolId=pool.id,
        ManagedLoginBrandingId=branding_id,
        Settings={},
        Assets=[asset("FORM_LOGO", "LIGHT", "SVG", SVG)],
    )
    after = known(look(pool, services)).logo
    assert before is not None
    assert after is not None
    assert before.picture.light != after.picture.light
    assert (SVG, "image/svg+xml", False) == content(fetched(pool, services, before.picture.light))
    assert (SVG, "image/svg+xml", True) == content(fetched(pool, services, after.picture.light))


def test_classic_pages_have_the_clients_own_then_everybodys_then_no_customization(
    pool: Pool, services: Services
) -> None:
    bare = known(look(pool, services, CLASSIC))
    assert (True, None, Scheme.LIGHT, 2) == (bare.is_classic, bare.logo, bare.scheme, len(bare.stylesheets))
    customize(pool, services, CSS=CSS, ImageFile=PNG)
    shared = known(look(pool, services, CLASSIC))
    assert (CSS.encode(), "text/css; charset=utf-8", True) == content(
        fetched(pool, services, shared.stylesheets[-1], CLASSIC)
    )
    assert shared.logo is not None
    assert (PNG, "image/png", True) == content(fetched(pool, services, shared.logo.picture.light, CLASSIC))
    customize(pool, services, ClientId=pool.client_id, CSS=".label-customizable { color: red; }")
    own = known(look(pool, services, CLASSIC))
    assert (None, 3) == (own.logo, len(own.stylesheets))
    assert b"label" in content(fetched(pool, services, own.stylesheets[-1], CLASSIC))[0]
    assert known(look(pool, services, CLASSIC, another_client(pool))).logo is not None


def test_a_page_of_no_client_has_the_plain_look(pool: Pool, services: Services) -> None:
    managed = plain_look(services, site(pool, services))
    body = stylesheet_of({}, Scheme.LIGHT, {}).encode()
    assert (body, "text/css; charset=utf-8", True) == content(fetched(pool, services, managed.stylesheets[-1]))
    assert 2 == len(plain_look(services, site(pool, services, CLASSIC)).stylesheets)
    customize(pool, services, CSS=CSS, ImageFile=PNG)
    shared = plain_look(services, site(pool, services, CLASSIC))
    assert CSS.encode() == content(fetched(pool, services, shared.stylesheets[-1], CLASSIC))[0]
    assert shared.logo is not None
    assert PNG == content(fetched(pool, services, shared.logo.picture.light, CLASSIC))[0]


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("look.css", {"client_id": "of-no-client"}),
        ("look.image", {"client_id": "OWN"}),
        ("look.image", {"client_id": "OWN", "of": "LOGO"}),
        ("look.image", {"client_id": "OWN", "of": "FORM_LOGO.DARK"}),
        ("look.image", {"client_id": "OWN", "of": "FORM_LOGO/LIGHT"}),
        ("look.image", {"client_id": "OWN", "of": "FORM_LOGO.LIGHT/../x"}),
        ("look.image", {"of": "FORM_LOGO.LIGHT"}),
        ("look.other", {"client_id": "OWN"}),
        ("", {}),
    ],
)
def test_there_are_no_other_files(pool: Pool, services: Services, name: str, query: dict[str, str]) -> None:
    style(pool, Settings=LAYOUT, Assets=[asset("FORM_LOGO")])
    asked = {key: pool.client_id if value == "OWN" else value for key, value in query.items()}
    assert look_file(services, site(pool, services), name, asked) is None


def test_a_site_shows_no_file_of_another_pool(in_process: InProcess, pool: Pool, services: Services) -> None:
    style(pool, Settings=LAYOUT, Assets=[asset("FORM_LOGO")])
    other = make_pool(in_process)
    for name, query in (("look.css", {}), ("look.image", {"of": "FORM_LOGO.LIGHT"})):
        asked = {"client_id": pool.client_id, **query}
        assert look_file(services, site(pool, services), name, asked) is not None
        assert look_file(services, site(other, services), name, asked) is None


def test_nothing_runs_in_a_file_and_only_its_own_address_is_kept(pool: Pool, services: Services) -> None:
    style(pool, Settings=LAYOUT, Assets=[asset("FORM_LOGO", "DARK", "SVG", SVG)])
    logo = known(look(pool, services)).logo
    assert logo is not None
    found = fetched(pool, services, logo.picture.light)
    assert found is not None
    headers = dict(found.headers)
    assert ("image/svg+xml", "nosniff") == (headers["Content-Type"], headers["X-Content-Type-Options"])
    assert headers["Content-Security-Policy"].endswith("sandbox")
    assert "immutable" in headers["Cache-Control"]
