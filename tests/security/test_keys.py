"""The master key's file while servers run and several people turn it."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from cenote.crypto.seal import MasterKey, Sealer
from cenote.flows.keys import Keys
from cenote.storage import keyring

OLD, NEW, STRANGE = (MasterKey(bytes([number]) * 4, bytes([number]) * 32) for number in (1, 2, 3))


def test_a_running_server_takes_over_a_rotation() -> None:
    keys = Keys(Sealer([OLD]), b"s" * 32, lambda: Sealer([NEW, OLD]))
    assert keys.renew()
    assert Sealer([NEW]).is_current(keys.seal(b"x", "context"))


def test_a_running_server_seals_nothing_with_a_key_that_came_without_its_own() -> None:
    keys = Keys(Sealer([OLD]), b"s" * 32, lambda: Sealer([STRANGE]))
    before = keys.seal(b"x", "context")
    assert not keys.renew()
    assert Sealer([OLD]).is_current(keys.seal(b"x", "context"))
    assert b"x" == keys.open(before, "context")


def test_rotations_at_once_lose_no_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "master.key"
    keyring.create(path)
    together = threading.Barrier(2)
    read = keyring.read

    def read_together(*arguments: Any) -> list[MasterKey]:
        keys = read(*arguments)
        try:
            together.wait(timeout=0.3)
        except threading.BrokenBarrierError:
            return keys
        return keys

    monkeypatch.setattr(keyring, "read", read_together)
    with ThreadPoolExecutor(2) as people:
        made = [keys[0] for keys in people.map(keyring.add, [path, path])]
    assert {key.key_id for key in made} <= {key.key_id for key in read(path)}
    assert 3 == len(read(path))
    assert 0o600 == path.stat().st_mode & 0o777
