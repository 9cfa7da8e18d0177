import subprocess
import sys
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from cenote.telemetry.metrics import Metrics

OPERATIONS = {"cognito-idp": {"SignUp", "InitiateAuth"}}


def samples(text: bytes) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text.decode())
        for sample in family.samples
    }


def value(text: bytes, name: str, **labels: str) -> float:
    return samples(text)[name, frozenset(labels.items())]


def test_requests_are_counted_by_service_operation_and_code_and_timed() -> None:
    metrics = Metrics(OPERATIONS)
    metrics.request("cognito-idp", "SignUp", "200", 0.002)
    metrics.request("cognito-idp", "SignUp", "200", 0.004)
    metrics.request("cognito-idp", "SignUp", "UsernameExistsException", 0.001)

    text = metrics.render()

    labels = {"service": "cognito-idp", "operation": "SignUp"}
    assert value(text, "cenote_requests_total", code="200", **labels) == 2
    assert value(text, "cenote_requests_total", code="UsernameExistsException", **labels) == 1
    assert value(text, "cenote_request_duration_seconds_count", **labels) == 3


def test_a_caller_cannot_make_up_labels() -> None:
    metrics = Metrics(OPERATIONS)
    for number in range(500):
        metrics.request("cognito-idp", f"Made{number}", "400", 0.001)
        metrics.request(f"made{number}", "SignUp", "400", 0.001)
        metrics.request("cognito-idp", "SignUp", f"Code{number}", 0.001)

    counted = [key for key in samples(metrics.render()) if key[0] == "cenote_requests_total"]

    assert len(counted) <= 203
    assert value(metrics.render(), "cenote_requests_total", service="unknown", operation="unknown", code="400") == 500
    assert (
        value(metrics.render(), "cenote_requests_total", service="cognito-idp", operation="unknown", code="400") == 500
    )


def test_the_other_numbers_are_counted() -> None:
    metrics = Metrics(OPERATIONS)
    metrics.retry("sign up")
    metrics.message("sent")
    metrics.sign_in("USER_SRP_AUTH", "admitted")
    with metrics.in_flight.track_inprogress():
        during = metrics.render()

    assert value(during, "cenote_requests_in_flight") == 1
    assert value(metrics.render(), "cenote_requests_in_flight") == 0
    assert value(during, "cenote_database_retries_total", unit="sign up") == 1
    assert value(during, "cenote_messages_total", outcome="sent") == 1
    assert value(during, "cenote_sign_ins_total", flow="USER_SRP_AUTH", outcome="admitted") == 1


def test_two_applications_count_apart() -> None:
    one, other = Metrics(OPERATIONS), Metrics(OPERATIONS)
    one.retry("x")

    assert b'unit="x"' in one.render()
    assert b'unit="x"' not in other.render()


IN_A_PROCESS = """
import sys
from pathlib import Path
from cenote.telemetry.metrics import Metrics, share_between_processes
share_between_processes(Path(sys.argv[1]))
metrics = Metrics({"cognito-idp": {"SignUp"}})
metrics.request("cognito-idp", "SignUp", "200", 0.001)
metrics.in_flight.inc()
sys.stdout.buffer.write(metrics.render())
"""


def test_worker_processes_answer_for_all_that_ran_and_show_in_flight_only_what_lives(tmp_path: Path) -> None:
    command = [sys.executable, "-c", IN_A_PROCESS, str(tmp_path)]
    texts = [subprocess.run(command, check=True, capture_output=True, timeout=30).stdout for _ in range(2)]

    labels = {"service": "cognito-idp", "operation": "SignUp", "code": "200"}
    assert [value(text, "cenote_requests_total", **labels) for text in texts] == [1, 2]
    assert [value(text, "cenote_requests_in_flight") for text in texts] == [1, 1]
