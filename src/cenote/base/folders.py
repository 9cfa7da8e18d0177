"""Folders on a disk."""

import os
from pathlib import Path


def sync(folder: Path) -> None:
    """Let what was made, renamed or removed in *folder* outlive the machine: fsync(2) of a file does not keep its name."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
