"""Local functions for tests: their code as a zip file, the record of one, and what runs them."""

import dataclasses
import hashlib
import io
import json
import stat
import uuid
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cenote.base.invocations import Invocation
from cenote.functions.limits import RunnerLimits
from cenote.functions.runner import FunctionRunner
from cenote.model.function import Function


def package(files: Mapping[str, str | bytes], *, mode: int = stat.S_IFREG | 0o755) -> bytes:
    """A zip file with these files, all of that mode."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, text in files.items():
            info = zipfile.ZipInfo(name)
            info.external_attr = mode << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, text)
    return written.getvalue()


def function_of(
    code: bytes,
    *,
    name: str = "probe",
    runtime: str = "python3.12",
    handler: str = "app.handler",
    timeout_s: int = 20,
    memory_mb: int = 256,
    environment: Mapping[str, str] | None = None,
) -> Function:
    """The record of a function with this code, in a revision of its own."""
    return Function(
        account_id="000000000000",
        region="us-east-1",
        name=name,
        runtime=runtime,
        handler=handler,
        timeout_s=timeout_s,
        memory_mb=memory_mb,
        environment=environment or {},
        code_digest=hashlib.sha256(code).digest(),
        code_bytes=len(code),
        document={},
        revision=str(uuid.uuid4()),
        created_at_ms=0,
        modified_at_ms=0,
        version=1,
    )


@dataclass
class Probe:
    """A function and its runner."""

    runner: FunctionRunner
    function: Function
    code: bytes

    def call(self, event: object = None, **options: Any) -> Invocation:
        """Run it once."""
        payload = json.dumps(event).encode()
        options.setdefault("request_id", str(uuid.uuid4()))
        return self.runner.invoke(self.function, lambda: self.code, payload, **options)

    def value(self, event: object = None, **options: Any) -> Any:
        """What it returns; it must not fail."""
        done = self.call(event, **options)
        assert done.function_error is None, done
        return json.loads(done.payload)

    def failure(self, event: object = None, **options: Any) -> dict[str, Any]:
        """How it fails; it must."""
        done = self.call(event, **options)
        assert done.function_error == "Unhandled", done
        document: dict[str, Any] = json.loads(done.payload)
        return document

    def revised(self, source: str) -> "Probe":
        """The same function with other code."""
        code = package({"app.py": source})
        return dataclasses.replace(self, code=code, function=function_of(code, name=self.function.name))


@dataclass
class Bench:
    """Makes runners, and functions in them; what they log is in *lines*."""

    folder: Path
    isolation: str
    lines: list[tuple[str, str, str]] = field(default_factory=list)
    runners: list[FunctionRunner] = field(default_factory=list)

    def runner(self, **limits: Any) -> FunctionRunner:
        """A runner with these limits."""
        made = FunctionRunner(
            self.folder, RunnerLimits(**limits), log=lambda *line: self.lines.append(line), isolation=self.isolation
        )
        self.runners.append(made)
        return made

    def files(self, files: dict[str, str], runner: FunctionRunner | None = None, **options: Any) -> Probe:
        """A function of these files."""
        code = package(files)
        return Probe(runner or self.runner(), function_of(code, **options), code)

    def python(self, source: str, runner: FunctionRunner | None = None, **options: Any) -> Probe:
        """A Python function, whose handler is `handler`."""
        return self.files({"app.py": source}, runner, **options)

    def close(self) -> None:
        """Close every runner."""
        for runner in self.runners:
            runner.close()
