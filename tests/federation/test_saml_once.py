"""An assertion signs in once, also when many browsers bring it at the same moment."""

import threading
from typing import Any

import pytest

from cenote.federation.errors import SignInRefusedError
from cenote.flows.federation import saml
from cenote.flows.hosted.sites import site_of
from cenote.storage import resources
from cenote.storage.resources import Kind
from harness import saml_idp, saml_pool
from harness.in_process import InProcess
from harness.saml_idp import encoded, one, sign
from harness.saml_pool import BASE, PROVIDER

HOW_MANY = 8


def test_of_many_at_once_one_gets_in(in_process: InProcess) -> None:
    corp, services = saml_pool.make(in_process, IDPInit="true"), in_process.services
    found = site_of(services, "localhost:9329", f"{BASE}/login", is_secure=False)
    assert found is not None
    with services.database.read() as tx:
        provider = resources.get(tx, corp.id, Kind.IDENTITY_PROVIDER, PROVIDER)
    assert provider is not None
    root: Any = saml_idp.response(corp.plan)
    sign(one(root, "saml:Assertion"))
    text, outcomes, together = encoded(root), list[str](), threading.Barrier(HOW_MANY)

    def come() -> None:
        together.wait()
        try:
            outcomes.append(saml.finish(services, found[0], provider, text, request_id=None).subject)
        except SignInRefusedError as refused:
            outcomes.append(refused.description)

    threads = [threading.Thread(target=come) for _ in range(HOW_MANY)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    refusal = "Invalid SAML response received: it was used before"
    assert sorted(["wanda@example.com", *[refusal] * (HOW_MANY - 1)]) == sorted(outcomes)


def test_it_is_remembered_until_it_is_past_its_time(in_process: InProcess) -> None:
    corp, services = saml_pool.make(in_process, IDPInit="true"), in_process.services
    found = site_of(services, "localhost:9329", f"{BASE}/login", is_secure=False)
    assert found is not None
    with services.database.read() as tx:
        provider = resources.get(tx, corp.id, Kind.IDENTITY_PROVIDER, PROVIDER)
    assert provider is not None
    root: Any = saml_idp.response(corp.plan)
    sign(one(root, "saml:Assertion"))
    saml.finish(services, found[0], provider, encoded(root), request_id=None)
    corp.endpoint.clock.advance(seconds=359)
    with pytest.raises(SignInRefusedError, match="it was used before"):
        saml.finish(services, found[0], provider, encoded(root), request_id=None)
    corp.endpoint.clock.advance(minutes=3)
    with pytest.raises(SignInRefusedError, match="it was issued too long ago"):
        saml.finish(services, found[0], provider, encoded(root), request_id=None)
