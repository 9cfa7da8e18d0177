"""The bounds that functions run within."""

from dataclasses import dataclass

MIB = 1024 * 1024
# Source: AWS Lambda quotas, invocation payload; AWS allows an answer a hundred bytes more than the 6 MiB it states.
MAX_EVENT_BYTES = 6 * MIB
MAX_ANSWER_BYTES = 6 * MIB + 100


@dataclass(frozen=True, slots=True)
class RunnerLimits:
    """
    What one runner spends on functions. Every worker of Cenote has a runner of its own.

    *processes* and *per_function* bound how many run at once; *waiting* callers at most wait for one, *wait_s* long. A function that calls
    Cenote back needs a thread of Cenote's that waits for no function: keep *processes* and *waiting* together below the number of threads.
    A process that had nothing to do for *idle_s* ends; one that has not asked for its first event after *start_s* is killed.

    *memory_mb* bounds a process with its children, whatever the function asks for. *open_files*, *file_bytes* (the size of one file) and
    *threads* (of all processes of a function's sandbox, where the system can count them) are the kernel's limits. *max_unzipped_bytes* and
    *max_zip_entries* bound the package.
    """

    processes: int = 4
    per_function: int = 3
    waiting: int = 2
    wait_s: float = 1.0
    idle_s: float = 300.0
    start_s: float = 10.0
    memory_mb: int = 1024
    open_files: int = 1024
    file_bytes: int = 512 * MIB
    threads: int = 256
    max_unzipped_bytes: int = 250 * MIB
    max_zip_entries: int = 50_000
