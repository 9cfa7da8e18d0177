"""
Managed login: a client's style, its document and its images, as a Look.

Source: developer guide "API and SDK operations for managed login branding"; API_AssetType.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from cenote.login.look.addresses import image_path, image_reference, static_path, stylesheet_path
from cenote.login.look.palette import at, stylesheet_of
from cenote.login.look.record import Bar, Icon, Logo, Look, Picture, Scheme
from cenote.model.branding.assets import MAX_ASSETS
from cenote.model.branding.default_look import DEFAULT_SETTINGS
from cenote.model.branding.settings import merged
from cenote.storage import resources
from cenote.storage.database import Tx
from cenote.storage.resources import Kind

_FAVICONS: Final = {"ICO": ("FAVICON_ICO", "image/x-icon"), "SVG": ("FAVICON_SVG", "image/svg+xml")}
_GRAPHICS: Final = {
    "email": "EMAIL_GRAPHIC",
    "sms": "SMS_GRAPHIC",
    "app": "AUTH_APP_GRAPHIC",
    "password": "PASSWORD_GRAPHIC",
    "passkey": "PASSKEY_GRAPHIC",
}
# Property of base.css: the setting that switches the image on, and the image.
_BACKGROUNDS: Final = {
    "page-image": ("components.pageBackground.image.enabled", "PAGE_BACKGROUND"),
    "card-image": ("components.form.backgroundImage.enabled", "FORM_BACKGROUND"),
    "bar-top-image": ("components.pageHeader.backgroundImage.enabled", "PAGE_HEADER_BACKGROUND"),
    "bar-bottom-image": ("components.pageFooter.backgroundImage.enabled", "PAGE_FOOTER_BACKGROUND"),
}
_PLACES: Final = {"START": "start", "CENTER": "center", "END": "end"}


@dataclass(frozen=True, slots=True)
class Style:
    """A style as it was read: its settings with Cenote's own where it has none, and a stamp of each image by category and mode."""

    name: str = ""
    settings: Mapping[str, Any] = field(default_factory=lambda: DEFAULT_SETTINGS)
    stamps: Mapping[tuple[str, str], str] = field(default_factory=dict)

    @property
    def scheme(self) -> Scheme:
        """The scheme of its pages."""
        mode = at(self.settings, "categories.global.colorSchemeMode")
        return Scheme[mode] if isinstance(mode, str) and mode in Scheme.__members__ else Scheme.LIGHT

    def is_on(self, path: str) -> bool:
        """Whether a setting is true."""
        return at(self.settings, path) is True

    def place(self, path: str, otherwise: str) -> str:
        """A setting that is START, CENTER or END, as the pages' classes call it."""
        value = at(self.settings, path)
        return _PLACES.get(value, otherwise) if isinstance(value, str) else otherwise

    def mode_of(self, category: str, mode: str) -> str | None:
        """Which image of a category is shown in a mode: that of the mode, that of every mode, else that of the other one."""
        other = "DARK" if mode == "LIGHT" else "LIGHT"
        return next((found for found in (mode, "DYNAMIC", other) if (category, found) in self.stamps), None)


def read(tx: Tx, pool_id: str, client_id: str) -> Style | None:
    """The style of a client; None when it has none."""
    found = resources.get_by_key(tx, pool_id, Kind.BRANDING, client_id)
    if found is None:
        return None
    beginning = f"{found.name}/"
    stamps = resources.stamps(tx, pool_id, Kind.BRANDING_ASSET, after=beginning, limit=MAX_ASSETS)
    keys = {name: name.removeprefix(beginning).partition("/") for name in stamps if name.startswith(beginning)}
    return Style(
        name=found.name,
        settings=merged(DEFAULT_SETTINGS, found.document.get("Settings", {})),
        stamps={(category, mode): stamps[name] for name, (category, _, mode) in keys.items()},
    )


def css_of(style: Style, client_id: str | None) -> str:
    """The style sheet of a style: its look.css."""
    images: dict[str, dict[str, str]] = {}
    for mode in style.scheme.modes:
        for name, (switch, category) in _BACKGROUNDS.items():
            shown = style.mode_of(category, mode) if style.is_on(switch) else None
            if shown is not None:
                stamp = style.stamps[category, shown]
                images.setdefault(mode, {})[name] = image_reference(client_id, f"{category}.{shown}", stamp)
    return stylesheet_of(style.settings, style.scheme, images)


def look_of_style(base_path: str, style: Style, client_id: str | None) -> Look:
    """The Look of a style, at a site whose paths begin with *base_path*."""
    shelf = _Shelf(base_path, style, client_id)
    own_css = stylesheet_path(base_path, client_id, css_of(style, client_id))
    return Look(
        is_classic=False,
        base_path=base_path,
        stylesheets=(static_path(base_path, "base.css"), own_css),
        favicons=shelf.favicons() or (Icon(static_path(base_path, "favicon.svg"), "image/svg+xml"),),
        scheme=style.scheme,
        logo=shelf.logo(),
        header=shelf.bar("pageHeader", "PAGE_HEADER_LOGO"),
        footer=shelf.bar("pageFooter", "PAGE_FOOTER_LOGO"),
        horizontal=style.place("categories.form.location.horizontal", "center"),
        vertical=style.place("categories.form.location.vertical", "center"),
        shows_graphics=style.is_on("categories.form.displayGraphics"),
        graphics={kind: found for kind, category in _GRAPHICS.items() if (found := shelf.picture(category))},
        shows_provider_icons=style.is_on("componentClasses.idpButtons.icons.enabled"),
        provider_icon=shelf.picture("IDP_BUTTON_ICON"),
        providers_first=_providers_first(style),
        provider_order=_provider_order(style),
    )


@dataclass(frozen=True, slots=True)
class _Shelf:
    """The images of a style, with the addresses that they have at a site."""

    base_path: str
    style: Style
    client_id: str | None

    def picture(self, category: str) -> Picture | None:
        shown = [self.style.mode_of(category, mode) for mode in self.style.scheme.modes]
        urls = [self._url(category, mode) for mode in shown if mode is not None]
        if not urls:
            return None
        return Picture(urls[0], urls[-1] if urls[-1] != urls[0] else None)

    def logo(self) -> Logo | None:
        found = self.picture("FORM_LOGO") if self.style.is_on("components.form.logo.enabled") else None
        if found is None:
            return None
        location = self.style.place("components.form.logo.location", "center")
        return Logo(found, location, at(self.style.settings, "components.form.logo.formInclusion") == "OUT")

    def bar(self, component: str, category: str) -> Bar | None:
        if not self.style.is_on(f"categories.global.{component}.enabled"):
            return None
        has_logo = self.style.is_on(f"components.{component}.logo.enabled")
        location = self.style.place(f"components.{component}.logo.location", "start")
        return Bar(location, self.picture(category) if has_logo else None)

    def favicons(self) -> tuple[Icon, ...]:
        enabled = at(self.style.settings, "components.favicon.enabledTypes")
        icons: list[Icon] = []
        for kind, (category, media_type) in _FAVICONS.items():
            found = self.picture(category) if isinstance(enabled, list) and kind in enabled else None
            if found is not None:
                icons.append(Icon(found.light, media_type))
                if found.dark is not None:
                    icons.append(Icon(found.dark, media_type, "(prefers-color-scheme: dark)"))
        return tuple(icons)

    def _url(self, category: str, mode: str) -> str:
        return image_path(self.base_path, self.client_id, f"{category}.{mode}", self.style.stamps[category, mode])


def _providers_first(style: Style) -> bool:
    order = at(style.settings, "categories.auth.authMethodOrder")
    groups = order if isinstance(order, list) else []
    kinds = [at(method, "type") for group in groups if isinstance(group, list) for method in group]
    return next((kind == "FEDERATED" for kind in kinds if kind in {"FEDERATED", "USERNAME_PASSWORD"}), True)


def _provider_order(style: Style) -> tuple[str, ...]:
    order = at(style.settings, "categories.auth.federation.order")
    return tuple(name for name in order if isinstance(name, str)) if isinstance(order, list) else ()
