"""
How a function's process is shut in.

Three kinds, the best that the machine allows: `bubblewrap` (namespaces of its own, nothing of the disk but the system's programs and the
function's code), `user` (no namespaces, but a user of its own; needs root) and `limits` (the same user as Cenote's, within the kernel's
limits only). What each is worth is said in docs/function-isolation.md.
"""

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cenote.functions import runtimes

# No user of the system is found here (systemd's table of user ids); a process of ours takes a hundred of them.
_FIRST_USER, _USERS, _USERS_EACH = 1_900_000_000, 240_000_000, 100
NOBODY = 65534
_PROBE_TIMEOUT_S = 10
# Settings that programs need, and no private keys, which lie beside some of them.
_SETTINGS = (
    "alternatives", "ca-certificates", "crypto-policies", "gai.conf", "host.conf", "hosts", "ld.so.cache", "ld.so.conf", "ld.so.conf.d",
    "localtime", "mime.types", "nsswitch.conf", "pki/ca-trust", "pki/tls/certs", "pki/tls/cert.pem", "pki/tls/openssl.cnf", "protocols",
    "resolv.conf", "services", "ssl/cert.pem", "ssl/certs", "ssl/openssl.cnf", "timezone",
)  # fmt: skip
# Since Linux 5.14 the kernel counts processes for each user namespace; before, those of the user's whole session count too.
_COUNTS_SINCE = (5, 14)
_TMP = "/tmp"  # noqa: S108 - inside, it is the function's own


class IsolationUnavailableError(Exception):
    """The kind of isolation that was asked for does not work on this machine."""


@dataclass(frozen=True, slots=True)
class Sandbox:
    """
    A way to shut functions in. *kind* is `bubblewrap`, `user` or `limits`; *has_users* says that each process gets a user of its own.
    """

    kind: str
    has_users: bool
    bubblewrap: str = ""

    @property
    def keepers(self) -> int:
        """How many of a tree's processes, from its root on, are not the function's but what keeps it: bubblewrap, the launcher."""
        return 2 if self.kind == "bubblewrap" else 1

    @property
    def counts_processes(self) -> bool:
        """Whether the kernel's limit of processes counts those of the function alone."""
        return self.has_users or (self.kind == "bubblewrap" and _kernel() >= _COUNTS_SINCE)

    def user_of(self, slot: int) -> int | None:
        """The user id of the process in *slot*: one of its own, or None for Cenote's."""
        return _user_of(slot) if self.has_users else None

    def places(self, code: Path, scratch: Path) -> tuple[Path, Path]:
        """Where the function sees the folders of its code and of its temporary files."""
        return (Path("/var/task"), Path(_TMP)) if self.kind == "bubblewrap" else (code, scratch)

    def command(self, code: Path, scratch: Path) -> list[str]:
        """The command that starts the launcher; what it becomes it reads from its standard input."""
        launcher = [sys.executable, "-I", "-S", str(runtimes.PROGRAMS / "launcher.py")]
        if self.kind != "bubblewrap":
            return launcher
        return [
            *_enclosure(
                self.bubblewrap,
                ["--ro-bind", str(code), "/var/task", "--bind", str(scratch), _TMP],
                has_users=self.has_users,
            ),
            *launcher,
        ]


def choose(kind: str, folder: Path) -> Sandbox:
    """
    Find the way to shut functions in whose code lies under *folder*: the given *kind*, or the best one for `auto`.

    Raises:
        IsolationUnavailableError: *kind* is another than `auto` and does not work here.
    """
    program = shutil.which("bwrap")
    if kind in {"auto", "bubblewrap"} and program:
        # In a container, root may often make user namespaces and nothing else.
        for has_users in [True, False] if _is_root() else [False]:
            if _works(program, has_users=has_users):
                return Sandbox("bubblewrap", has_users=has_users, bubblewrap=program)
    if kind in {"auto", "user"} and _is_root() and _is_open_to_all([*runtimes.programs(), folder]):
        return Sandbox("user", has_users=True)
    if kind in {"auto", "limits"}:
        return Sandbox("limits", has_users=False)
    raise IsolationUnavailableError(f"Functions cannot be isolated by {kind!r} on this machine.")


def _is_root() -> bool:
    return os.geteuid() == 0


def _enclosure(program: str, mounts: Sequence[str], *, has_users: bool) -> list[str]:
    """The bubblewrap command before what it runs."""
    command = [
        program,
        "--die-with-parent",
        "--as-pid-1",
        "--unshare-pid",
        "--unshare-ipc",
        "--unshare-uts",
        "--unshare-cgroup-try",
    ]
    if has_users:
        # The launcher gives up root inside, where the files of root that the function needs are open to all.
        command += ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        command += ["--unshare-user", "--uid", str(NOBODY), "--gid", str(NOBODY)]
    shared = runtimes.programs()
    places = [Path("/etc/ssl"), Path("/etc/pki/tls"), *(folder.parent for folder in shared)]
    # Before what is shared: where Cenote itself lies below /tmp, it must lie on the function's own /tmp.
    command += ["--hostname", "localhost", *_made([Path("/var"), Path(_TMP)]), *mounts, *_made(places)]
    for path in runtimes.ALWAYS_SEEN[1:]:
        if os.path.islink(path):  # noqa: PTH114 - of a text, as the next line needs it
            command += ["--symlink", os.readlink(path), path]  # noqa: PTH115
        else:
            command += ["--ro-bind-try", path, path]
    for name in _SETTINGS:
        command += ["--ro-bind-try", f"/etc/{name}", f"/etc/{name}"]
    for folder in shared:
        command += ["--ro-bind", str(folder), str(folder)]
    # A writable /dev/shm or root would be memory that nobody counts.
    return [*command, "--proc", "/proc", "--dev", "/dev", "--remount-ro", "/dev", "--remount-ro", "/", "--"]


def _made(folders: Sequence[Path]) -> list[str]:
    """What makes these folders and those above them open to all: of its own accord bubblewrap makes them for their owner alone."""
    every = dict.fromkeys(path for folder in folders for path in (*reversed(folder.parents), folder))
    return [word for path in every if path != Path("/") for word in ("--perms", "0755", "--dir", str(path))]


def _works(program: str, *, has_users: bool) -> bool:
    """Whether bubblewrap may do here what it must, which containers often forbid."""
    command = [
        *_enclosure(program, ["--dir", "/var/task", "--tmpfs", _TMP], has_users=has_users),
        sys.executable,
        "-I",
        "-S",
        "-c",
        "",
    ]
    try:
        done = subprocess.run(  # noqa: S603 - our own command
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={},
            check=False,
            timeout=_PROBE_TIMEOUT_S,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _is_open_to_all(folders: Sequence[Path]) -> bool:
    """Whether a user without rights of its own can reach all of these folders."""
    every = {parent for folder in folders for parent in (folder, *folder.parents) if parent.is_dir()}
    return all(path.stat().st_mode & stat.S_IXOTH for path in every)


def _user_of(slot: int) -> int:
    first = _FIRST_USER + os.getpid() * _USERS_EACH % _USERS
    return first + slot % _USERS_EACH if _exists(first + _USERS_EACH) else NOBODY


def _exists(user: int) -> bool:
    """Whether this user namespace knows the id: a container's may have few."""
    try:
        ranges = [line.split() for line in Path("/proc/self/uid_map").read_text().splitlines()]
    except OSError:
        return True
    return any(int(first) <= user < int(first) + int(count) for first, _, count in ranges)


def _kernel() -> tuple[int, ...]:
    numbers = os.uname().release.split("-")[0].split(".")[:2]
    return tuple(int(number) for number in numbers if number.isdigit())
