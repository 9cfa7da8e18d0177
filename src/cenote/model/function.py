"""
A function as it is stored and run.

Source: AWS Lambda API, FunctionConfiguration.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cenote.model.function_names import arn_of


@dataclass(frozen=True, slots=True)
class Function:
    """
    A local function.

    *document* holds what is only shown (Description, Role, Tags …) under AWS's member names. *code_digest* is the SHA-256 of the zip file.
    *revision* changes with every change of code or configuration: a process that was started for another one is stale.
    """

    account_id: str
    region: str
    name: str
    runtime: str
    handler: str
    timeout_s: int
    memory_mb: int
    environment: Mapping[str, str] = field(repr=False)
    code_digest: bytes
    code_bytes: int
    document: Mapping[str, Any]
    revision: str
    created_at_ms: int
    modified_at_ms: int
    version: int

    @property
    def arn(self) -> str:
        """The function's ARN, unqualified."""
        return arn_of(self.region, self.account_id, self.name)
