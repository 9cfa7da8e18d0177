"""
Logs: JSON lines for machines, a console for people, on standard error.

Use `structlog.get_logger()` and name things (`log.info("user signed in", pool_id=…)`); never put a value into the event's
text, where no redaction finds it. `request_context` binds what every line of one request shall carry.
"""

import logging
import sys
from contextlib import AbstractContextManager
from typing import TextIO

import structlog
from structlog.contextvars import bound_contextvars
from structlog.typing import Processor

from cenote.telemetry.redaction import redact

# Libraries that tell at "info" what they are about to do.
CHATTY = ("alembic", "asyncio", "signxml", "urllib3")


def configure(log_format: str, level: str, stream: TextIO | None = None) -> None:
    """
    Send structlog's and the standard library's lines to *stream* (standard error by default).

    *log_format* is json, console, or auto: a console when the stream is a terminal. Calling it again replaces everything.
    """
    stream = sys.stderr if stream is None else stream
    console = log_format == "console" or (log_format == "auto" and stream.isatty())
    before: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=before, processors=_last(console=console, stream=stream))
    )
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level.upper())
    for name in CHATTY:
        logging.getLogger(name).setLevel(max(root.level, logging.WARNING))
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *before,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        # Loggers are made at import, before this is called, and must follow when it is called again.
        cache_logger_on_first_use=False,
    )


def request_context(request_id: str, **more: str) -> AbstractContextManager[None]:
    """Within it, every line of this thread carries the request's id and *more*."""
    return bound_contextvars(request_id=request_id, **more)


def _last(*, console: bool, stream: TextIO) -> list[Processor]:
    if console:
        return [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            redact,
            # The default formatter would print the local variables of every frame: passwords among them.
            structlog.dev.ConsoleRenderer(
                colors=stream.isatty(), exception_formatter=structlog.dev.plain_traceback, pad_event_to=0
            ),
        ]
    return [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.format_exc_info,
        redact,
        structlog.processors.JSONRenderer(default=repr),
    ]
