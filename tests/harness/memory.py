"""
Temporary files in memory, where there is room: every test has a database of its own, and most of its time went into the disk.

No test ends the machine, so nothing that a disk would keep is missed: what a killed process has handed over is there in either.
"""

import os
import shutil
import tempfile
from pathlib import Path

SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - Linux's own place for it, used through tempfile alone
# PostgreSQL's log and databases, and the largest of the tests, several times over.
NEEDED_BYTES = 4 * 1024**3


def use_for_temporary_files() -> None:
    """Let temporary files of this process and its children lie in memory, unless a place was chosen or there is little room."""
    if "TMPDIR" in os.environ or not os.access(SHARED_MEMORY, os.W_OK | os.X_OK):
        return
    if min(shutil.disk_usage(SHARED_MEMORY).free, _available_bytes()) >= NEEDED_BYTES:
        os.environ["TMPDIR"] = str(SHARED_MEMORY)
        tempfile.tempdir = None


def _available_bytes() -> int:
    """How much memory a new program could have (Linux, proc_meminfo(5)); 0 where that is not told."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    told = dict(line.split(":", 1) for line in lines)
    return int(told.get("MemAvailable", "0 kB").split()[0]) * 1024
