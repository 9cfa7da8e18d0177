"""Requests that no client would send, the same ones for the same seed."""

import json
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from raw import SPEC, TARGET, headers_for

from cenote.spec.model import Shape

# Texts that trip parsers, databases, headers, patterns and people.
NASTY = (
    "", " ", "\0", "a\0b", "\x7f", "\x1b[2J", "a\r\nSet-Cookie: x", "\ufeff", "\u200b", "\u202e", "\ufffe", "\ufdd0",
    "e\u0301" * 9, "\U0010ffff", "😀" * 40, "\u0131", "ß", "İ", "١٢٣", "½", "%00", "%s%n", "{####}", "{username}", "${x}",
    "' OR 1=1 --", '"', "\\", "\\u0000", "<script>", "../../etc/passwd", "null", "None", "NaN", "-1", "1e999", "0x10",
    "9" * 400, "a" * 129, "a" * 2049, "x" * 70_000, "us-east-1_", "_", "a_b_c", "a@b", "@", "+1", "+", "a@b@c", ".",
    "=", "AAAA", "eyJhbGciOiJub25lIn0.e30.", "arn:aws:iam::1:root", "custom:", "dev:custom:x", "sub", "__proto__",
)  # fmt: skip
NUMBERS = (0, -1, 1, 2, 59, 60, 61, 2**31 - 1, 2**31, -(2**31) - 1, 2**63, 10**40, 0.5, -0.0, 1e300, True)
# What the maps of sign-in calls are asked for.
KEYS = (
    "USERNAME", "PASSWORD", "SRP_A", "SECRET_HASH", "REFRESH_TOKEN", "NEW_PASSWORD", "TIMESTAMP", "DEVICE_KEY",
    "PASSWORD_CLAIM_SECRET_BLOCK", "PASSWORD_CLAIM_SIGNATURE", "userAttributes.name", "userAttributes.", "ANSWER",
)  # fmt: skip
# Optional by their shapes; without them there is little to get wrong.
TELLING = frozenset({"AuthParameters", "ChallengeResponses", "Session", "Password"})
NAMES = ("email", "phone_number", "name", "email_verified", "preferred_username", "custom:tier", "sub", "birthdate")
BROKEN_JSON = (
    b"", b"{", b"}", b"[]", b"null", b'"', b'{"', b'{"a"', b'{"a":', b'{"a":}', b'{"a":1,}', b"{'a':1}", b"{a:1}", b"//",
    b'{"a":01}', b'{"a":1.}', b'{"a":+1}', b'{"a":.5}', b'{"a":1e}', b'{"a":Infinity}', b'{"a":"\n"}', b'{"a":"\\x"}',
    b'{"a":"\\u12"}', b'{"a":"\\ud800"}', b'{"a":"\\udc00\\ud800"}', b"\xef\xbb\xbf{}", b"\xff\xfe{\x00}\x00", b"{}\x00",
    b"[" * 60_000, b'{"a":' * 20_000, b"{" * 60_000, b"-" * 60_000, b'{"a":' + b"9" * 60_000 + b"}", b'{"a":1e99999}',
    b"<xml/>", b"Action=ListUsers&Version=1", b"\x80\x04K\x01.", b"\x1f\x8b\x08\x00", b"--x\r\n\r\n--x--",
)  # fmt: skip


@dataclass(frozen=True)
class Ground:
    """What is really there, so that a request gets as far as it can: values by the shapes and map keys that take them."""

    values: Mapping[str, tuple[str, ...]]
    # Instead of those for operations that would change too much of it, and for those that would take it away.
    scrap: Mapping[str, tuple[str, ...]]
    doomed: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Sent:
    """One request; *sign* says that a good signature is still to be put on it."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    sign: str | None = None


class Malformed:
    """Draws requests; the same ones for the same seed."""

    def __init__(self, seed: int, ground: Ground, operations: list[str]) -> None:
        self.rng = random.Random(seed)
        self.ground = ground
        self.operations = operations

    def shaped(self, count: int) -> Iterator[Sent]:
        """Requests of every operation whose members have almost the right shape; signed, so that they get far."""
        for number in range(count):
            name = self.operations[number % len(self.operations)]
            body = json.dumps(self._members(name)).encode()
            yield Sent("POST", "/", headers_for(name), body, sign=name)

    def broken(self, count: int) -> Iterator[Sent]:
        """Bodies that are no JSON, or no longer."""
        for _ in range(count):
            name = self.rng.choice(self.operations)
            yield Sent("POST", "/", headers_for(name), self._body(name))

    def hostile(self, count: int) -> Iterator[Sent]:
        """Heads that are not what they should be: targets, types, signatures, queries, paths, methods."""
        acts = (self._bad_target, self._bad_type, self._bad_authorization, self._bad_query, self._bad_path)
        for _ in range(count):
            yield self.rng.choice(acts)(self.rng.choice(self.operations))

    def text(self) -> str:
        """A nasty text, or random characters from anywhere in Unicode but its surrogates."""
        if self.rng.random() < 0.6:
            return self.rng.choice(NASTY)
        tops = (0x7F, 0x7F, 0xFF, 0x2FFF, 0x10FFFF)
        points = [self.rng.randrange(self.rng.choice(tops)) for _ in range(self.rng.randrange(1, 40))]
        return "".join(chr(point) for point in points if not 0xD800 <= point <= 0xDFFF)

    def _members(self, name: str) -> dict[str, Any]:
        shape = SPEC.shapes[SPEC.operations[name].input or ""]
        values = self.ground.values
        if name in {"DeleteUserPool", "DeleteUserPoolClient", "DeleteUser", "AdminDeleteUser", "RevokeToken"}:
            values = self.ground.doomed
        elif name.startswith(("Delete", "Update", "AdminDelete", "AdminDisable", "AdminReset")) or "SignOut" in name:
            values = self.ground.scrap
        members: dict[str, Any] = self._structure(shape, values, 0)
        if self.rng.random() < 0.05:
            members[self.text()[:100]] = self._anything(0)
        return members

    def _structure(self, shape: Shape, values: Mapping[str, tuple[str, ...]], depth: int) -> dict[str, Any]:
        chance = self.rng.choice((0.03, 0.15, 0.4)) if depth == 0 else 0.6
        return {
            name: self._value(SPEC.shapes[inner], values, depth + 1)
            for name, inner in shape.members.items()
            if self.rng.random() < (0.97 if name in shape.required or name in TELLING else chance)
        }

    def _value(self, shape: Shape, values: Mapping[str, tuple[str, ...]], depth: int) -> Any:
        roll = self.rng.random()
        if roll < 0.012:
            return self._anything(depth)
        real = values.get(shape.name)
        if real and roll < 0.93:
            return self.rng.choice(real)
        match shape.type:
            case "structure":
                return self._structure(shape, values, depth)
            case "list":
                times = self.rng.choice((0, 1, 1, 2, 3, 30)) if depth < 3 else 1
                return [self._value(SPEC.shapes[shape.member], values, depth + 1) for _ in range(times)]
            case "map":
                return self._map(SPEC.shapes[shape.value], values, depth)
            case "boolean":
                return self.rng.random() < 0.5
            case "string":
                return self._string(shape)
            case _:
                return self.rng.choice((*NUMBERS, shape.minimum, shape.maximum))

    def _map(self, inner: Shape, values: Mapping[str, tuple[str, ...]], depth: int) -> dict[str, Any]:
        keys = ["USERNAME", *(self._key() for _ in range(self.rng.randrange(9)))]
        return {
            key: self.rng.choice(values[key])
            if key in values and self.rng.random() < 0.85
            else self._value(inner, values, depth + 1)
            for key in keys[self.rng.random() < 0.1 :]
        }

    def _string(self, shape: Shape) -> str:
        if shape.enum and self.rng.random() < 0.9:
            return self.rng.choice(shape.enum)
        if "AttributeName" in shape.name and self.rng.random() < 0.8:
            return self.rng.choice(NAMES)
        return self.text()

    def _key(self) -> str:
        return self.rng.choice(KEYS) if self.rng.random() < 0.85 else self.text()[:200]

    def _anything(self, depth: int) -> Any:
        makers: tuple[Callable[[], Any], ...] = (
            lambda: None,
            lambda: self.rng.choice(NUMBERS),
            self.text,
            lambda: [self._anything(depth + 1)] if depth < 5 else [],
            lambda: {self.text(): self._anything(depth + 1)} if depth < 5 else {},
            lambda: [None] * 3,
        )
        return self.rng.choice(makers)()

    def _body(self, name: str) -> bytes:
        roll = self.rng.random()
        if roll < 0.3:
            return self.rng.choice(BROKEN_JSON)
        if roll < 0.45:
            return self.rng.randbytes(self.rng.randrange(200))
        whole = json.dumps(self._members(name), ensure_ascii=self.rng.random() < 0.5).encode("utf-8", "surrogatepass")
        cut = self.rng.randrange(len(whole) + 1)
        if roll < 0.65:
            return whole[:cut]
        if roll < 0.85:
            return whole[:cut] + self.rng.randbytes(self.rng.randrange(1, 4)) + whole[cut + 1 :]
        # A name twice, which parsers take in different ways.
        return b'{"UserPoolId":"a","Username":"b",' + whole[1:] if roll < 0.95 else whole + whole

    def _bad_target(self, name: str) -> Sent:
        targets = (
            f"{TARGET}{name}{self._latin()}", f"{self._latin()}.{name}", self._latin(), f"{TARGET}{name.lower()}",
            f"{name}", f"{TARGET}", f"AWSCognitoIdentityService.{name}", f"{TARGET}{name},{TARGET}{name}", "." * 9000,
        )  # fmt: skip
        return Sent("POST", "/", {**headers_for(name), "X-Amz-Target": self.rng.choice(targets)}, self._body(name))

    def _bad_type(self, name: str) -> Sent:
        types = ("", ";", "application/json; charset=utf-16", "text/html", "application/x-amz-json-9", self._latin())
        return Sent("POST", "/", {**headers_for(name), "Content-Type": self.rng.choice(types)}, self._body(name))

    def _bad_authorization(self, name: str) -> Sent:
        scope = "/".join(self._latin()[:60] for _ in range(self.rng.randrange(7)))
        values = (
            self._latin(), "AWS4-HMAC-SHA256", f"AWS4-HMAC-SHA256 {self._latin()}", "AWS4-ECDSA-P256-SHA256 Credential=a",
            f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host;x-amz-date, Signature={self._latin()}",
            "AWS4-HMAC-SHA256 Credential=a/20260701/us-east-1/cognito-idp/aws4_request, SignedHeaders=host, Signature=0",
            "AWS4-HMAC-SHA256 " + "Credential=a," * 500, "AWS4-HMAC-SHA256 Credential=,SignedHeaders=,Signature=",
            "Bearer " + "A" * 5000, "Basic \xff\xfe", "AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=;;;, Signature=\xff",
        )  # fmt: skip
        dates = ("20260701T120000Z", "99999999T999999Z", "Thu, 01 Jan 1970 00:00:00 GMT", "0", self._latin(), "\xb2")
        extra = {"Authorization": self.rng.choice(values), "X-Amz-Date": self.rng.choice(dates)}
        extra |= {"X-Amz-Security-Token": self._latin()} if self.rng.random() < 0.3 else {}
        return Sent("POST", "/", {**headers_for(name), **extra}, self._body(name))

    def _bad_query(self, name: str) -> Sent:
        names = ("X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-SignedHeaders", "X-Amz-Signature",
                 "X-Amz-Expires", "X-Amz-Security-Token", "Action", "Version")  # fmt: skip
        values = (
            "AWS4-HMAC-SHA256",
            "a%2Fb%2Fc%2Fd%2Fe",
            "20260701T120000Z",
            "host",
            "%00",
            "%",
            "%ff%fe",
            "-1",
            "1" * 99,
        )
        pairs = [f"{self.rng.choice(names)}={self.rng.choice(values)}" for _ in range(self.rng.randrange(1, 9))]
        return Sent("POST", "/?" + "&".join(pairs), headers_for(name), self._body(name))

    def _bad_path(self, name: str) -> Sent:
        pool = self.rng.choice(self.ground.values["UserPoolIdType"])
        paths = (
            "/%00", "//", "/..%2f..", "/%ff%fe", f"/{pool}%00/.well-known/jwks.json", "/_%00/.well-known/jwks.json",
            f"/{pool}/.well-known/openid-configuration", "/_cenote/%00", "/_cenote/messages?limit=-1", "/" + "a" * 9000,
            "/_cenote/messages?to=%00", "/_cenote/messages?username=%ff", "/_cenote/messages?limit=9999999999999999999",
            "/_cenote/messages?after=x", "/_cenote/metrics?%00", "/a_b/.well-known/jwks.json", "/_cenote/messages/%00",
        )  # fmt: skip
        method = self.rng.choice(("GET", "POST", "HEAD", "PUT", "OPTIONS", "TRACE", "get", "\x80", "X" * 300))
        headers = headers_for(name) if self.rng.random() < 0.2 else {"Accept": self._latin()}
        return Sent(method, self.rng.choice(paths), headers, b"")

    def _latin(self) -> str:
        """A text as a header can carry it: servers hand over bytes as Latin-1."""
        return self.text().encode("utf-8", "replace").decode("latin-1").replace("\r", " ").replace("\n", " ")[:2000]
