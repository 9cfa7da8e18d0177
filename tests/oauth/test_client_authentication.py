"""How clients prove themselves at the token endpoint."""

import base64
from typing import Any

import pytest

from harness.databases import EVERY_ENGINE
from harness.hosted import App, another_app, basic, make_app, make_machine
from harness.in_process import InProcess

INVALID_CLIENT: tuple[int, dict[str, Any]] = (400, {"error": "invalid_client"})
OWN = "Own+Secret+0123456789abcdef"
INVALID_REQUEST: tuple[int, dict[str, Any]] = (400, {"error": "invalid_request"})


@pytest.fixture
def machine(in_process: InProcess) -> App:
    return make_machine(make_app(in_process))


def ask(machine: App, headers: dict[str, str], **form: str) -> tuple[int, dict[str, Any]]:
    return machine.post("/oauth2/token", {"grant_type": "client_credentials", **form}, headers).said


def secret_of(machine: App) -> str:
    assert machine.pool.client_secret is not None
    return machine.pool.client_secret


def test_basic_alone_or_with_the_id_in_the_form_will_do(machine: App) -> None:
    assert 200 == ask(machine, machine.basic)[0]
    assert 200 == ask(machine, machine.basic, client_id=machine.pool.client_id)[0]
    lower = {"Authorization": machine.basic["Authorization"].replace("Basic", "bASIC")}
    assert 200 == ask(machine, lower)[0]


def test_id_and_secret_in_the_form_will_do(machine: App) -> None:
    form = {"client_id": machine.pool.client_id, "client_secret": secret_of(machine)}
    assert 200 == ask(machine, {}, **form)[0]


def test_both_at_once_will_not(machine: App) -> None:
    assert INVALID_REQUEST == ask(machine, machine.basic, client_secret=secret_of(machine))


def test_two_clients_at_once_will_not(machine: App) -> None:
    other = another_app(machine, GenerateSecret=True)
    assert INVALID_REQUEST == ask(machine, machine.basic, client_id=other.pool.client_id)


def test_nobody_at_all_is_a_bad_request(machine: App) -> None:
    assert INVALID_REQUEST == ask(machine, {})


@pytest.mark.parametrize(
    "written",
    ["Basic", "Basic ", "Basic !", "Basic " + base64.b64encode(b"no-colon").decode(), "Bearer x", "Basic /w=="],
)
def test_a_header_that_cannot_be_read_is_a_bad_request(machine: App, written: str) -> None:
    assert INVALID_REQUEST == ask(machine, {"Authorization": written})


@pytest.mark.parametrize("secret", ["", "x", "x" * 52, "ü" * 26, "a:b"])
def test_any_other_secret_is_refused(machine: App, secret: str) -> None:
    assert INVALID_CLIENT == ask(machine, basic(machine.pool.client_id, secret))
    assert INVALID_CLIENT == ask(machine, {}, client_id=machine.pool.client_id, client_secret=secret)


@pytest.mark.parametrize("client_id", ["nobody", "a b", "ü", "x" * 129, "a\0b", "' or 1=1"])
@pytest.mark.parametrize("engine", EVERY_ENGINE, indirect=True)
def test_an_unknown_client_is_refused(machine: App, client_id: str) -> None:
    assert INVALID_CLIENT == ask(machine, basic(client_id, secret_of(machine)))


def test_another_pool_s_client_is_refused(machine: App) -> None:
    elsewhere = make_app(machine.endpoint, domain="elsewhere")
    assert INVALID_CLIENT == ask(elsewhere, machine.basic)


def test_a_public_client_has_no_secret_to_give(machine: App) -> None:
    public = another_app(machine)
    code = {"code": "c", "redirect_uri": "https://x"}
    assert (400, {"error": "invalid_grant"}) == public.token("authorization_code", **code).said
    assert INVALID_CLIENT == public.token("authorization_code", client_secret="x", **code).said
    header = basic(public.pool.client_id, "x")
    assert INVALID_CLIENT == public.token("authorization_code", headers=header, **code).said


def test_a_public_client_may_send_an_empty_secret(machine: App) -> None:
    public = another_app(machine)
    reply = public.token(
        "authorization_code", headers=basic(public.pool.client_id, ""), code="c", redirect_uri="https://x"
    )
    assert (400, {"error": "invalid_grant"}) == reply.said


def test_ids_and_secrets_are_found_encoded_or_as_they_stand(machine: App) -> None:
    machine.endpoint.signed.add_user_pool_client_secret(
        UserPoolId=machine.pool.id, ClientId=machine.pool.client_id, ClientSecret=OWN
    )
    client_id = machine.pool.client_id
    escaped = f"%{ord(client_id[0]):02x}{client_id[1:]}:{OWN.replace('+', '%2B')}"
    for written in (f"{client_id}:{OWN}", escaped):
        header = {"Authorization": "Basic " + base64.b64encode(written.encode()).decode()}
        assert 200 == ask(machine, header)[0]
    assert 200 == ask(machine, basic(client_id, OWN))[0]
    assert 200 == ask(machine, {}, client_id=client_id, client_secret=OWN)[0]
    assert INVALID_CLIENT == ask(machine, {}, client_id=client_id, client_secret=OWN.replace("+", " "))
