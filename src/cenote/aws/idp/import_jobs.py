"""
GetCSVHeader, CreateUserImportJob, DescribeUserImportJob, ListUserImportJobs, StartUserImportJob, StopUserImportJob.

A job's file goes to its PreSignedUrl (cenote.uploads), and a worker beside the requests imports it (flows.user_import).

Source: developer guide "Importing users into user pools from a CSV file".
"""

import re

from cenote.aws import page_tokens
from cenote.aws.idp import present
from cenote.aws.operation import Call, operation
from cenote.base.errors import InvalidParameterException
from cenote.flows.services import Services
from cenote.flows.user_import import addresses, jobs
from cenote.model.user_import.header import columns_of
from cenote.model.user_import.job import ImportJob
from cenote.spec.generated.cognito_idp import (
    CreateUserImportJobRequest,
    CreateUserImportJobResponse,
    DescribeUserImportJobRequest,
    DescribeUserImportJobResponse,
    GetCSVHeaderRequest,
    GetCSVHeaderResponse,
    ListUserImportJobsRequest,
    ListUserImportJobsResponse,
    StartUserImportJobRequest,
    StartUserImportJobResponse,
    StopUserImportJobRequest,
    StopUserImportJobResponse,
    UserImportJobType,
)
from cenote.storage import import_jobs, pools

_ROLE_ARN = re.compile(r"arn:aws[\w-]*:iam::[0-9]{12}:role/[\w+=/,.@-]+", re.ASCII)


@operation("GetCSVHeader")
def get_csv_header(services: Services, call: Call, params: GetCSVHeaderRequest) -> GetCSVHeaderResponse:
    """The columns of the pool's files."""
    pool = call.require_stored_pool(services, params["UserPoolId"])
    return {"UserPoolId": pool.pool_id, "CSVHeader": columns_of(pool)}


@operation("CreateUserImportJob")
def create_user_import_job(
    services: Services, call: Call, params: CreateUserImportJobRequest
) -> CreateUserImportJobResponse:
    """Make a job that waits for its file."""
    pool = call.require_stored_pool(services, params["UserPoolId"])
    role_arn = params["CloudWatchLogsRoleArn"]
    if _ROLE_ARN.fullmatch(role_arn) is None:
        raise InvalidParameterException("CloudWatchLogsRoleArn must be the ARN of an IAM role.")
    job = jobs.create(
        services, pool, name=params["JobName"], role_arn=role_arn, algorithm=params.get("PasswordHashingAlgorithm")
    )
    return {"UserImportJob": _user_import_job(services, job)}


@operation("DescribeUserImportJob")
def describe_user_import_job(
    services: Services, call: Call, params: DescribeUserImportJobRequest
) -> DescribeUserImportJobResponse:
    """Show a job as it stands."""
    with services.database.read() as tx:
        pool = pools.require(tx, params["UserPoolId"], call.account_id, call.region)
        job = jobs.require(tx, pool.pool_id, params["JobId"])
    return {"UserImportJob": _user_import_job(services, job)}


@operation("ListUserImportJobs")
def list_user_import_jobs(
    services: Services, call: Call, params: ListUserImportJobsRequest
) -> ListUserImportJobsResponse:
    """One page of a pool's jobs, the newest first."""
    pool_id, limit = params["UserPoolId"], params["MaxResults"]
    query = {"pool": pool_id}
    after = page_tokens.verify(services, call, query, params.get("PaginationToken"))
    created_at_ms, _, job_id = after.partition(" ")
    before = (int(created_at_ms), job_id) if after else None
    with services.database.read() as tx:
        pools.require(tx, pool_id, call.account_id, call.region)
        found = import_jobs.page(tx, pool_id, before=before, limit=limit + 1)
    response: ListUserImportJobsResponse = {
        "UserImportJobs": [_user_import_job(services, job) for job in found[:limit]]
    }
    if len(found) > limit:
        last = found[limit - 1]
        response["PaginationToken"] = page_tokens.issue(services, call, query, f"{last.created_at_ms} {last.job_id}")
    return response


@operation("StartUserImportJob")
def start_user_import_job(
    services: Services, call: Call, params: StartUserImportJobRequest
) -> StartUserImportJobResponse:
    """Let the import of a job's file begin."""
    pool = call.require_stored_pool(services, params["UserPoolId"])
    return {"UserImportJob": _user_import_job(services, jobs.start(services, pool, params["JobId"]))}


@operation("StopUserImportJob")
def stop_user_import_job(services: Services, call: Call, params: StopUserImportJobRequest) -> StopUserImportJobResponse:
    """Let a job end early."""
    pool = call.require_stored_pool(services, params["UserPoolId"])
    return {"UserImportJob": _user_import_job(services, jobs.stop(services, pool, params["JobId"]))}


def _user_import_job(services: Services, job: ImportJob) -> UserImportJobType:
    shown: UserImportJobType = {
        "JobName": job.name,
        "JobId": job.job_id,
        "UserPoolId": job.pool_id,
        "PreSignedUrl": addresses.presigned_url(services, job),
        "CreationDate": present.seconds(job.created_at_ms),
        "Status": job.status_at(services.clock.now_ms()).value,
        "ImportedUsers": job.imported,
        "SkippedUsers": job.skipped,
        "FailedUsers": job.failed,
    }
    if job.document.get("role_arn"):
        shown["CloudWatchLogsRoleArn"] = job.document["role_arn"]
    if job.algorithm is not None:
        shown["PasswordHashingAlgorithm"] = job.algorithm
    if job.started_at_ms is not None:
        shown["StartDate"] = present.seconds(job.started_at_ms)
    if job.completed_at_ms is not None:
        shown["CompletionDate"] = present.seconds(job.completed_at_ms)
    if job.message is not None:
        shown["CompletionMessage"] = job.message
    return shown
