"""
SVG images: pictures only. No script, no event handler, no foreign markup, nothing fetched from elsewhere, no animation.

An SVG is a document that a browser runs when it is opened by itself or stands in a page; elements are allowed by name, so that what a later
browser learns is refused until it is known.

Source: SVG 2; XML 1.0.
"""

import re
from collections.abc import Mapping
from typing import Final
from xml.parsers import expat

from cenote.base.errors import InvalidParameterException
from cenote.model.branding.css import verify_inert

MAX_DEPTH: Final = 100
_SVG: Final = "http://www.w3.org/2000/svg"
_XLINK: Final = "http://www.w3.org/1999/xlink"
# What drawing programs leave in their files; browsers give it no meaning.
_INERT: Final = (
    "http://www.inkscape.org/",
    "http://sodipodi.sourceforge.net/",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "http://purl.org/dc/",
    "http://creativecommons.org/ns#",
    "http://web.resource.org/cc/",
    "http://www.bohemiancoding.com/sketch/ns",
    "http://www.serif.com/",
)
_ELEMENTS: Final = frozenset(
    [
        "circle",
        "clipPath",
        "defs",
        "desc",
        "ellipse",
        "feBlend",
        "feColorMatrix",
        "feComponentTransfer",
        "feComposite",
        "feConvolveMatrix",
        "feDiffuseLighting",
        "feDisplacementMap",
        "feDistantLight",
        "feDropShadow",
        "feFlood",
        "feFuncA",
        "feFuncB",
        "feFuncG",
        "feFuncR",
        "feGaussianBlur",
        "feMerge",
        "feMergeNode",
        "feMorphology",
        "feOffset",
        "fePointLight",
        "feSpecularLighting",
        "feSpotLight",
        "feTile",
        "feTurbulence",
        "filter",
        "g",
        "line",
        "linearGradient",
        "marker",
        "mask",
        "metadata",
        "path",
        "pattern",
        "polygon",
        "polyline",
        "radialGradient",
        "rect",
        "stop",
        "style",
        "svg",
        "switch",
        "symbol",
        "text",
        "textPath",
        "title",
        "tspan",
        "use",
        "view",
    ]
)
# Of these, and of no other encoding, is it certain that browsers and the parser here find markup at the same bytes.
_ENCODINGS: Final = frozenset({"utf-8", "us-ascii", "iso-8859-1", "windows-1252"})
# What people read, and what names a part: all else may be given to a property of CSS.
_WORDS: Final = frozenset({"id", "class", "name", "lang"})
# Possessive, so that a long row of comments is tried in one way only.
_BEGINNING: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?+(?>\s+|<\?xml[^>]*>|<!--.*?-->|<!DOCTYPE[^>]*>)*+<(?:\w+:)?svg[\s>/]", re.DOTALL
)


def looks_like_svg(content: bytes) -> bool:
    """Whether the first element of what may be XML is an svg."""
    return _BEGINNING.match(content[:4096]) is not None


def verify_svg(content: bytes) -> None:
    """
    Accept an SVG that can be looked at and do nothing else.

    Raises:
        InvalidParameterException: it can, or is not well-formed; declared entities are refused too, since they hide what they stand for.
    """
    reader = _Reader(_encoding_of(content))
    try:
        reader.parser.Parse(content, True)
    except expat.ExpatError as error:
        raise _refused(f"line {error.lineno} is not well-formed") from None


def _encoding_of(content: bytes) -> str:
    try:
        content.decode()
    except UnicodeDecodeError:
        # Any bytes are text of this one; what they are besides ASCII makes no difference.
        return "ISO-8859-1"
    return "UTF-8"


class _Reader:
    """Follows the parser through a document and refuses at the first thing that is not a picture."""

    def __init__(self, encoding: str) -> None:
        # The encoding is told to the parser, who would ask Python for one of its own by any name.
        self.parser = expat.ParserCreate(encoding, namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.XmlDeclHandler = self._declaration
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.ProcessingInstructionHandler = self._instruction
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self._depth = 0
        self._style: list[str] | None = None

    def _declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.lower() not in _ENCODINGS:
            raise _refused(f"the encoding {encoding[:64]} is not allowed")

    def _doctype(self, _name: str, _system: str | None, _public: str | None, has_subset: int) -> None:
        # The public identifier of SVG 1.1 stands in many files, and nobody fetches what it names.
        if has_subset:
            raise _refused("a document type with declarations of its own is not allowed")

    def _instruction(self, target: str, _data: str) -> None:
        raise _refused(f"the processing instruction {target[:64]} is not allowed")

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        namespace, local = _halves(name)
        self._depth += 1
        if self._depth == 1 and (namespace, local) != (_SVG, "svg"):
            raise _refused("its root is not an svg element of SVG's namespace")
        if self._depth > MAX_DEPTH or self._style is not None:
            raise _refused("it is nested too deep, or in a style")
        if namespace != _SVG and not namespace.startswith(_INERT):
            raise _refused(f"the element {local[:64]} of another namespace is not allowed")
        if namespace == _SVG and local not in _ELEMENTS:
            raise _refused(f"the element {local[:64]} is not allowed")
        for attribute, value in attributes.items():
            _verify_attribute(attribute, value)
        if (namespace, local) == (_SVG, "style"):
            self._style = []

    def _end(self, _name: str) -> None:
        self._depth -= 1
        if self._style is not None:
            verify_inert("".join(self._style))
            self._style = None

    def _text(self, text: str) -> None:
        if self._style is not None:
            self._style.append(text)


def _verify_attribute(name: str, value: str) -> None:
    namespace, local = _halves(name)
    lower = local.lower()
    if lower.startswith("on"):
        raise _refused(f"the attribute {local[:64]} is not allowed")
    if lower in {"href", "src"} and namespace in {"", _XLINK} and not value.strip().startswith("#"):
        raise _refused("a reference to anything but a part of the image is not allowed")
    if lower == "base" or "javascript:" in value.lower():
        raise _refused(f"the value of {local[:64]} is not allowed")
    if lower == "style" or "url" in value.lower() or "\\" in value or ("(" in value and _is_property(namespace, lower)):
        verify_inert(value)


def _is_property(namespace: str, lower: str) -> bool:
    """Whether browsers may take the attribute for a property of CSS, some of whose functions fetch without saying url."""
    return not namespace and lower not in _WORDS and not lower.startswith(("aria-", "data-"))


def _halves(name: str) -> tuple[str, str]:
    namespace, _, local = name.rpartition(" ")
    return namespace, local


def _refused(reason: str) -> InvalidParameterException:
    return InvalidParameterException(f"Invalid SVG: {reason}.")
