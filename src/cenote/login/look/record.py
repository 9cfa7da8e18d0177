"""The record of a look: what templates ask of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from cenote.login.look.addresses import static_path


class Scheme(StrEnum):
    """Whether pages are light, dark, or as the browser prefers; the value stands in the page."""

    LIGHT = "light"
    DARK = "dark"
    DYNAMIC = "dynamic"

    @property
    def modes(self) -> tuple[str, ...]:
        """The modes of a branding document that pages may be shown in, the one first that holds where the browser says nothing."""
        return {Scheme.LIGHT: ("LIGHT",), Scheme.DARK: ("DARK",), Scheme.DYNAMIC: ("LIGHT", "DARK")}[self]


@dataclass(frozen=True, slots=True)
class Picture:
    """The URL of an image, and that of the one for browsers that prefer dark, if it is another."""

    light: str
    dark: str | None = None


@dataclass(frozen=True, slots=True)
class Logo:
    """The logo at the form: `start`, `center` or `end`, within its card or above it."""

    picture: Picture
    location: str = "center"
    is_outside: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """The header or the footer, and the logo in it, if any, at `start`, `center` or `end`."""

    location: str = "start"
    logo: Picture | None = None


@dataclass(frozen=True, slots=True)
class Icon:
    """A favicon; *media* says for which browsers, empty for all."""

    url: str
    media_type: str
    media: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """
    What the pages of a client look like.

    All URLs are paths of the site's own origin. *stylesheets* are in the order that lets later ones win. *graphics* are the client's own
    pictures by what they stand for (email, sms, app, password, passkey); what has none is shown by a glyph.
    """

    is_classic: bool
    base_path: str
    stylesheets: tuple[str, ...]
    favicons: tuple[Icon, ...]
    scheme: Scheme = Scheme.LIGHT
    logo: Logo | None = None
    header: Bar | None = None
    footer: Bar | None = None
    horizontal: str = "center"
    vertical: str = "center"
    shows_graphics: bool = False
    graphics: Mapping[str, Picture] = field(default_factory=dict)
    shows_provider_icons: bool = True
    provider_icon: Picture | None = None
    providers_first: bool = True
    provider_order: tuple[str, ...] = ()

    @property
    def color_scheme(self) -> str:
        """What the page tells the browser of its scheme, for form controls and scroll bars."""
        return "light dark" if self.scheme is Scheme.DYNAMIC else self.scheme.value

    @property
    def classes(self) -> str:
        """The classes of the page's body."""
        return f"{'classic' if self.is_classic else 'managed'} x-{self.horizontal} y-{self.vertical}"

    def static(self, name: str) -> str:
        """Where a file of login/static is served; its content is in the address, so that browsers may keep it."""
        return static_path(self.base_path, name)
