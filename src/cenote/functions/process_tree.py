"""What the system tells of a process and its children: the memory they use, the sockets they hold."""

import contextlib
import os
import signal
import socket
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

_PROC = Path("/proc")
_TCP = _PROC / "net" / "tcp"
# Where a program that speaks IPv4 through an IPv6 socket is listed, and how its addresses begin there.
_TCP6 = _PROC / "net" / "tcp6"
_MAPPED = "0000000000000000FFFF0000"
# The fields of /proc/net/tcp: sl, local, remote, state, queues, timer, retransmits, uid, timeout, inode.
_LOCAL, _REMOTE, _UID, _INODE = 1, 2, 7, 9
# Of the words of /proc/…/statm, and of those of /proc/…/stat that follow the name.
_RESIDENT, _PARENT = 1, 1
# A process that starts others faster than they are killed is not chased for ever: its user may have no more than its limit.
_ROUNDS = 50

IS_KNOWN = sys.platform == "linux"


def tree_of(root: int) -> list[int]:
    """The process *root* and all that it started and that is still below it."""
    children: dict[int, list[int]] = {}
    for each in _everybody():
        with contextlib.suppress(OSError, ValueError, IndexError):
            # A program's name stands in brackets and may hold anything.
            words = (_PROC / str(each) / "stat").read_text(errors="replace").rpartition(")")[2].split()
            children.setdefault(int(words[_PARENT]), []).append(each)
    found = [root]
    for each in found:
        found += children.get(each, [])
    return found


def resident_bytes(root: int, keepers: int) -> int:
    """The memory that the tree below *root* holds, its first *keepers* processes left out."""
    page = os.sysconf("SC_PAGE_SIZE")
    total = 0
    for each in tree_of(root)[keepers:]:
        with contextlib.suppress(OSError, ValueError, IndexError):
            total += int((_PROC / str(each) / "statm").read_text().split()[_RESIDENT]) * page
    return total


def kill_all_of(user: int) -> None:
    """Kill every process of a user."""
    for _ in range(_ROUNDS):
        found = [each for each in _everybody() if _owner_of(each) == user]
        if not found:
            return
        for each in found:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(each, signal.SIGKILL)


def is_connected_by(root: int, user: int | None, client: tuple[str, int], server: tuple[str, int]) -> bool:
    """
    Whether the TCP connection from *client* to *server* was made by *root* or its children.

    With a *user* of their own, the connection's owner tells; else who holds its socket.
    """
    if not IS_KNOWN:
        return True
    words = _socket_of(client, server)
    if words is None:
        return False
    if user is not None:
        return int(words[_UID]) == user
    return f"socket:[{words[_INODE]}]" in _sockets_of(root)


def _socket_of(client: tuple[str, int], server: tuple[str, int]) -> list[str] | None:
    """The system's line about the client's end of a connection."""
    for file, prefix in ((_TCP, ""), (_TCP6, _MAPPED)):
        with contextlib.suppress(FileNotFoundError):
            for line in file.read_text().splitlines()[1:]:
                words = line.split()
                if words[_LOCAL] == prefix + _hex(client) and words[_REMOTE] == prefix + _hex(server):
                    return words
    return None


def _everybody() -> list[int]:
    return [int(entry.name) for entry in os.scandir(_PROC) if entry.name.isdigit()]


def _owner_of(process: int) -> int | None:
    """The user of a process, but for one that has ended and is only not yet reaped."""
    try:
        status = (_PROC / str(process) / "status").read_text()
    except OSError:
        return None
    fields = dict(line.partition(":")[::2] for line in status.splitlines())
    return None if fields["State"].strip().startswith("Z") else int(fields["Uid"].split()[0])


def _sockets_of(root: int) -> Iterator[str]:
    for each in tree_of(root):
        folder = _PROC / str(each) / "fd"
        with contextlib.suppress(OSError):
            for entry in folder.iterdir():
                with contextlib.suppress(OSError):
                    yield str(entry.readlink())


def _hex(address: tuple[str, int]) -> str:
    (host,) = struct.unpack("=I", socket.inet_aton(address[0]))
    return f"{host:08X}:{address[1]:04X}"
