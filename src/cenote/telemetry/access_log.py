"""
One line for every request.

Requests are too many for the general chain (a tenth of a millisecond each): where lines are JSON they are written here, from fields that
are known to hold no secret. On a console, and for everything else that is logged, the chain of logs.py is used.
"""

import json
import logging
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TextIO

import structlog

_NAME = "cenote.access"
_EVENT = "request"


class AccessLog:
    """
    Writes request lines in *log_format* (json, console or auto) to *stream* (standard error by default).

    Nothing is written when *level* is above info.
    """

    def __init__(self, log_format: str, level: str, stream: TextIO | None = None) -> None:
        self._stream = sys.stderr if stream is None else stream
        self._is_on = logging.getLevelName(level.upper()) <= logging.INFO
        self._is_json = log_format == "json" or (log_format == "auto" and not self._stream.isatty())
        self._chain: Any = structlog.get_logger(_NAME)

    def write(
        self, *, service: str, operation: str, status: int, error: str, duration_ms: float, request_id: str, now_ms: int
    ) -> None:
        """Tell of one request; *error* is the fault's code or empty."""
        if not self._is_on:
            return
        fields: dict[str, object] = {
            "service": service,
            "operation": operation,
            "status": status,
            "error": error or None,
            "duration_ms": round(duration_ms, 2),
            "request_id": request_id,
        }
        if not self._is_json:
            self._chain.info(_EVENT, **fields)
            return
        at = datetime.fromtimestamp(now_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        line = {"event": _EVENT, **fields, "level": "info", "logger": _NAME, "timestamp": at}
        self._stream.write(_dumps(line) + "\n")


_dumps: Callable[[object], str] = json.JSONEncoder(separators=(",", ":")).encode
