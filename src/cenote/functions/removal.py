"""Removing folders that a function could write to."""

import contextlib
import itertools
import os
from collections.abc import Iterator
from pathlib import Path


def remove_tree(folder: Path) -> None:
    """
    Remove a folder, whatever is in it; nothing happens if it is gone, and what cannot be removed stays.

    Folders in folders are moved up first: one may make them deeper than a path can be long or a program can call itself.
    """
    names = (f".removed-{number}" for number in itertools.count())
    with contextlib.suppress(OSError):
        folder.chmod(0o700)
        while any([_is_removed(entry, folder, names) for entry in [*os.scandir(folder)]]):  # noqa: C419 - each is tried
            pass
        folder.rmdir()


def _is_removed(entry: os.DirEntry[str], folder: Path, names: Iterator[str]) -> bool:
    """Remove an entry of *folder*, moving the folders in it there; whether it is gone."""
    path = Path(entry.path)
    try:
        if not entry.is_dir(follow_symlinks=False):
            path.unlink()
            return True
        path.chmod(0o700)
        for inner in [*os.scandir(path)]:
            if inner.is_dir(follow_symlinks=False):
                Path(inner.path).chmod(0o700)
                Path(inner.path).rename(next(folder / name for name in names if not os.path.lexists(folder / name)))
            else:
                Path(inner.path).unlink()
        path.rmdir()
    except OSError:
        return False
    return True
