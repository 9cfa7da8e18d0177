"""
What a function may not ask of the kernel: a filter of system calls, as a program of the kernel's packet filter.

Refused is what would hold memory that no process is charged with (memory files, System V's segments and queues, file systems of one's own
in new namespaces) and what few programs need and many holes of the kernel were found in. Programs are told that there is no such call, and
do without it.

Source: Linux, Documentation/userspace-api/seccomp_filter.rst, linux/filter.h, linux/audit.h, and each architecture's table of calls.
"""

import base64
import platform
import struct
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from errno import ENOSYS, EPERM
from typing import Final


@dataclass(frozen=True, slots=True)
class _Machine:
    """An architecture: its name in the audit log, its numbers of `seccomp` and `clone`, and of what is refused on it alone."""

    audit_name: int
    seccomp: int
    clone: int
    refused: tuple[int, ...]


# Of the numbers: unshare, setns, mount, umount2, pivot_root; memfd_create, shmget, msgget, semget; add_key, request_key, keyctl; bpf,
# perf_event_open, userfaultfd.
_MACHINES: Final = {
    "x86_64": _Machine(
        0xC000003E, 317, 56, (272, 308, 165, 166, 155, 319, 29, 68, 64, 248, 249, 250, 321, 298, 323)
    ),
    "aarch64": _Machine(
        0xC00000B7, 277, 220, (97, 268, 40, 39, 41, 279, 194, 186, 190, 217, 218, 219, 280, 241, 282)
    ),
}  # fmt: skip
# The same everywhere: io_uring's three; open_tree, move_mount, fsopen, fsconfig, fsmount; clone3, whose flags a filter cannot see;
# mount_setattr, memfd_secret.
_REFUSED: Final = (425, 426, 427, 428, 429, 430, 431, 432, 435, 442, 447)
# CLONE_NEWNS, -CGROUP, -UTS, -IPC, -USER, -PID, -NET.
_NAMESPACES: Final = 0x7E020000
# From here on the numbers are x32's, which are other names of the same calls.
_X32: Final = 0x40000000
_NUMBER_AT, _MACHINE_AT, _FLAGS_AT = 0, 4, 16
_LOAD, _IS_EQUAL, _IS_AT_LEAST, _HAS_BITS, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000


def filter_plan() -> dict[str, object] | None:
    """What the launcher needs to install the filter: the number of `seccomp` here, the program in base64; None on machines not known."""
    machine = _MACHINES.get(platform.machine()) if sys.platform == "linux" else None
    if machine is None:
        return None
    return {"call": machine.seccomp, "program": base64.b64encode(_program(machine)).decode()}


def _program(machine: _Machine) -> bytes:
    refused = (*machine.refused, *_REFUSED)
    unknown, denied = _answer(ENOSYS), _answer(EPERM)
    rules = [
        _step(_LOAD, _MACHINE_AT),
        _step(_IS_EQUAL, machine.audit_name, 1, 0),
        unknown,
        _step(_LOAD, _NUMBER_AT),
        _step(_IS_AT_LEAST, _X32, 0, 1),
        unknown,
        *_each(refused, unknown),
        _step(_IS_EQUAL, machine.clone, 0, 3),
        _step(_LOAD, _FLAGS_AT),
        _step(_HAS_BITS, _NAMESPACES, 0, 1),
        denied,
        _step(_RETURN, _ALLOW),
    ]
    return b"".join(rules)


def _each(numbers: Sequence[int], answer: bytes) -> list[bytes]:
    return [rule for number in numbers for rule in (_step(_IS_EQUAL, number, 0, 1), answer)]


def _answer(error: int) -> bytes:
    return _step(_RETURN, _REFUSE | error)


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    """One instruction: jumps count from the next one on."""
    return struct.pack("=HBBI", code, if_true, if_false, value)
