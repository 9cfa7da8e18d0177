"""From the bytes of an import's file to users: lines, cells, header, rows, and how a job ends."""

from dataclasses import replace
from typing import Any

import pytest

from cenote.model.pool import Pool, pool_of
from cenote.model.schema import new_schema
from cenote.model.user_import.cells import CellsError, cells_of
from cenote.model.user_import.header import HeaderError, columns_of, read_header
from cenote.model.user_import.job import Failure, ImportJob, JobStatus
from cenote.model.user_import.lines import numbered_lines
from cenote.model.user_import.row import NOT_VERIFIED, Row, RowError, read_row

ATTRIBUTES = (
    "name,given_name,family_name,middle_name,nickname,preferred_username,profile,picture,website,email,email_verified,gender,birthdate,"
    "zoneinfo,locale,phone_number,phone_number_verified,address,updated_at"
)
LEAST = {"cognito:username": "ada", "cognito:mfa_enabled": "false", "email": "a@b.c", "email_verified": "true"}


def pool(*custom: str, **document: Any) -> Pool:
    added = [{"Name": name, "AttributeDataType": "String"} for name in custom]
    return pool_of(
        pool_id="us-east-1_AbCdEfGhI",
        account_id="000000000000",
        region="us-east-1",
        name="test",
        document={"SchemaAttributes": new_schema(added), "AutoVerifiedAttributes": ["email"], **document},
        created_at_ms=0,
        modified_at_ms=0,
        version=1,
    )


def read(of: Pool, **cells: str) -> Row:
    given = {**LEAST, **{name.replace("__", ":"): value for name, value in cells.items()}}
    return read_row(of, list(given), list(given.values()))


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
def test_lines_are_the_same_however_the_file_is_cut(size: int) -> None:
    file = b"a,b\r\nc,d\n\nlast"
    chunks = [file[at : at + size] for at in range(0, len(file), size)]

    assert [(1, b"a,b"), (2, b"c,d"), (3, b""), (4, b"last")] == list(numbered_lines(chunks))


def test_a_line_longer_than_any_row_is_not_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cenote.model.user_import.lines._MAX_LINE_BYTES", 5)

    assert [(1, b"12345"), (2, None), (3, b"ok")] == list(numbered_lines([b"12345\n123", b"456789", b"1\nok\n"]))


def test_a_file_without_bytes_has_no_lines() -> None:
    assert [] == list(numbered_lines([]))


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        ("a,,c", ["a", "", "c"]),
        ("Lovelace\\, Ada,x", ["Lovelace, Ada", "x"]),
        ("back\\\\slash,x", ["back\\slash", "x"]),
        ('"Lovelace, Ada",x', ["Lovelace, Ada", "x"]),
        ('"so ""quoted""",x', ['so "quoted"', "x"]),
        ('5" pipe,x', ['5" pipe', "x"]),
        ("ünïcödé,名前", ["ünïcödé", "名前"]),
    ],
)
def test_commas_are_escaped_by_a_backslash_or_quotes(line: str, cells: list[str]) -> None:
    assert cells == cells_of(line.encode())


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"\xff\xfe,x", "The row is not UTF-8."),
        (b'a,"open', "The row cannot be parsed."),
        (b'"a"b,c', "The row cannot be parsed."),
        (b"a\rb", "The row cannot be parsed."),
        (b"a" * 16_001, "The row is longer than 16000 characters."),
    ],
)
def test_what_is_no_row_says_why(line: bytes, reason: str) -> None:
    with pytest.raises(CellsError) as refused:
        cells_of(line)
    assert reason == str(refused.value)


def test_columns_are_in_cognitos_order() -> None:
    expected = [*ATTRIBUTES.split(","), "custom:tier", "cognito:mfa_enabled", "cognito:username"]
    assert expected == columns_of(pool("tier"))


def test_the_order_of_a_files_columns_does_not_matter() -> None:
    columns = list(reversed(columns_of(pool())))
    assert tuple(columns) == read_header(pool(), ",".join(columns).encode(), has_hashes=False)


HEADER = f"{ATTRIBUTES},cognito:mfa_enabled,cognito:username"


@pytest.mark.parametrize(
    ("line", "has_hashes", "reason"),
    [
        (None, False, "The CSV file has no header."),
        (b"", False, "The CSV file has no header."),
        (b"\xef\xbb\xbf" + HEADER.encode(), False, "The CSV file must be saved without a byte order mark."),
        (b"\xff", False, "The header of the CSV file cannot be read. The row is not UTF-8."),
        (HEADER.encode() + b",x,sub", False, "The header of the CSV file has unknown columns: x, sub"),
        (HEADER.encode() + b",name", False, "The header of the CSV file repeats columns: name"),
        (HEADER[5:].encode(), False, "The header of the CSV file lacks columns: name"),
        (HEADER.encode(), True, "The header of the CSV file lacks columns: password_hash"),
        (HEADER.encode() + b",password_hash", False, "The header of the CSV file has unknown columns: password_hash"),
    ],
)
def test_a_header_that_is_not_the_pools_is_refused(line: bytes | None, has_hashes: bool, reason: str) -> None:
    with pytest.raises(HeaderError) as refused:
        read_header(pool(), line, has_hashes=has_hashes)
    assert reason == str(refused.value)


def test_a_row_is_a_user_without_its_blank_cells() -> None:
    row = read(pool(), name="Ada", nickname="", birthdate="12/10/1815", password_hash="$2b$…")

    assert Row(
        "ada", {"email": "a@b.c", "email_verified": "true", "name": "Ada", "birthdate": "1815-12-10"}
    ) == replace(row, password_hash=None)
    assert row.password_hash == "$2b$…"
    assert "$2b" not in repr(row)


def test_a_birthdate_may_be_written_as_openid_connect_has_it() -> None:
    assert read(pool(), birthdate="1815-12-10").attributes["birthdate"] == "1815-12-10"


@pytest.mark.parametrize(
    ("cells", "document", "reason"),
    [
        ({"cognito__username": ""}, {}, "cognito:username: The attribute is required"),
        ({"cognito__username": "a" * 129}, {}, "cognito:username: It cannot be longer than 128 characters."),
        ({"cognito__username": "a b"}, {}, "cognito:username: It holds a character that a user name cannot have."),
        ({"cognito__mfa_enabled": ""}, {}, "cognito:mfa_enabled: It must be true or false."),
        ({"cognito__mfa_enabled": "yes"}, {}, "cognito:mfa_enabled: It must be true or false."),
        (
            {"cognito__mfa_enabled": "true"},
            {"MfaConfiguration": "OFF"},
            "cognito:mfa_enabled: It must be false, since MFA is off in the user pool.",
        ),
        ({}, {"MfaConfiguration": "ON"}, "cognito:mfa_enabled: It must be true, since the user pool requires MFA."),
        ({"email_verified": "false"}, {}, NOT_VERIFIED),
        ({"email_verified": "", "phone_number_verified": "true"}, {}, NOT_VERIFIED),
        ({"name": "a" * 2049}, {}, "name: String attributes cannot have a length of more than 2048"),
        ({"birthdate": "1.1.1970"}, {}, "birthdate: It must be of the form mm/dd/yyyy."),
    ],
)
def test_a_row_that_makes_no_user_says_why(cells: dict[str, str], document: dict[str, str], reason: str) -> None:
    with pytest.raises(RowError) as refused:
        read(pool(**document), **cells)
    assert reason == str(refused.value)


def test_a_row_of_another_width_makes_no_user() -> None:
    with pytest.raises(RowError) as refused:
        read_row(pool(), ["a", "b"], ["1"])
    assert str(refused.value) == "The row has 1 values, and the header 2 columns."


@pytest.mark.parametrize("enabled", ["true", "false", "TRUE"])
def test_where_mfa_is_optional_a_row_may_say_either(enabled: str) -> None:
    assert read(pool(MfaConfiguration="OPTIONAL"), cognito__mfa_enabled=enabled).has_mfa == (enabled != "false")


JOB = ImportJob(
    pool_id="p",
    job_id="import-1",
    account_id="000000000000",
    region="us-east-1",
    name="job",
    document={},
    status=JobStatus.CREATED,
    created_at_ms=0,
    expires_at_ms=100,
)


@pytest.mark.parametrize(
    ("imported", "skipped", "failed", "status"),
    [(0, 0, 0, "Succeeded"), (2, 1, 1, "Succeeded"), (2, 2, 1, "Failed"), (0, 0, 1, "Failed")],
)
def test_a_job_has_failed_when_most_of_its_rows_have(imported: int, skipped: int, failed: int, status: str) -> None:
    job = replace(JOB, imported=imported, skipped=skipped, failed=failed)
    assert status == job.verdict()[0]


def test_a_job_that_nobody_started_expires() -> None:
    assert [JobStatus.CREATED, JobStatus.EXPIRED] == [JOB.status_at(99), JOB.status_at(100)]
    assert replace(JOB, status=JobStatus.PENDING).status_at(100) is JobStatus.PENDING


def test_an_entry_of_the_log_is_as_cloudwatch_has_it() -> None:
    entry = Failure(5956, "SKIPPED", "The user already exists.")
    assert entry.text == "[SKIPPED] Line Number 5956 - The user already exists."
