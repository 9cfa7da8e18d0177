"""What administrators upload or point at, and whose pool it is: nothing of it reaches further than it should."""

import contextlib
import ipaddress
import socket
import threading
from collections.abc import Iterator

import pytest

from cenote.aws.idp import linked_providers
from cenote.aws.operation import Call
from cenote.base.errors import InvalidParameterException, ResourceNotFoundException
from cenote.cli.bridge import MAX_FILES
from cenote.federation.addresses import is_allowed
from cenote.federation.errors import FederationError
from cenote.federation.fetching import Fetcher
from cenote.model.branding.css import verify_css
from cenote.model.branding.images import verify_image
from cenote.model.branding.terms import verify_links
from harness.imports import new_job, upload
from harness.in_process import InProcess
from harness.people import Pool, make_pool, signed_up
from harness.server import Server

SVG = '<svg xmlns="http://www.w3.org/2000/svg">'
USER = {"ProviderName": "Cognito", "ProviderAttributeName": "Cognito_Subject", "ProviderAttributeValue": "ada"}


def test_another_accounts_administrator_ends_nobodys_sign_in(in_process: InProcess, pool: Pool) -> None:
    signed_up(pool)
    stranger = Call("cognito-idp", "", "", "us-east-1", "999999999999", None, None, "", "")
    identity = {**USER, "ProviderName": "Google"}
    with pytest.raises(ResourceNotFoundException, match=f"^User pool {pool.id} does not exist.$"):
        linked_providers.admin_disable_provider_for_user(
            in_process.services, stranger, {"UserPoolId": pool.id, "User": USER}
        )
    with pytest.raises(ResourceNotFoundException, match=f"^User pool {pool.id} does not exist.$"):
        linked_providers.admin_link_provider_for_user(
            in_process.services, stranger, {"UserPoolId": pool.id, "DestinationUser": USER, "SourceUser": identity}
        )
    found = in_process.signed.admin_get_user(UserPoolId=pool.id, Username="ada")
    assert "CONFIRMED" == found["UserStatus"]


@pytest.mark.parametrize("text", ["fd00:ec2::254", "168.63.129.16", "192.0.0.192", "192.0.0.8", "192.88.99.1", "fec0::1",
                                  "::10.0.0.1", "::ffff:0:10.0.0.1", "64:ff9b:1::a00:1", "3fff::1", "5f00::1"])  # fmt: skip
def test_what_is_public_by_name_only_is_not_called(text: str) -> None:
    address = ipaddress.ip_address(text)
    assert not is_allowed(address, is_development=False)
    assert not is_allowed(address, is_development=True)


@contextlib.contextmanager
def dripping(first: bytes, drop: bytes) -> Iterator[str]:
    """A site that goes on to send *drop* as long as somebody listens; its URL."""
    ended = threading.Event()
    # Sooner or later it gives up by itself, so that a fetch without an end fails and does not hang.
    drops = 100

    def serve() -> None:
        with listening, contextlib.suppress(OSError):
            to, _ = listening.accept()
            with to:
                to.recv(4096)
                to.sendall(first)
                for _ in range(drops):
                    ended.wait(0.05)
                    to.sendall(drop)

    listening = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
    finally:
        ended.set()
        thread.join()


@pytest.mark.parametrize(
    ("first", "drop"),
    [
        (b"HTTP/1.1 200 OK\r\nX-Line: ", b"x"),
        (b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;", b"x"),
        (b"HTTP/1.1 200 OK\r\n\r\nbody", b"x"),
    ],
    ids=["a line", "headers", "a chunk's size", "a body"],
)
def test_a_site_that_drips_does_not_hold_a_fetch_beyond_its_time(first: bytes, drop: bytes) -> None:
    with dripping(first, drop) as url, pytest.raises(FederationError) as caught:
        Fetcher(is_development=True, total_s=0.3).get(url, "*/*")
    assert "it takes too long" == caught.value.public


@pytest.mark.parametrize("encoding", ["iso-2022-jp", "utf-7", "mac_arabic", "unicode_escape", "rot13", "nobodys"])
def test_an_svg_is_of_an_encoding_that_everybody_reads_alike(encoding: str) -> None:
    image = f'<?xml version="1.0" encoding="{encoding}"?>{SVG}</svg>'.encode()
    with pytest.raises(InvalidParameterException, match=f"^Invalid SVG: the encoding {encoding} is not allowed.$"):
        verify_image(image, ("SVG",), "the logo")


@pytest.mark.parametrize("encoding", ["UTF-8", "us-ascii", "ISO-8859-1", "windows-1252"])
def test_an_svg_of_a_usual_encoding_is_accepted(encoding: str) -> None:
    for letter in (b"e", b"\xe9", "é".encode()):
        start = f'<?xml version="1.0" encoding="{encoding}"?>{SVG}<title>'.encode()
        verify_image(start + letter + b"</title></svg>", ("SVG",), "the logo")


@pytest.mark.parametrize("function", ["image-set", "src", "image", "cross-fade"])
def test_an_attribute_of_an_svg_fetches_nothing_whatever_the_function_is_called(function: str) -> None:
    image = f"{SVG}<rect mask=\"{function}('https://elsewhere.example/x.svg')\"/></svg>".encode()
    with pytest.raises(InvalidParameterException, match=rf"{function}\(\) is not allowed"):
        verify_image(image, ("SVG",), "the logo")


def test_an_svg_may_say_and_move_what_it_likes() -> None:
    inside = '<g id="f(1)" aria-label="f(x)" data-a="b(1)" transform="translate(1,2) rotate(3)" fill="rgb(1,2,3)"/>'
    verify_image(f"{SVG}{inside}</svg>".encode(), ("SVG",), "the logo")


def test_a_style_in_an_svg_is_no_longer_than_a_style_sheet() -> None:
    with pytest.raises(InvalidParameterException, match="it is longer than 131072 characters"):
        verify_image(f"{SVG}<style>{'(' * 900_000}</style></svg>".encode(), ("SVG",), "the logo")


@pytest.mark.parametrize("css", ["({deep}){{}}", "{deep}", ".logo-customizable{{color:{deep}}}", "{deep} .end{{}}"])
def test_a_style_sheet_that_is_nested_deep_is_refused_and_not_an_error_of_ours(css: str) -> None:
    with pytest.raises(InvalidParameterException, match="nested deeper than"):
        verify_css(css.format(deep="(" * 5000 + ")" * 5000))


@pytest.mark.parametrize(
    "url", ["https://a.example/\r\nX: y", "ht\ntps://a.example/", "\1https://a.example/", "https://a b/"]
)
def test_a_link_to_terms_has_nothing_that_ends_a_header(url: str) -> None:
    with pytest.raises(InvalidParameterException, match="not the absolute URL of a web page"):
        verify_links({"cognito:default": url})


def test_who_has_no_address_keeps_nobodys_file_out(server: Server) -> None:
    target = "AWSCognitoIdentityProviderService.CreateManagedLoginBranding"
    head = f"PUT /_cenote/imports/x HTTP/1.1\r\nHost: x\r\nX-Amz-Target: {target}\r\nContent-Length: 9999\r\n\r\nx"
    with contextlib.ExitStack() as dripping_clients:
        for _ in range(MAX_FILES):
            client = socket.create_connection(("127.0.0.1", server.port), timeout=30)
            dripping_clients.enter_context(client).sendall(head.encode())
        pool = make_pool(server)
        assert 200 == upload(pool, new_job(pool), b"x")[0]
