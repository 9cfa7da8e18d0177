"""What functions write, and where it goes."""

import re

from cenote.functions.journal import Journal
from harness.local_functions import Bench


def test_every_line_is_logged_with_its_function_and_request(bench: Bench) -> None:
    source = (
        "import os, sys\nprint('starting')\n"
        "def handler(event, context):\n"
        "    print('one\\ntwo')\n    sys.stderr.write('three')\n"
        "    os.write(1, b' four\\n')\n    os.system('echo five')\n    print('six', end='')"
    )
    bench.python(source).value(request_id="r")
    arn = "arn:aws:lambda:us-east-1:000000000000:function:probe"
    assert {(arn, "r")} == {line[:2] for line in bench.lines}
    expected = [
        "starting",
        "START RequestId: r Version: $LATEST",
        "one",
        "two",
        "three four",
        "five",
        "six",
        "END RequestId: r",
    ]
    *written, report = [line for _, _, line in bench.lines]
    assert expected == written
    assert re.fullmatch(
        r"REPORT RequestId: r\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 256 MB\tMax Memory Used: \d+ MB"
        r"\tInit Duration: [\d.]+ ms\t",
        report,
    )


def test_the_tail_is_of_this_event_alone(bench: Bench) -> None:
    probe = bench.python("def handler(event, context):\n    print(event)")
    assert b"\nfirst\n" in probe.call("first").log_tail
    second = probe.call("second", request_id="r").log_tail
    assert second.startswith(
        b"START RequestId: r Version: $LATEST\nsecond\nEND RequestId: r\nREPORT RequestId: r\tDuration: "
    )
    assert b"Init Duration" not in second


def test_the_tail_is_the_last_four_kilobytes(bench: Bench) -> None:
    probe = bench.python("def handler(event, context):\n    print('\\n'.join(str(n) for n in range(event)))")
    tail = probe.call(100_000).log_tail
    assert 4096 == len(tail)
    assert b"\n99999\nEND RequestId" in tail
    assert 100_000 + 3 == len(bench.lines)


def test_the_log_of_a_failure_tells_where_it_was(bench: Bench) -> None:
    tail = bench.python("def handler(event, context):\n    raise ValueError('no')").call().log_tail
    assert b"[ERROR] ValueError: no\nTraceback (most recent call last):\n" in tail


def test_a_line_without_end_is_cut() -> None:
    lines: list[str] = []
    journal = Journal("arn", lambda _arn, _request_id, line: lines.append(line))
    journal.write(b"x" * 600_000 + b"\xff")
    journal.finish_line()
    assert [262_144, 262_144, 75_713] == [len(line) for line in lines]
    assert lines[-1].endswith("\N{REPLACEMENT CHARACTER}")
