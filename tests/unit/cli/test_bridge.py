"""How much the bridge holds of requests whose bodies are on their way."""

from contextlib import ExitStack

import pytest

from cenote.cli.bridge import Bridge, Refusal

MIB = 1024 * 1024


def bridge() -> Bridge:
    return Bridge(lambda _environ, _start: [], threads=1, max_body_bytes=MIB, body_timeout_s=1)


def test_the_longest_bodies_keep_no_others_out() -> None:
    made = bridge()
    with ExitStack() as held:
        for _ in range(2):
            held.enter_context(made._room_for(70 * MIB))
        with pytest.raises(Refusal) as refused:
            held.enter_context(made._room_for(70 * MIB))
        assert 503 == refused.value.status
        for _ in range(128):
            held.enter_context(made._room_for(MIB))
        with pytest.raises(Refusal):
            held.enter_context(made._room_for(MIB))
    with made._room_for(70 * MIB), made._room_for(MIB):
        assert (70 * MIB, MIB) == (made._long_bytes, made._large_bytes)
