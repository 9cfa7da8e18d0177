"""One code, several who come with it at once: one is served at most, and a second one ends what the first one got."""

from functools import partial
from typing import Any

import pytest

from durability.races import race
from harness.databases import EVERY_ENGINE
from harness.functions import Functions
from harness.hosted import App, code_for, make_app
from harness.in_process import InProcess, beside
from harness.people import signed_up

pytestmark = pytest.mark.parametrize("engine", EVERY_ENGINE, indirect=True)

ROUNDS = 4
INVALID_GRANT: tuple[int, dict[str, Any]] = (400, {"error": "invalid_grant"})


def test_of_several_at_once_one_is_served_at_most_and_keeps_nothing(app: App) -> None:
    for _ in range(ROUNDS):
        code = code_for(app)
        replies = [outcome.answer for outcome in race([partial(app.redeem, code)] * 4)]
        served = [reply for reply in replies if reply.status == 200]
        assert len(served) <= 1
        assert all(reply.said == INVALID_GRANT for reply in replies if reply not in served)
        for reply in served:
            assert 401 == app.user_info(reply.json["access_token"]).status
            assert INVALID_GRANT == app.refresh(reply.json["refresh_token"]).said


def test_of_several_apps_at_once_each_gets_its_own(app: App) -> None:
    codes = [code_for(app) for _ in range(4)]
    replies = [outcome.answer for outcome in race([partial(app.redeem, code) for code in codes])]
    assert [200] * 4 == [reply.status for reply in replies]
    assert [200] * 4 == [app.user_info(reply.json["access_token"]).status for reply in replies]


def test_a_replay_while_the_function_thinks_makes_the_first_one_fail(in_process: InProcess) -> None:
    functions = Functions()
    endpoint = beside(in_process, triggers=functions.caller())
    app = make_app(endpoint, LambdaConfig=functions.config("PreTokenGeneration"))
    signed_up(app.pool)
    code = code_for(app)
    during: list[tuple[int, dict[str, Any]]] = []

    def replay(event: dict[str, Any]) -> dict[str, Any]:
        during.append(app.redeem(code).said)
        return event

    functions.on("TokenGeneration_HostedAuth", replay)
    assert INVALID_GRANT == app.redeem(code).said
    assert [INVALID_GRANT] == during
    assert ["TokenGeneration_HostedAuth"] == [each for each in functions.sources if each.startswith("Token")]
