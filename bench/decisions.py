"""
Decisions of policies, one after the other in one thread: what is asked of a role's session before anything is done for it.

The role has ten statements in two policies: names and patterns of actions, resources by patterns and by a variable, conditions, a Deny. The
requests are allowed, denied by the Deny and denied by default in turn. Policies are compiled beforehand, as they are kept compiled;
nothing of a decision is.
"""

import json
import statistics
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import machine

from cenote.policy.document import Kind, parse
from cenote.policy.evaluate import Held, Named, decide
from cenote.policy.principals import Asker
from cenote.policy.request import Asked

ACCOUNT = "111122223333"
POOL = f"arn:aws:cognito-idp:us-east-1:{ACCOUNT}:userpool/us-east-1_Ab12Cd34E"
OTHER_POOL = POOL.replace("Ab12", "Xy98")
ASKER = Asker(
    ACCOUNT,
    (f"arn:aws:sts::{ACCOUNT}:assumed-role/app/CognitoIdentityCredentials", f"arn:aws:iam::{ACCOUNT}:role/app"),
    "AssumedRole",
    "AROACKCEVSQ6C2EXAMPLE:CognitoIdentityCredentials",
)
CONTEXT = {
    "aws:principalarn": (ASKER.arns[1],),
    "aws:principaltag/team": ("blue",),
    "aws:sourceip": ("203.0.113.7",),
    "aws:currenttime": ("2026-07-01T12:00:00Z",),
    "aws:requestedregion": ("us-east-1",),
    "aws:securetransport": ("true",),
    "cognito-identity.amazonaws.com:sub": ("us-east-1:12345678-1234-1234-1234-123456789012",),
}
PREFIX = "arn:aws:s3:::uploads/${cognito-identity.amazonaws.com:sub}"
STATEMENTS: tuple[tuple[str, str | list[str], str | list[str], Mapping[str, Any]], ...] = (
    ("Allow", ["s3:GetObject", "s3:PutObject"], f"{PREFIX}/*", {}),
    ("Allow", "s3:ListBucket", "arn:aws:s3:::uploads", {"StringLike": {"s3:prefix": "public/*"}}),
    ("Allow", ["cognito-idp:List*", "cognito-idp:Describe*"], POOL.replace("us-east-1:", "*:", 1), {}),
    ("Allow", "cognito-idp:AdminGetUser", POOL, {"StringEquals": {"aws:PrincipalTag/team": ["red", "blue"]}}),
    ("Allow", "cognito-idp:Admin*", "*", {"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "192.168.0.0/16"]}}),
    ("Allow", "execute-api:Invoke", f"arn:aws:execute-api:*:{ACCOUNT}:*/prod/GET/*", {}),
    ("Allow", ["dynamodb:GetItem", "dynamodb:Query"], f"arn:aws:dynamodb:*:{ACCOUNT}:table/*", {}),
    ("Allow", "sts:AssumeRole", f"arn:aws:iam::{ACCOUNT}:role/app-*", {"Bool": {"aws:SecureTransport": "true"}}),
    ("Deny", "cognito-idp:AdminDelete*", "*", {}),
    ("Deny", "*", "*", {"DateGreaterThan": {"aws:CurrentTime": "2030-01-01T00:00:00Z"}}),
)
# Each request, and what is decided.
REQUESTS = (
    ("cognito-idp:ListUsers", POOL, "allowed"),
    ("cognito-idp:AdminGetUser", POOL, "allowed"),
    ("cognito-idp:AdminGetUser", OTHER_POOL, "implicitDeny"),
    ("cognito-idp:AdminDeleteUser", POOL, "explicitDeny"),
    ("s3:GetObject", f"arn:aws:s3:::uploads/{CONTEXT['cognito-identity.amazonaws.com:sub'][0]}/a/b.jpg", "allowed"),
    ("s3:GetObject", "arn:aws:s3:::uploads/us-east-1:another/a/b.jpg", "implicitDeny"),
    ("execute-api:Invoke", f"arn:aws:execute-api:us-east-1:{ACCOUNT}:a1b2c3/prod/GET/items", "allowed"),
    ("sts:AssumeRole", f"arn:aws:iam::{ACCOUNT}:role/app-admin", "allowed"),
)
_ROUNDS_OF_REQUESTS = 100


@dataclass(frozen=True, slots=True)
class Decisions:
    """Decisions a second, by the clock on the wall and by processor time, of each round."""

    statements: int
    per_s: list[float]
    per_processor_s: list[float]

    @property
    def median_per_s(self) -> float:
        """By the clock on the wall."""
        return statistics.median(self.per_s)

    @property
    def median_per_processor_s(self) -> float:
        """By processor time."""
        return statistics.median(self.per_processor_s)


def measure(pinned: machine.Processors, seconds: float, rounds: int) -> Decisions:
    """*rounds* of *seconds* each, on the server's processor."""
    held, asked = _held(), [(Asked(action, resource, CONTEXT), expected) for action, resource, expected in REQUESTS]
    for request, expected in asked:
        assert expected == decide(request, ASKER, held).verdict, request
    requests = [request for request, _ in asked]
    walls, processors = [], []
    with machine.running_on(pinned.server):
        for _ in range(rounds):
            wall, processor = _round(requests, held, seconds)
            walls.append(wall)
            processors.append(processor)
    return Decisions(len(STATEMENTS), walls, processors)


def _round(requests: list[Asked], held: Held, seconds: float) -> tuple[float, float]:
    count = 0
    wall, processor = time.perf_counter(), time.thread_time()
    while time.perf_counter() - wall < seconds:
        for _ in range(_ROUNDS_OF_REQUESTS):
            for request in requests:
                decide(request, ASKER, held)
        count += _ROUNDS_OF_REQUESTS * len(requests)
    return count / (time.perf_counter() - wall), count / (time.thread_time() - processor)


def _held() -> Held:
    written = [
        {"Effect": effect, "Action": action, "Resource": resource, "Condition": condition}
        for effect, action, resource, condition in STATEMENTS
    ]
    documents = (written[: len(written) // 2], written[len(written) // 2 :])
    return Held(
        tuple(
            Named(str(number), parse(json.dumps({"Version": "2012-10-17", "Statement": statements}), Kind.IDENTITY))
            for number, statements in enumerate(documents)
        )
    )
