"""Import jobs as operators see them: made, listed, started, stopped, refused."""

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from refusals import refusal
from sqlalchemy import func, select

from cenote.flows import maintenance
from cenote.flows.user_import import jobs
from cenote.storage import tables
from harness import imports
from harness.databases import EVERY_ENGINE
from harness.imports import ROLE, counts_of, file_of, finished, imported, job_of, new_job, row, started, upload
from harness.in_process import InProcess, limited
from harness.people import Pool, make_pool, signed_up

pytestmark = pytest.mark.parametrize("engine", EVERY_ENGINE, indirect=True)

DAY = 24 * 60
NEVER = "import-AAAAAAAAAA"
ACTIVE = "Only one import job can be active in an account at a time."


def under_way(in_process: InProcess, pool: Pool, body: bytes) -> str:
    """The id of a job that a worker has which does nothing, until its lease runs out."""
    job = new_job(pool)
    assert upload(pool, job, body)[0] == 200
    record = in_process.services.directory.require_pool(pool.id)
    jobs.start(in_process.services, record, job["JobId"], worker="elsewhere")
    job_id: str = job["JobId"]
    return job_id


def chunks_in(in_process: InProcess) -> int:
    with in_process.services.database.read() as tx:
        return tx.execute(select(func.count()).select_from(tables.import_chunks)).scalar_one()


def test_the_header_names_the_pools_attributes(in_process: InProcess) -> None:
    schema = [{"Name": "tier", "AttributeDataType": "String"}, {"Name": "age", "AttributeDataType": "Number"}]
    pool = make_pool(in_process, Schema=schema)
    answer = in_process.signed.get_csv_header(UserPoolId=pool.id)
    assert answer["UserPoolId"] == pool.id
    assert [
        *("name", "given_name", "family_name", "middle_name", "nickname", "preferred_username", "profile", "picture"),
        *("website", "email", "email_verified", "gender", "birthdate", "zoneinfo", "locale", "phone_number"),
        *("phone_number_verified", "address", "updated_at", "custom:tier", "custom:age"),
        *("cognito:mfa_enabled", "cognito:username"),
    ] == answer["CSVHeader"]


def test_a_new_job_shows_what_it_was_given(in_process: InProcess, pool: Pool) -> None:
    job = new_job(pool, "Who, where+when=@home-1.0", PasswordHashingAlgorithm="BCRYPT")
    address = job.pop("PreSignedUrl")
    assert address.startswith(f"{in_process.url}/_cenote/imports/{pool.id}/{job['JobId']}?")
    assert job.pop("JobId").startswith("import-")
    assert {
        "JobName": "Who, where+when=@home-1.0",
        "UserPoolId": pool.id,
        "CreationDate": in_process.clock.now,
        "Status": "Created",
        "CloudWatchLogsRoleArn": ROLE,
        "ImportedUsers": 0,
        "SkippedUsers": 0,
        "FailedUsers": 0,
        "PasswordHashingAlgorithm": "BCRYPT",
    } == job


def test_a_finished_job_shows_when_and_how_it_ended(in_process: InProcess, pool: Pool) -> None:
    job = new_job(pool)
    in_process.clock.advance(minutes=2)
    assert upload(pool, job, file_of(pool, row("ada")))[0] == 200
    begun = in_process.signed.start_user_import_job(UserPoolId=pool.id, JobId=job["JobId"])["UserImportJob"]
    assert {**job, "Status": "Pending", "StartDate": in_process.clock.now} == begun
    assert {
        **begun,
        "Status": "Succeeded",
        "CompletionDate": in_process.clock.now,
        "CompletionMessage": "Import Job Completed Successfully.",
        "ImportedUsers": 1,
    } == finished(pool, job["JobId"])
    assert chunks_in(in_process) == 0


def test_jobs_are_listed_newest_first_page_by_page(in_process: InProcess, pool: Pool) -> None:
    made = []
    for number in range(5):
        made.insert(0, new_job(pool, f"job {number}")["JobId"])
        in_process.clock.advance(minutes=number % 2)
    made.sort(key=lambda job_id: (job_of(pool, job_id)["CreationDate"], job_id), reverse=True)
    for size in (1, 2, 5, 60):
        listed: list[dict[str, Any]] = []
        token: dict[str, str] = {}
        while True:
            page = in_process.signed.list_user_import_jobs(UserPoolId=pool.id, MaxResults=size, **token)
            listed += page["UserImportJobs"]
            assert len(page["UserImportJobs"]) <= size
            if "PaginationToken" not in page:
                break
            token = {"PaginationToken": page["PaginationToken"]}
        assert made == [job["JobId"] for job in listed]
    assert job_of(pool, made[0]) == listed[0]


def test_a_token_of_another_pool_is_refused(in_process: InProcess, pool: Pool) -> None:
    other = make_pool(in_process)
    for number in range(2):
        new_job(pool, f"job {number}")
    token = in_process.signed.list_user_import_jobs(UserPoolId=pool.id, MaxResults=1)["PaginationToken"]
    for asked, pool_id in ((token, other.id), ("x", pool.id)):
        with refusal("InvalidParameterException") as seen:
            in_process.signed.list_user_import_jobs(UserPoolId=pool_id, MaxResults=1, PaginationToken=asked)
        assert f"Invalid pagination token: {asked}" == seen.message


@pytest.mark.parametrize(
    "arn", ["arn:aws:iam::000000000000:user/ada", "arn:aws:s3:::000000000000:role/x", "arn:aws:iam::12:role/x"]
)
def test_logs_need_the_arn_of_a_role(pool: Pool, arn: str) -> None:
    with refusal() as seen:
        pool.endpoint.signed.create_user_import_job(UserPoolId=pool.id, JobName="job", CloudWatchLogsRoleArn=arn)
    assert seen.code == "InvalidParameterException"


def test_a_pool_has_as_many_jobs_as_its_quota_says(in_process: InProcess, pool: Pool) -> None:
    few = replace(pool, endpoint=limited(in_process, import_jobs_per_pool=2))
    for _ in range(2):
        new_job(few)
    with refusal("LimitExceededException") as seen:
        new_job(few)
    assert seen.message == "The maximum number of user import jobs of a user pool has been reached: 2."
    new_job(replace(few, id=make_pool(in_process).id))


def calls(client: Any, pool_id: str, job_id: str) -> list[Callable[[], object]]:
    job = {"UserPoolId": pool_id, "JobId": job_id}
    return [
        lambda: client.get_csv_header(UserPoolId=pool_id),
        lambda: client.create_user_import_job(UserPoolId=pool_id, JobName="job", CloudWatchLogsRoleArn=ROLE),
        lambda: client.list_user_import_jobs(UserPoolId=pool_id, MaxResults=1),
        lambda: client.describe_user_import_job(**job),
        lambda: client.start_user_import_job(**job),
        lambda: client.stop_user_import_job(**job),
    ]


def test_only_who_signs_sees_or_makes_jobs(in_process: InProcess, pool: Pool) -> None:
    job = new_job(pool)
    for call in calls(in_process.anonymous, pool.id, job["JobId"]):
        with refusal("MissingAuthenticationTokenException"):
            call()
    assert [job] == in_process.signed.list_user_import_jobs(UserPoolId=pool.id, MaxResults=60)["UserImportJobs"]


def test_another_region_sees_neither_pool_nor_jobs(in_process: InProcess, pool: Pool) -> None:
    job = new_job(pool)
    for call in calls(in_process.boto3_client(region_name="eu-west-1"), pool.id, job["JobId"]):
        with refusal("ResourceNotFoundException") as seen:
            call()
        assert f"User pool {pool.id} does not exist." == seen.message


def test_a_job_belongs_to_its_pool(in_process: InProcess, pool: Pool) -> None:
    job_id = new_job(make_pool(in_process))["JobId"]
    for wanted in (job_id, NEVER):
        for call in calls(in_process.signed, pool.id, wanted)[3:]:
            with refusal("ResourceNotFoundException") as seen:
                call()
            assert f"Import job {wanted} does not exist." == seen.message


def test_a_job_does_not_start_without_its_file(in_process: InProcess, pool: Pool) -> None:
    job_id = new_job(pool)["JobId"]
    with refusal("PreconditionNotMetException") as seen:
        in_process.signed.start_user_import_job(UserPoolId=pool.id, JobId=job_id)
    assert f"No csv file was uploaded for {job_id}" == seen.message


def test_a_job_does_not_start_in_a_pool_that_verifies_nothing(in_process: InProcess) -> None:
    pool = make_pool(in_process, AutoVerifiedAttributes=[])
    job = new_job(pool)
    upload(pool, job, file_of(pool, row("ada")))
    with refusal("PreconditionNotMetException") as seen:
        in_process.signed.start_user_import_job(UserPoolId=pool.id, JobId=job["JobId"])
    assert seen.message == "The user pool has no auto verified attributes."


def test_a_job_starts_once_and_a_finished_one_does_not_stop(in_process: InProcess, pool: Pool) -> None:
    job_id = started(pool, file_of(pool, row("ada")))
    finished(pool, job_id)
    for call, verb in ((calls(in_process.signed, pool.id, job_id)[4], "started"), (None, "stopped")):
        with refusal("PreconditionNotMetException") as seen:
            (call or calls(in_process.signed, pool.id, job_id)[5])()
        assert f"Import job {job_id} cannot be {verb}: its status is Succeeded." == seen.message


def test_a_job_that_was_not_started_within_a_day_expires(in_process: InProcess, pool: Pool) -> None:
    job = new_job(pool)
    upload(pool, job, file_of(pool, row("ada")))
    in_process.clock.advance(minutes=DAY - 1)
    assert job_of(pool, job["JobId"])["Status"] == "Created"
    in_process.clock.advance(minutes=1)
    assert job_of(pool, job["JobId"])["Status"] == "Expired"
    with refusal("PreconditionNotMetException") as seen:
        in_process.signed.start_user_import_job(UserPoolId=pool.id, JobId=job["JobId"])
    assert f"Import job {job['JobId']} cannot be started: its status is Expired." == seen.message
    assert chunks_in(in_process) == 1
    maintenance.sweep(in_process.services)
    assert (0, "Expired") == (chunks_in(in_process), job_of(pool, job["JobId"])["Status"])


def test_one_job_is_active_in_an_account(in_process: InProcess, pool: Pool) -> None:
    body = file_of(pool, row("ada"))
    under_way(in_process, pool, body)
    other = make_pool(in_process)
    job = new_job(other)
    upload(other, job, body)
    with refusal("PreconditionNotMetException") as seen:
        in_process.signed.start_user_import_job(UserPoolId=other.id, JobId=job["JobId"])
    assert seen.message == ACTIVE


def test_of_two_starts_at_once_one_is_refused(in_process: InProcess) -> None:
    pools = [make_pool(in_process) for _ in range(4)]
    waiting = [new_job(pool) for pool in pools]
    for pool, job in zip(pools, waiting, strict=True):
        upload(pool, job, file_of(pool, row("ada")))
    barrier = threading.Barrier(len(pools))
    outcomes: list[str] = []

    def start(pool: Pool, job: dict[str, Any]) -> None:
        record = in_process.services.directory.require_pool(pool.id)
        barrier.wait()
        try:
            jobs.start(in_process.services, record, job["JobId"], worker="elsewhere")
            outcomes.append("started")
        except jobs.PreconditionNotMetException as refused:
            outcomes.append(refused.message)

    threads = [threading.Thread(target=start, args=each) for each in zip(pools, waiting, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ["started", *[ACTIVE] * 3] == sorted(outcomes, reverse=True)


def test_a_job_under_way_is_stopping_until_its_worker_has_stopped(in_process: InProcess, pool: Pool) -> None:
    job_id = under_way(in_process, pool, file_of(pool, row("ada")))
    stopping = in_process.signed.stop_user_import_job(UserPoolId=pool.id, JobId=job_id)["UserImportJob"]
    assert stopping["Status"] == "Stopping"
    with refusal("PreconditionNotMetException") as seen:
        in_process.signed.stop_user_import_job(UserPoolId=pool.id, JobId=job_id)
    assert f"Import job {job_id} cannot be stopped: its status is Stopping." == seen.message
    # The worker is gone; its lease runs out, and ours ends what it was to end.
    in_process.clock.advance(minutes=1)
    in_process.services.imports_due.set()
    stopped = finished(pool, job_id)
    assert ("Stopped", "The Import Job was stopped by the developer.") == (
        stopped["Status"],
        stopped["CompletionMessage"],
    )
    assert ((0, 0, 0), 0) == (counts_of(stopped), chunks_in(in_process))


def test_a_pool_is_not_changed_during_an_import(in_process: InProcess, pool: Pool) -> None:
    job_id = under_way(in_process, pool, file_of(pool, row("ada")))
    attribute = {"Name": "tier", "AttributeDataType": "String"}
    changes: list[Callable[[], object]] = [
        lambda: in_process.signed.update_user_pool(UserPoolId=pool.id, AutoVerifiedAttributes=["email"]),
        lambda: in_process.signed.add_custom_attributes(UserPoolId=pool.id, CustomAttributes=[attribute]),
        lambda: in_process.signed.delete_user_pool(UserPoolId=pool.id),
    ]
    for change in changes:
        with refusal("UserImportInProgressException") as seen:
            change()
        assert seen.message == "A user import job is in progress for the user pool."
    in_process.clock.advance(minutes=1)
    in_process.services.imports_due.set()
    assert finished(pool, job_id)["Status"] == "Succeeded"
    for change in changes:
        change()


def test_a_deleted_pool_leaves_nothing_of_its_imports(in_process: InProcess, pool: Pool) -> None:
    imported(pool, file_of(pool, row("ada"), row("ada")))
    upload(pool, new_job(pool), file_of(pool))
    in_process.signed.delete_user_pool(UserPoolId=pool.id)
    with in_process.services.database.read() as tx:
        left = [
            tx.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (tables.import_jobs, tables.import_chunks, tables.import_failures)
        ]
    assert [0, 0, 0] == left


def test_an_import_goes_on_beside_the_pools_life(pool: Pool) -> None:
    signed_up(pool, "ada")
    job = imported(pool, file_of(pool, row("ada"), row("bob"), row("eve")))
    assert ("Succeeded", (2, 1, 0)) == (job["Status"], counts_of(job))
    assert imports.job_of(pool, job["JobId"]) == job
