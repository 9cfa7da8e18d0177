import json

import pytest

from cenote.ops import Probes, handle, is_local


def probes(*, database: bool = True, metrics_public: bool = False) -> Probes:
    return Probes(lambda: database, lambda: b"numbers 1\n", metrics_public=metrics_public)


def status_and_document(path: str, given: Probes) -> tuple[int, dict[str, str]]:
    answer = handle(path, method="GET", local=False, probes=given)
    assert answer is not None
    return answer[0], json.loads(answer[2])


def test_it_is_live_whatever_the_database_does() -> None:
    status, document = status_and_document("/_cenote/health/live", probes(database=False))

    assert (status, document["status"]) == (200, "ok")


def test_it_is_ready_when_the_database_answers() -> None:
    assert status_and_document("/_cenote/health/ready", probes()) == (200, {"status": "ok", "database": "ok"})


def test_it_is_not_ready_when_the_database_does_not_answer_or_fails() -> None:
    def broken() -> bool:
        raise OSError("postgresql://cenote:hunter2@db")

    expected = (503, {"status": "unavailable", "database": "unavailable"})
    assert expected == status_and_document("/_cenote/health/ready", probes(database=False))
    assert expected == status_and_document("/_cenote/health/ready", Probes(broken, bytes, metrics_public=False))


@pytest.mark.parametrize(
    ("local", "metrics_public", "status"), [(True, False, 200), (False, True, 200), (False, False, 403)]
)
def test_metrics_are_for_this_machine_unless_made_public(*, local: bool, metrics_public: bool, status: int) -> None:
    answer = handle("/_cenote/metrics", method="GET", local=local, probes=probes(metrics_public=metrics_public))

    assert answer is not None
    assert status == answer[0]
    assert (status == 200) == (b"numbers" in answer[2])


def test_other_paths_are_not_ours_and_other_methods_are_refused() -> None:
    refused = handle("/_cenote/health/live", method="POST", local=True, probes=probes())

    assert handle("/_cenote/console", method="GET", local=True, probes=probes()) is None
    assert refused is not None
    assert refused[0] == 405


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"REMOTE_ADDR": "127.0.0.1"}, True),
        ({"REMOTE_ADDR": "::1"}, True),
        ({"REMOTE_ADDR": "::ffff:127.0.0.1"}, True),
        ({"REMOTE_ADDR": "10.0.0.1"}, False),
        ({"REMOTE_ADDR": ""}, False),
        ({}, False),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "127.0.0.1"}, False),
    ],
)
def test_a_request_is_local_when_it_comes_from_loopback_and_through_no_proxy(
    environ: dict[str, object], *, expected: bool
) -> None:
    assert expected == is_local(environ)
