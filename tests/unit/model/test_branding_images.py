"""Images: what they are by their bytes, and SVGs that only show something."""

import pytest

from cenote.base.errors import InvalidParameterException
from cenote.model.branding.images import Format, ImageAddress, address_of, digest_of, format_of, path_of, verify_image
from cenote.model.branding.svg import verify_svg

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(17)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"
WEBP = b"RIFF\x24\x00\x00\x00WEBPVP8 "
ICO = b"\x00\x00\x01\x00\x01\x00" + bytes(16)
ROOT = b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">%s</svg>'
SVG = ROOT % b"<path d='M0 0h1v1z'/>"
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (PNG, Format.PNG),
        (JPEG, Format.JPEG),
        (WEBP, Format.WEBP),
        (ICO, Format.ICO),
        (SVG, Format.SVG),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- made by hand -->\n" + SVG, Format.SVG),
        (b"", None),
        (HTML, None),
        (b"GIF89a", None),
        (b"\x89PNG\r\n\x1a\n" + HTML, None),
        (b"\x00\x00\x01\x00\x00\x00", None),
        (b"<html><svg></svg></html>", None),
        (b"<!---->" * 400 + b"<x", None),
    ],
)
def test_the_first_bytes_say_what_an_image_is(content: bytes, expected: Format | None) -> None:
    assert expected is format_of(content)


def test_an_image_is_accepted_as_what_it_is_only() -> None:
    assert Format.PNG is verify_image(PNG, ("PNG", "JPEG"), "logo")
    for content in (SVG, HTML, b"", WEBP):
        with pytest.raises(InvalidParameterException) as refused:
            verify_image(content, ("PNG", "JPEG"), "logo")
        assert "Invalid image: logo is not of the format PNG or JPEG." == refused.value.message


def test_a_path_names_pool_owner_and_image() -> None:
    address = ImageAddress("us-east-1_abcDEF123", "ALL", digest_of(PNG))
    assert address == address_of(path_of(address, Format.PNG)) == address_of(path_of(address, Format.JPEG))
    for path in ("/_cenote/assets/x", path_of(address, Format.SVG), path_of(address, Format.PNG) + "x", "/"):
        assert address_of(path) is None


@pytest.mark.parametrize(
    "inside",
    [
        b"<defs><linearGradient id='a'><stop offset='0'/></linearGradient></defs><rect fill='url(#a)' style='fill: url(\"#a\")'/>",
        b"<use xlink:href='#a'/><use href='#a'/>",
        b"<style>.a { fill: rgb(1, 2, 3) } .b:hover { filter: url(#f) }</style>",
        b"<style type='text/css'><![CDATA[.a{fill:#fff}]]></style>",
        b"<metadata><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:li/></rdf:RDF></metadata>",
        b"<text x='1'>javascript: the good parts</text>",
    ],
)
def test_a_picture_is_accepted(inside: bytes) -> None:
    svg = ROOT % inside
    assert Format.SVG is verify_image(svg, ("SVG",), "icon")


def test_the_public_identifier_of_svg_is_no_harm() -> None:
    head = b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
    assert Format.SVG is verify_image(head + SVG, ("SVG",), "icon")


@pytest.mark.parametrize(
    "inside",
    [
        b"<script>alert(1)</script>",
        b"<script href='https://evil.example'/>",
        b"<path onload='x'/>",
        b"<path ONCLICK='x'/>",
        b"<foreignObject/>",
        b"<a href='#x'/>",
        b"<image href='https://evil.example/x.png'/>",
        b"<animate attributeName='href' to='javascript:1'/>",
        b"<set attributeName='href' to='javascript:1'/>",
        b"<use href='https://evil.example/x.svg#a'/>",
        b"<use xlink:href='data:image/svg+xml,x'/>",
        b"<use xlink:href=' javascript:1'/>",
        b"<g xml:base='https://evil.example/'/>",
        b"<rect fill='url(https://evil.example/x#a)'/>",
        b"<rect fill='u\\72l(https://evil.example/x#a)'/>",
        b"<rect style='background: image-set(\"x\" 1x)'/>",
        b"<style>@import 'https://evil.example';</style>",
        b"<style>.a { fill: url(https://evil.example) }</style>",
        b"<style><g/></style>",
        b"<h:script xmlns:h='http://www.w3.org/1999/xhtml'>alert(1)</h:script>",
        b"<script xmlns=''>alert(1)</script>",
        b"<math xmlns='http://www.w3.org/1998/Math/MathML'/>",
        b"<?xml-stylesheet href='https://evil.example'?>",
        b"<path>",
        b"<g>" * 200 + b"</g>" * 200,
        b"&undefined;",
    ],
)
def test_what_does_more_than_show_something_is_refused(inside: bytes) -> None:
    with pytest.raises(InvalidParameterException, match=r"Invalid (SVG|CSS)"):
        verify_svg(ROOT % inside)


@pytest.mark.parametrize(
    "svg",
    [
        b'<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG,
        b"<svg/>",
        b'<html xmlns="http://www.w3.org/1999/xhtml"/>',
        b"",
        b"\x00",
    ],
)
def test_a_document_that_is_no_svg_or_declares_entities_is_refused(svg: bytes) -> None:
    with pytest.raises(InvalidParameterException, match="Invalid SVG"):
        verify_svg(svg)
