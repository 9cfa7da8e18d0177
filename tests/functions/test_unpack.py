"""Zip files that nobody has any reason to trust."""

import io
import os
import stat
import zipfile
from pathlib import Path

import pytest

from cenote.functions.removal import remove_tree
from cenote.functions.unpack import BadPackageError, check_package, unpack
from harness.local_functions import package

LINK = stat.S_IFLNK | 0o777


def packed(*entries: tuple[str, str, int]) -> bytes:
    """A zip file of names, contents and modes."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, text, mode in entries:
            info = zipfile.ZipInfo(name)
            info.external_attr = mode << 16
            archive.writestr(info, text)
    return written.getvalue()


def unpacked(code: bytes, folder: Path, *, max_bytes: int = 1_000_000, max_entries: int = 100) -> Path:
    """Unpack it below *folder*."""
    unpack(code, folder / "code", max_bytes=max_bytes, max_entries=max_entries)
    return folder / "code"


def mode_of(path: Path) -> int:
    """A file's permissions."""
    return stat.S_IMODE(path.stat().st_mode)


def test_files_come_out_with_their_execute_permission_and_writable_by_nobody(tmp_path: Path) -> None:
    code = packed(
        ("a/tool", "run", stat.S_IFREG | 0o700), ("a/data", "kept", stat.S_IFREG | 0o666), ("b/", "", 0o40755)
    )
    root = unpacked(code, tmp_path)
    assert ("run", "kept") == ((root / "a/tool").read_text(), (root / "a/data").read_text())
    expected = [0o555, 0o444, 0o555, 0o555, 0o555]
    assert expected == [mode_of(root / path) for path in ("a/tool", "a/data", "a", "b", "")]


def test_the_last_of_two_entries_of_a_name_counts(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        code = packed(("a", "first", 0o644), ("a", "second", 0o644))
    assert "second" == (unpacked(code, tmp_path) / "a").read_text()


def test_links_within_the_package_are_kept(tmp_path: Path) -> None:
    root = unpacked(packed(("lib/a.so.1", "library", 0o644), ("lib/a.so", "a.so.1", LINK)), tmp_path)
    assert "library" == (root / "lib/a.so").read_text()


@pytest.mark.parametrize(
    "entries",
    [
        [("../out", "x", 0o644)],
        [("a/../../out", "x", 0o644)],
        [("/etc/out", "x", 0o644)],
        [("link", "/etc/passwd", LINK)],
        [("link", "../..", LINK)],
        [("a/b/c", "../..", LINK), ("d", "a/b/c/../..", LINK)],
        [("link", "other", LINK), ("link/file", "x", 0o644)],
        [("file", "x", 0o644), ("file/below", "x", 0o644)],
        [("one", "two", LINK), ("two", "one", LINK)],
        [("device", "", stat.S_IFCHR | 0o644)],
        [("pipe", "", stat.S_IFIFO | 0o644)],
        [("n" * 300, "x", 0o644)],
        [("a/" * 5000 + "b", "x", 0o644)],
    ],
    ids=[
        "parent", "parent within", "absolute", "link absolute", "link to parent", "chain of links", "through a link", "file as folder",
        "circle", "device", "pipe", "name too long", "too deep",
    ],
)  # fmt: skip
def test_what_leads_out_or_is_no_file_is_refused(tmp_path: Path, entries: list[tuple[str, str, int]]) -> None:
    (tmp_path / "in").mkdir()
    with pytest.raises(BadPackageError):
        unpacked(packed(*entries), tmp_path / "in")
    assert ["in"] == [path.name for path in tmp_path.iterdir()]


def test_a_package_is_no_larger_unpacked_than_it_may_be(tmp_path: Path) -> None:
    code = package({"a": "x" * 600_000, "b": "x" * 600_000})
    assert len(code) < 10_000
    with pytest.raises(BadPackageError, match="larger"):
        unpacked(code, tmp_path)
    with pytest.raises(BadPackageError, match="Unzipped size must be smaller than 1000000 bytes"):
        check_package(code, max_bytes=1_000_000, max_entries=10)


def test_a_package_that_lies_about_its_sizes_is_no_larger_either(tmp_path: Path) -> None:
    code = package({"a": "x" * 600_000})
    honest = (600_000).to_bytes(4, "little")
    with pytest.raises(BadPackageError):
        unpacked(code.replace(honest, (10).to_bytes(4, "little")), tmp_path, max_bytes=100_000)
    written = sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file())
    assert written <= 100_000


def test_a_package_has_no_more_entries_than_it_may(tmp_path: Path) -> None:
    code = package({str(n): "" for n in range(101)})
    with pytest.raises(BadPackageError, match="too many entries"):
        unpacked(code, tmp_path)
    with pytest.raises(BadPackageError, match="too many entries"):
        check_package(code, max_bytes=10, max_entries=10)


@pytest.mark.parametrize("code", [b"", b"no zip file", package({"a": "x"})[:-30]], ids=["empty", "text", "cut"])
def test_what_is_no_zip_file_is_refused(tmp_path: Path, code: bytes) -> None:
    with pytest.raises(BadPackageError, match="Could not unzip uploaded file"):
        unpacked(code, tmp_path)


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    code = bytearray(packed(("a", "x" * 100, 0o644)))
    code[60] ^= 0xFF
    with pytest.raises(BadPackageError, match="cannot be unpacked"):
        unpacked(bytes(code), tmp_path)


def test_a_good_package_is_not_refused() -> None:
    check_package(package({"a": "x"}), max_bytes=10, max_entries=10)
    with pytest.raises(BadPackageError):
        check_package(packed(("../a", "x", 0o644)), max_bytes=10, max_entries=10)


def test_a_tree_is_removed_whatever_its_permissions_are(tmp_path: Path) -> None:
    root = unpacked(package({"a/b/c": "x"}), tmp_path)
    remove_tree(root)
    remove_tree(root)
    assert not root.exists()


def test_a_tree_is_removed_however_deep_it_is(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "file").touch()
    (root / ".removed-0").mkdir()
    (root / "link").symlink_to(tmp_path / "kept")
    inner = os.open(root, os.O_RDONLY)
    for _ in range(2000):
        os.mkdir("deeper", dir_fd=inner)
        next_one = os.open("deeper", os.O_RDONLY, dir_fd=inner)
        os.close(os.open("file", os.O_CREAT, dir_fd=next_one))
        os.chmod("file", 0, dir_fd=next_one)
        os.close(inner)
        inner = next_one
    os.close(inner)
    remove_tree(root)
    assert ["kept"] == [path.name for path in tmp_path.iterdir()]
    assert (tmp_path / "kept" / "file").exists()
