"""The functions of a deployment, by its settings."""

import functools
import logging
from pathlib import Path
from typing import Final

from cenote.base.clock import Clock
from cenote.base.invocations import FunctionUnreachableError
from cenote.base.settings import Settings
from cenote.flows.functions.calls import LocalFunctions
from cenote.flows.functions.logs import FunctionLogs
from cenote.flows.functions.waits import Waits
from cenote.flows.keys import Keys
from cenote.functions.limits import RunnerLimits
from cenote.functions.runner import FunctionRunner
from cenote.functions.sandbox import IsolationUnavailableError
from cenote.storage.database import Database

FOLDER: Final = "functions"

# Not structlog: on the command line, standard output is the function's answer and nothing else.
log = logging.getLogger(__name__)


def local_functions(settings: Settings, database: Database, keys: Keys, clock: Clock) -> LocalFunctions:
    """The functions of a deployment; no process is started, and no folder made, before the first is called."""
    folder = settings.data / FOLDER
    logs = FunctionLogs(folder / "logs", clock)
    processes = settings.functions.processes
    limits = RunnerLimits(
        processes=processes,
        per_function=max(1, processes - 1),
        waiting=max(1, settings.functions.calls - processes),
        memory_mb=settings.functions.memory_mb,
    )
    return LocalFunctions(
        database,
        keys,
        clock,
        make_runner=functools.partial(_make_runner, folder, limits, logs, settings.functions.isolation),
        logs=logs,
        waits=Waits(settings.functions.calls),
        public_url=settings.public_url,
    )


def _make_runner(folder: Path, limits: RunnerLimits, logs: FunctionLogs, isolation: str) -> FunctionRunner:
    """
    The runner of this process.

    Raises:
        FunctionUnreachableError: functions cannot be shut in as the settings want it, or their folder cannot be made.
    """
    try:
        runner = FunctionRunner(folder, limits, log=functools.partial(_write, logs), isolation=isolation)
    except (IsolationUnavailableError, OSError) as error:
        log.exception("functions cannot be run")
        raise FunctionUnreachableError(f"Functions cannot be run on this machine: {type(error).__name__}.") from error
    if runner.isolation == "limits":
        log.warning("functions are not shut in: see docs/function-isolation.md")
    return runner


def _write(logs: FunctionLogs, function_arn: str, request_id: str, line: str) -> None:
    try:
        logs.write(function_arn, request_id, line)
    except OSError as error:
        # A full disk is no reason for a function to fail.
        log.warning("what %s writes cannot be kept: %s", function_arn, error.strerror)
