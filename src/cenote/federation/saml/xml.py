"""
The one parser of whatever XML comes from outside, and the few ways in which its elements are read.

No document type (so no entities), nothing is fetched, libxml2's own bounds stay on. A message of the protocol is UTF-8 and has neither
comments nor processing instructions: canonical XML leaves comments out of what is signed, so that `user@a.com<!-- -->.evil.com` would be
whatever its reader makes of it. Published metadata may have them, and they are left out.
"""

import datetime as dt
import re
from typing import Any, TypeAlias

from lxml import etree

from cenote.federation.errors import FederationError

Element: TypeAlias = etree._Element  # noqa: SLF001 - the public name of an element is that of a function
MAX_DEPTH = 64
_DOCTYPE = re.compile(rb"<!\s*DOCTYPE", re.IGNORECASE)
_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,255}")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:Z|[+-][0-9]{2}:[0-9]{2})")
_ID_NAMES = frozenset({"id", "ID", "Id", "{http://www.w3.org/XML/1998/namespace}id"})
_MALFORMED = "it is not well-formed XML"


def strict_parser(*, keeps_comments: bool, encoding: str | None) -> etree.XMLParser:
    """A new parser that reads no document type's contents and goes nowhere; *encoding* overrides what a document declares."""
    return etree.XMLParser(
        encoding=encoding,
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        no_network=True,
        huge_tree=False,
        recover=False,
        remove_comments=not keeps_comments,
        remove_pis=not keeps_comments,
    )


def parse_published(document: bytes, *, max_bytes: int) -> Element:
    """
    The root of a published document, in any encoding, without its comments.

    Raises:
        FederationError: it is not XML of at most *max_bytes* without a document type.
    """
    return _parsed(document, strict_parser(keeps_comments=False, encoding=None), max_bytes)


def parse_message(document: bytes, *, max_bytes: int) -> Element:
    """
    The root of a message of the protocol.

    Raises:
        FederationError: as `parse_published`; or it is not UTF-8, has comments or processing instructions, or is nested too deeply.
    """
    try:
        document.decode()
    except UnicodeDecodeError as error:
        raise FederationError("it is not UTF-8", str(error)) from None
    root = _parsed(document, strict_parser(keeps_comments=True, encoding="utf-8"), max_bytes)
    if root.getprevious() is not None or root.getnext() is not None:
        raise FederationError("it has comments or processing instructions")
    depth = 0
    for event, node in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if event in {"comment", "pi"} or not isinstance(node.tag, str):
            raise FederationError("it has comments or processing instructions")
        depth += 1 if event == "start" else -1
        if depth > MAX_DEPTH:
            raise FederationError("it is nested too deeply")
    return root


def text_of(element: Element | None, what: str) -> str:
    """
    The text of an element that has nothing but text, without the white space around it.

    Raises:
        FederationError: there is none, or the element has elements in it.
    """
    text = "" if element is None or len(element) else (element.text or "").strip()
    if not text:
        raise FederationError(f"it has no {what}")
    return text


def id_of(element: Element) -> str:
    """
    The element's identifier.

    Raises:
        FederationError: it has none, or none that a signature could refer to.
    """
    identifier = element.get("ID", "")
    if not _ID.fullmatch(identifier):
        raise FederationError("an ID is missing or malformed")
    return identifier


def verify_unique_ids(root: Element) -> None:
    """
    Accept a document in which no identifier occurs twice, by whatever name of an identifier's attribute.

    Raises:
        FederationError: one does, so that a signature could mean either element.
    """
    seen: set[str] = set()
    for element in root.iter():
        for name, value in element.attrib.items():
            if name in _ID_NAMES:
                if value in seen:
                    raise FederationError("an ID occurs twice")
                seen.add(str(value))


def time_of(element: Element, attribute: str) -> int | None:
    """
    The time in an attribute, in ms; None where there is no such attribute.

    Raises:
        FederationError: it is none, or has no time zone.
    """
    written = element.get(attribute)
    return None if written is None else ms_of(written, attribute)


def ms_of(written: str, what: str) -> int:
    """
    An xs:dateTime with its time zone, in ms.

    Raises:
        FederationError: it is none.
    """
    try:
        moment = dt.datetime.fromisoformat(written if _TIME.fullmatch(written) else "")
        return int(moment.timestamp() * 1000)
    except (ValueError, OverflowError) as error:
        raise FederationError(f"its {what} is not a time", str(error)) from None


def bytes_of_element(element: Element) -> bytes:
    """An element as a document of its own."""
    written: Any = etree.tostring(element, with_tail=False)
    return bytes(written)


def _parsed(document: bytes, parser: etree.XMLParser, max_bytes: int) -> Element:
    if len(document) > max_bytes:
        raise FederationError(f"it has more than {max_bytes} bytes")
    # Before the parser, which would read a DTD to its end, and after it, whatever encoding hid the words.
    if _DOCTYPE.search(document.replace(b"\0", b"")):
        raise FederationError("it has a document type")
    try:
        root: Element = etree.fromstring(document, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise FederationError(_MALFORMED, str(error)) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise FederationError("it has a document type")
    return root
