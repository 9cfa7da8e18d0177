"""SetUICustomization, GetUICustomization, and the address of the logo."""

import hashlib
from typing import Any

from refusals import refusal

from cenote.storage import resources
from cenote.storage.resources import Kind
from harness.clock import START, FakeClock
from harness.endpoint import Endpoint
from harness.in_process import InProcess
from harness.people import Pool, make_pool

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(17)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"
CSS = ".banner-customizable { background-color: #123456; }"
HTML = b"<html><script>alert(1)</script></html>"


def with_domain(pool: Pool) -> Pool:
    pool.endpoint.signed.create_user_pool_domain(UserPoolId=pool.id, Domain=f"looks-{pool.id[-9:].lower()}")
    return pool


def set_to(pool: Pool, **members: Any) -> dict[str, Any]:
    answer: dict[str, Any] = pool.endpoint.signed.set_ui_customization(UserPoolId=pool.id, **members)
    return dict(answer["UICustomization"])


def shown(pool: Pool, **members: Any) -> dict[str, Any]:
    answer: dict[str, Any] = pool.endpoint.signed.get_ui_customization(UserPoolId=pool.id, **members)
    return dict(answer["UICustomization"])


def path_of(endpoint: Endpoint, customization: dict[str, Any]) -> str:
    url: str = customization["ImageUrl"]
    assert url.startswith(endpoint.url), url
    return url.removeprefix(endpoint.url)


def test_nothing_is_shown_before_something_is_set(pool: Pool) -> None:
    assert {} == shown(pool) == shown(pool, ClientId="ALL") == shown(pool, ClientId=pool.client_id)


def test_a_customization_is_shown_as_it_was_set(pool: Pool, clock: FakeClock) -> None:
    with_domain(pool)
    made = set_to(pool, CSS=CSS, ImageFile=PNG)
    digest = hashlib.sha256(PNG).hexdigest()
    assert {
        "UserPoolId": pool.id,
        "ClientId": "ALL",
        "CSS": CSS,
        "CSSVersion": START.strftime("%Y%m%d%H%M%S"),
        "ImageUrl": f"{pool.endpoint.url}/_cenote/assets/{pool.id}/ALL/{digest}/image.png",
        "CreationDate": START,
        "LastModifiedDate": START,
    } == made
    assert made == shown(pool) == shown(pool, ClientId="ALL")
    clock.advance(hours=1)
    again = set_to(pool, ClientId="ALL", ImageFile=JPEG)
    assert {"UserPoolId", "ClientId", "ImageUrl", "CreationDate", "LastModifiedDate"} == again.keys()
    assert (START, clock.now) == (again["CreationDate"], again["LastModifiedDate"])
    assert again == shown(pool)


def test_a_client_has_its_own_or_the_pools(pool: Pool) -> None:
    with_domain(pool)
    general = set_to(pool, CSS=CSS)
    assert general == shown(pool, ClientId=pool.client_id)
    own = set_to(pool, ClientId=pool.client_id, CSS=".label-customizable { color: red }")
    assert pool.client_id == own["ClientId"]
    assert (own, general) == (shown(pool, ClientId=pool.client_id), shown(pool))
    assert {} == set_to(pool, ClientId=pool.client_id)
    assert general == shown(pool, ClientId=pool.client_id)
    assert {} == set_to(pool, CSS="", ImageFile=b"")
    assert {} == shown(pool, ClientId=pool.client_id)


def test_the_logo_is_served_so_that_nothing_in_it_runs(pool: Pool, in_process: InProcess) -> None:
    with_domain(pool)
    for content, kind in ((PNG, "image/png"), (JPEG + HTML, "image/jpeg")):
        path = path_of(in_process, set_to(pool, ImageFile=content))
        status, headers, body = in_process.request("GET", path)
        assert (200, kind, content) == (status, headers["content-type"], body)
        assert "default-src 'none'; sandbox" == headers["content-security-policy"]
        assert "nosniff" == headers["x-content-type-options"]
        assert headers["content-disposition"].startswith("inline; filename=")
        assert "public, max-age=31536000, immutable" == headers["cache-control"]
        assert 200 == in_process.request("HEAD", path)[0]
        status, headers, _ = in_process.request("POST", path)
        assert (405, "GET, HEAD") == (status, headers["allow"])


def test_an_image_that_is_no_longer_there_is_not_served(pool: Pool, in_process: InProcess) -> None:
    with_domain(pool)
    old = path_of(in_process, set_to(pool, ImageFile=PNG))
    new = path_of(in_process, set_to(pool, ClientId=pool.client_id, ImageFile=JPEG))
    set_to(pool, ImageFile=JPEG)
    elsewhere = old.replace(pool.id, "us-east-1_nobodys00")
    for path in (old, elsewhere, old.replace("ALL", pool.client_id)):
        status, headers, _ = in_process.request("GET", path)
        assert (404, "no-store", "application/json") == (status, headers["cache-control"], headers["content-type"])
    assert 200 == in_process.request("GET", new)[0]
    in_process.signed.delete_user_pool_client(UserPoolId=pool.id, ClientId=pool.client_id)
    assert 404 == in_process.request("GET", new)[0]


def test_a_pool_without_a_domain_is_refused(pool: Pool) -> None:
    with refusal() as seen:
        set_to(pool, CSS=CSS)
    message = "There has to be an existing domain associated with this user pool"
    assert ("InvalidParameterException", message) == seen.said


def test_what_could_harm_a_visitor_is_refused(pool: Pool) -> None:
    with_domain(pool)
    before = set_to(pool, CSS=CSS)
    wrong: list[dict[str, Any]] = [
        {"CSS": "body { color: red }"},
        {"CSS": "@import 'x';"},
        {"CSS": ".banner-customizable { background: url(https://evil.example) }"},
        {"CSS": CSS, "ImageFile": b"<svg xmlns='http://www.w3.org/2000/svg'/>"},
        {"CSS": CSS, "ImageFile": HTML},
        {"CSS": CSS, "ImageFile": b"GIF89a"},
        {"CSS": CSS, "ImageFile": PNG + bytes(131_072)},
        {"CSS": CSS + " " * 131_072},
    ]
    for members in wrong:
        with refusal("InvalidParameterException"):
            set_to(pool, **members)
        assert before == shown(pool), members
    with refusal("InvalidParameterException") as seen:
        set_to(pool, CSS=".mine { color: red }")
    assert "Invalid CSS: the selector .mine is none of those that can be customized." == seen.message


def test_the_largest_image_and_sheet_fit(pool: Pool) -> None:
    with_domain(pool)
    css = CSS + " " * (131_072 - len(CSS))
    image = PNG + bytes(131_072 - len(PNG))
    assert css == set_to(pool, CSS=css, ImageFile=image)["CSS"]


def test_clients_are_of_the_pool_and_pools_of_the_region(pool: Pool, in_process: InProcess) -> None:
    with_domain(pool)
    set_to(pool, CSS=CSS)
    other = with_domain(make_pool(in_process))
    no_client = ("ResourceNotFoundException", f"User pool client {pool.client_id} does not exist.")
    there = in_process.boto3_client(region_name="eu-west-1")
    for act in ("set_ui_customization", "get_ui_customization"):
        with refusal() as seen:
            getattr(in_process.signed, act)(UserPoolId=other.id, ClientId=pool.client_id)
        assert no_client == seen.said
        with refusal() as seen:
            getattr(there, act)(UserPoolId=pool.id)
        assert ("ResourceNotFoundException", f"User pool {pool.id} does not exist.") == seen.said
        with refusal("MissingAuthenticationTokenException"):
            getattr(in_process.anonymous, act)(UserPoolId=pool.id)
    assert {} == shown(other)


def test_a_customization_goes_with_its_client_and_its_pool(pool: Pool, in_process: InProcess) -> None:
    with_domain(pool)
    set_to(pool, CSS=CSS)
    set_to(pool, ClientId=pool.client_id, CSS=CSS, ImageFile=PNG)
    in_process.signed.delete_user_pool_client(UserPoolId=pool.id, ClientId=pool.client_id)
    with in_process.services.database.read() as tx:
        left = resources.of_kind(tx, pool.id, Kind.UI_CUSTOMIZATION)
    assert ["ALL"] == [each.name for each in left]
    in_process.signed.delete_user_pool_domain(UserPoolId=pool.id, Domain=f"looks-{pool.id[-9:].lower()}")
    in_process.signed.delete_user_pool(UserPoolId=pool.id)
    with in_process.services.database.read() as tx:
        assert [] == resources.of_kind(tx, pool.id, Kind.UI_CUSTOMIZATION)


def test_a_real_server_serves_the_logo(server: Endpoint) -> None:
    pool = with_domain(make_pool(server))
    status, headers, body = server.request("GET", path_of(server, set_to(pool, ImageFile=PNG)))
    assert (200, "image/png", PNG) == (status, headers["content-type"], body)
