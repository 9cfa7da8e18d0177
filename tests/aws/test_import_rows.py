"""What becomes of the rows of an import: users like any others, skipped ones, failed ones, and the log of both."""

from collections.abc import Mapping
from typing import Any

import bcrypt
import pytest
from botocore.exceptions import ClientError

from cenote.model.user_import.row import NOT_VERIFIED
from cenote.storage import import_jobs
from harness.databases import EVERY_ENGINE
from harness.imports import counts_of, file_of, header_of, imported, row
from harness.in_process import InProcess
from harness.people import PASSWORD, Pool, make_pool, sign_in, signed_up

pytestmark = pytest.mark.parametrize("engine", EVERY_ENGINE, indirect=True)

EXISTS = "The user already exists."


def user_of(pool: Pool, username: str) -> dict[str, Any]:
    """What AdminGetUser shows, with the attributes by name and without what differs each time."""
    found = pool.endpoint.signed.admin_get_user(UserPoolId=pool.id, Username=username)
    attributes = {each["Name"]: each["Value"] for each in found["UserAttributes"]}
    return {"Username": found["Username"], "UserStatus": found["UserStatus"], "Enabled": found["Enabled"], **attributes}


def log_of(in_process: InProcess, pool: Pool, job: Mapping[str, Any]) -> list[str]:
    with in_process.services.database.read() as tx:
        record = import_jobs.get(tx, pool.id, job["JobId"])
        assert record is not None
        return [entry.text for entry in import_jobs.failures(tx, record, after=0, limit=1000)]


def found_by(pool: Pool, text: str) -> list[str]:
    users = pool.endpoint.signed.list_users(UserPoolId=pool.id, Filter=text)["Users"]
    return [user["Username"] for user in users]


def test_a_row_becomes_a_user_who_has_to_choose_a_password(in_process: InProcess) -> None:
    pool = make_pool(in_process, Schema=[{"Name": "tier", "AttributeDataType": "String"}])
    full = row("ada", name="Lovelace, Ada", birthdate="12/10/1815", phone_number="+441", custom__tier="gold")
    job = imported(pool, file_of(pool, {**full, "updated_at": "12"}).replace(b"\n", b"\r\n"))
    assert ("Succeeded", (1, 0, 0)) == (job["Status"], counts_of(job))
    user = user_of(pool, "ada")
    sub = user.pop("sub")
    assert {
        "Username": "ada",
        "UserStatus": "RESET_REQUIRED",
        "Enabled": True,
        "email": "ada@example.com",
        "email_verified": "true",
        "phone_number": "+441",
        "name": "Lovelace, Ada",
        "birthdate": "1815-12-10",
        "custom:tier": "gold",
        "updated_at": "12",
    } == user
    assert ["ada"] == found_by(pool, f'sub = "{sub}"') == found_by(pool, 'name ^= "Love"')
    assert [] == in_process.messages(pool=pool.id)


def test_an_imported_user_chooses_a_password_by_a_code(in_process: InProcess, pool: Pool) -> None:
    imported(pool, file_of(pool, row("ada")))
    with pytest.raises(ClientError, match="PasswordResetRequiredException"):
        sign_in(pool)
    in_process.anonymous.forgot_password(ClientId=pool.client_id, Username="ada")
    code = in_process.code_for("ada", pool=pool.id)
    in_process.anonymous.confirm_forgot_password(
        ClientId=pool.client_id, Username="ada", ConfirmationCode=code, Password=PASSWORD
    )
    assert "AccessToken" in sign_in(pool)


def test_columns_may_stand_in_any_order_and_blank_lines_are_no_rows(pool: Pool) -> None:
    columns = header_of(pool)[::-1]
    cells = row("ada")
    line = ",".join(cells.get(name, "") for name in columns)
    job = imported(pool, f"{','.join(columns)}\n\n{line}\n\n".encode())
    assert ("Succeeded", (1, 0, 0)) == (job["Status"], counts_of(job))


def test_rows_that_make_no_user_are_in_the_log_without_what_they_say(in_process: InProcess) -> None:
    pool = make_pool(in_process, Schema=[{"Name": "family_name", "AttributeDataType": "String", "Required": True}])
    rows = [
        row("good1", family_name="Secret"),
        row("nobody"),
        row("plain", family_name="Secret", email_verified="false"),
        row("mail", family_name="Secret", email="secret"),
        row("phone", family_name="Secret", phone_number="44 secret"),
        row("flag", family_name="Secret", phone_number_verified="maybe"),
        row("flagged", family_name="Secret", phone_number_verified="true"),
        row("number", family_name="Secret", updated_at="secret"),
        row("date", family_name="Secret", birthdate="secret"),
        row("good1", family_name="Secret"),
        *(row(f"good{number}", family_name="Secret") for number in range(2, 12)),
    ]
    job = imported(pool, file_of(pool, *rows) + b"too,few\n\xff\xfe\n")
    assert ("Succeeded", (11, 1, 10)) == (job["Status"], counts_of(job))
    schema = "Attributes did not conform to the schema"
    written = log_of(in_process, pool, job)
    assert [
        f"[FAILED] Line Number 3 - {schema}: family_name: The attribute is required",
        f"[FAILED] Line Number 4 - {NOT_VERIFIED}",
        "[FAILED] Line Number 5 - Invalid email address format.",
        "[FAILED] Line Number 6 - Invalid phone number format.",
        f"[FAILED] Line Number 7 - {schema}: phone_number_verified: Boolean attributes must be true or false.",
        "[FAILED] Line Number 8 - phone_number is required to set phone_number_verified to true.",
        f"[FAILED] Line Number 9 - {schema}: updated_at: Number attributes must be numbers.",
        "[FAILED] Line Number 10 - birthdate: It must be of the form mm/dd/yyyy.",
        f"[SKIPPED] Line Number 11 - {EXISTS}",
        "[FAILED] Line Number 22 - The row has 2 values, and the header 21 columns.",
        "[FAILED] Line Number 23 - The row is not UTF-8.",
    ] == written
    assert "secret" not in "".join(written).lower()


@pytest.mark.parametrize(
    ("break_it", "message"),
    [
        (lambda body: body.replace(b"nickname", b"nick"), "The header of the CSV file has unknown columns: nick"),
        (lambda body: body.replace(b"nickname,", b""), "The header of the CSV file lacks columns: nickname"),
        (lambda body: b"\xef\xbb\xbf" + body, "The CSV file must be saved without a byte order mark."),
        (lambda _body: b"", "The CSV file has no header."),
        (lambda _body: b"x" * 200, "The header of the CSV file has unknown columns: " + "x" * 40),
    ],
    ids=["unknown", "missing", "mark", "empty", "no csv"],
)
def test_a_file_with_another_header_imports_nobody(pool: Pool, break_it: Any, message: str) -> None:
    job = imported(pool, break_it(file_of(pool, row("ada"))))
    assert ("Failed", message, (0, 0, 0)) == (job["Status"], job["CompletionMessage"], counts_of(job))


def test_a_row_with_mfa_has_sms_as_second_factor_where_there_is_a_phone(in_process: InProcess) -> None:
    role = "arn:aws:iam::123456789012:role/sms"
    pool = make_pool(
        in_process, MfaConfiguration="OPTIONAL", SmsConfiguration={"SnsCallerArn": role, "ExternalId": "x"}
    )
    rows = [
        row("ada", phone_number="+15555550100", cognito__mfa_enabled="true"),
        row("bob", phone_number="+15555550101", cognito__mfa_enabled="false"),
        row("cyd", cognito__mfa_enabled="true"),
    ]
    assert (3, 0, 0) == counts_of(imported(pool, file_of(pool, *rows)))
    users = {
        each: in_process.signed.admin_get_user(UserPoolId=pool.id, Username=each) for each in ("ada", "bob", "cyd")
    }
    assert {"ada": ["SMS_MFA"], "bob": [], "cyd": []} == {
        name: user.get("UserMFASettingList", []) for name, user in users.items()
    }


def test_a_job_most_of_whose_rows_make_no_user_has_failed(pool: Pool) -> None:
    job = imported(pool, file_of(pool, row("ada"), row("bob", email="x"), row("ada")))
    assert ("Failed", "Too many users have failed or been skipped during the import.") == (
        job["Status"],
        job["CompletionMessage"],
    )
    assert counts_of(job) == (1, 1, 1)
    assert user_of(pool, "ada")["UserStatus"] == "RESET_REQUIRED"


def test_where_case_does_not_count_neither_does_it_in_a_file(in_process: InProcess) -> None:
    pool = make_pool(in_process, UsernameConfiguration={"CaseSensitive": False})
    signed_up(pool, "ada")
    job = imported(pool, file_of(pool, row("ADA"), row("Bob"), row("bob"), row("eve")))
    assert (2, 2, 0) == counts_of(job)


def test_users_who_go_by_their_address_get_a_sub_for_a_name(in_process: InProcess) -> None:
    pool = make_pool(in_process, UsernameAttributes=["email"])
    pool_row = {"email_verified": "true", "cognito:mfa_enabled": "false"}
    rows = [
        {**pool_row, "cognito:username": "ada@example.com"},
        {**pool_row, "cognito:username": "bob@example.com", "email": "bob@example.com"},
        {**pool_row, "cognito:username": "ada@example.com"},
        {**pool_row, "cognito:username": "eve@example.com", "email": "other@example.com"},
        {**pool_row, "cognito:username": "eve"},
        *({**pool_row, "cognito:username": f"{name}@example.com"} for name in ("fay", "gil")),
    ]
    job = imported(pool, file_of(pool, *rows))
    assert (4, 1, 2) == counts_of(job)
    assert [
        f"[SKIPPED] Line Number 4 - {EXISTS}",
        "[FAILED] Line Number 5 - Username and email should be the same.",
        "[FAILED] Line Number 6 - Username should be an email.",
    ] == log_of(in_process, pool, job)
    user = user_of(pool, "ada@example.com")
    assert user["Username"] == user["sub"]


def test_an_alias_that_is_somebodys_skips_the_row(in_process: InProcess) -> None:
    pool = make_pool(in_process, AliasAttributes=["email", "preferred_username"])
    signed_up(pool, "ada", email="ada@example.com")
    rows = [
        row("bob", email="ada@example.com"),
        row("carl", preferred_username="ada"),
        row("dan", preferred_username="d"),
        row("d"),
        row("eve@example.com"),
        row("fay"),
        row("gil"),
        row("hal"),
    ]
    job = imported(pool, file_of(pool, *rows))
    assert (4, 3, 1) == counts_of(job)
    assert [
        "[SKIPPED] Line Number 2 - An account with the email already exists.",
        "[SKIPPED] Line Number 3 - An account with the preferred_username already exists.",
        f"[SKIPPED] Line Number 5 - {EXISTS}",
        "[FAILED] Line Number 6 - Username cannot be of email format, since user pool is configured for email alias.",
    ] == log_of(in_process, pool, job)
    assert user_of(pool, "d")["Username"] == "dan"


def test_nobody_is_called_like_another_users_sub(in_process: InProcess, pool: Pool) -> None:
    sub = signed_up(pool)
    job = imported(pool, file_of(pool, row(sub), row("bob")))
    assert ["bob", f"[SKIPPED] Line Number 2 - {EXISTS}"] == [
        *found_by(pool, 'username = "bob"'),
        *log_of(in_process, pool, job),
    ]


def test_hashes_come_along_and_the_old_password_signs_in(in_process: InProcess, pool: Pool) -> None:
    good = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()
    rows = [
        row("ada", password_hash=good),
        row("bob"),
        row("eve", password_hash="$2b$31$secret"),
        row("fay", password_hash=good),
    ]
    body = file_of(pool, *rows, more=("password_hash",))
    job = imported(pool, body, PasswordHashingAlgorithm="BCRYPT")
    assert ("Succeeded", (3, 0, 1)) == (job["Status"], counts_of(job))
    assert ["CONFIRMED", "RESET_REQUIRED", "CONFIRMED"] == [
        user_of(pool, name)["UserStatus"] for name in ("ada", "bob", "fay")
    ]
    assert "AccessToken" in sign_in(pool)
    assert ["[FAILED] Line Number 4 - password_hash: It is no BCRYPT hash, or of too high a cost."] == log_of(
        in_process, pool, job
    )


def test_a_job_with_hashes_needs_their_column_and_another_one_has_none(pool: Pool) -> None:
    bare = imported(pool, file_of(pool, row("ada")), PasswordHashingAlgorithm="BCRYPT")
    assert bare["CompletionMessage"] == "The header of the CSV file lacks columns: password_hash"
    full = imported(pool, file_of(pool, row("ada"), more=("password_hash",)))
    assert full["CompletionMessage"] == "The header of the CSV file has unknown columns: password_hash"
