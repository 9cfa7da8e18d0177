"""What a signature must say, how AWS words what is wrong with it, and that botocore's signatures are ours."""

import hashlib
import random
import string
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore import auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from cenote.aws import sigv4
from cenote.aws.canonical_request import SigningRules
from cenote.base.errors import IncompleteSignatureException, InvalidSignatureException
from cenote.base.secret import Secret
from harness.wire_requests import WireRequest

KEY_ID = "AKIAEXAMPLE000000000"
SECRET = Secret("not/a+real/secret")
NOW = datetime(2026, 11, 23, 0, 25, tzinfo=UTC)
NOW_MS = int(NOW.timestamp()) * 1000
SCOPE = "20261123/eu-central-1/cognito-idp/aws4_request"
HASH_OF_HEADER = r"\(Hashed with SHA-256 and encoded with Base64\) Authorization=[A-Za-z0-9+/]{43}="


@pytest.fixture(autouse=True)
def botocore_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auth, "get_current_datetime", lambda **_: NOW.replace(tzinfo=None))


def signed_by_botocore(
    signer: type[auth.SigV4Auth] = auth.SigV4Auth,
    *,
    method: str = "POST",
    url: str = "https://cognito-idp.eu-central-1.amazonaws.com/",
    headers: Mapping[str, str] | None = None,
    body: bytes = b"{}",
    token: str | None = None,
    service: str = "cognito-idp",
) -> WireRequest:
    request = AWSRequest(method=method, url=url, headers=dict(headers or {}), data=body)
    signer(Credentials(KEY_ID, SECRET.reveal(), token), service, "eu-central-1").add_auth(request)
    parts = urlsplit(request.url)
    names = {name.lower() for name in request.headers}
    return WireRequest(
        method=method,
        path=parts.path or "/",
        query=parts.query,
        headers={"host": parts.netloc, **{name: ",".join(request.headers.get_all(name)) for name in names}},
        body=body,
    )


def check(request: WireRequest, *, now_ms: int = NOW_MS, rules: SigningRules | None = None) -> sigv4.Signature:
    signature = sigv4.parse(request)
    assert signature is not None
    services = frozenset({"cognito-idp"})
    sigv4.verify(request, signature, SECRET, now_ms, services=services, rules=rules or SigningRules())
    return signature


def with_authorization(request: WireRequest, old: str, new: str) -> WireRequest:
    changed = request.headers["authorization"].replace(old, new)
    assert changed != request.headers["authorization"]
    return replace(request, headers={**request.headers, "authorization": changed})


def with_header(request: WireRequest, name: str, value: str) -> WireRequest:
    return replace(request, headers={**request.headers, name: value})


def without_header(request: WireRequest, name: str) -> WireRequest:
    return replace(request, headers={other: value for other, value in request.headers.items() if other != name})


def test_a_request_without_signature_has_none() -> None:
    assert sigv4.parse(WireRequest(headers={"host": "localhost", "x-amz-date": "20261123T002500Z"})) is None


def test_a_signature_of_botocore_is_read_and_accepted() -> None:
    signature = check(signed_by_botocore(headers={"X-Amz-Target": "AWSCognitoIdentityProviderService.ListUsers"}))
    assert (
        signature.access_key_id,
        signature.date,
        signature.region,
        signature.service,
    ) == (KEY_ID, "20261123", "eu-central-1", "cognito-idp")
    assert signature.signed_headers == ("host", "x-amz-date", "x-amz-target")
    assert (
        signature.signed_at_ms,
        signature.expires_after_s,
        signature.session_token,
        signature.presigned,
    ) == (NOW_MS, None, None, False)


def test_a_session_token_is_read_from_header_and_query() -> None:
    assert check(signed_by_botocore(token="a/token+1=")).session_token == "a/token+1="
    assert check(signed_by_botocore(auth.SigV4QueryAuth, method="GET", body=b"", token="a/token+1=")).session_token == (
        "a/token+1="
    )


def test_a_presigned_request_is_read_and_accepted() -> None:
    signature = check(signed_by_botocore(auth.SigV4QueryAuth, method="GET", body=b""))
    assert (signature.presigned, signature.expires_after_s, signature.signed_headers) == (True, 3600, ("host",))


def test_a_date_header_stands_in_for_x_amz_date() -> None:
    signature = check(signed_by_botocore(headers={"Date": "Mon, 23 Nov 2026 00:25:00 GMT"}))
    assert signature.signed_headers == ("date", "host")
    assert signature.signed_at == "20261123T002500Z"


def random_requests(count: int, *, path_pieces: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    random_source = random.Random(20261123)
    encoded = ["%20", "%2F", "%C3%A9", "%25", "%2B", "~", "-", "_", ".", *string.ascii_letters, *string.digits]
    for _ in range(count):
        path = "/" + "/".join(random_source.choice(path_pieces) for _ in range(random_source.randrange(4)))
        names = ["".join(random_source.choices(encoded, k=random_source.randrange(1, 5))) for _ in range(3)]
        query = "&".join(
            f"{random_source.choice(names)}={''.join(random_source.choices(encoded, k=random_source.randrange(6)))}"
            for _ in range(random_source.randrange(5))
        )
        yield {
            "method": random_source.choice(["GET", "POST", "PUT", "DELETE"]),
            "url": f"https://cenote.localhost:9329{path}" + (f"?{query}" if query else ""),
            "headers": {
                "X-Amz-Target": "".join(random_source.choices(string.printable[:95], k=12)),
                "Content-Type": "  application/x-amz-json-1.1;  a   b ",
            },
            "body": random_source.randbytes(random_source.randrange(64)),
            "token": random_source.choice([None, "token"]),
        }


@pytest.mark.parametrize("signer", [auth.SigV4Auth, auth.SigV4QueryAuth])
def test_random_requests_signed_by_botocore_are_accepted(signer: type[auth.SigV4Auth]) -> None:
    pieces = ("", ".", "..", "a", "a%20b", "%E1%88%B4", "$x", "x;y=1", "2015-03-31", "~me", "a:b", "*")
    for arguments in random_requests(150, path_pieces=pieces):
        if signer is auth.SigV4QueryAuth:
            arguments["body"] = b""  # botocore moves what it finds in a body to the query
        check(signed_by_botocore(signer, **arguments))


def test_a_header_is_signed_as_the_bytes_that_came() -> None:
    request = signed_by_botocore(headers={"X-Amz-Meta": "é and  more"})
    check(with_header(request, "x-amz-meta", "é and  more".encode().decode("latin-1")))


def test_requests_for_s3_are_accepted_by_its_rules() -> None:
    rules = SigningRules(normalize_path=False, encode_path_twice=False, allow_unsigned_payload=True)
    url = "https://s3.localhost/b/a%20b//c/../d%2Fe~"
    check(signed_by_botocore(auth.S3SigV4Auth, method="PUT", url=url, body=b"x"), rules=rules)
    check(signed_by_botocore(auth.S3SigV4QueryAuth, method="GET", url=url, body=b""), rules=rules)


def test_an_unsigned_payload_is_accepted_only_where_the_rules_allow_it() -> None:
    rules = SigningRules(allow_unsigned_payload=True)
    request = signed_by_botocore(headers={"X-Amz-Content-Sha256": "UNSIGNED-PAYLOAD"}, body=b"any body")
    check(request, rules=rules)
    request = replace(request, body=b"another body")
    check(request, rules=rules)
    with pytest.raises(InvalidSignatureException, match="does not match"):
        check(request)


def test_a_hash_in_a_header_does_not_stand_for_the_body() -> None:
    request = signed_by_botocore(headers={"X-Amz-Content-Sha256": hashlib.sha256(b"{}").hexdigest()})
    check(request)
    with pytest.raises(InvalidSignatureException, match="does not match"):
        check(replace(request, body=b"another body"))


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("Credential=", "Credentials=", "Authorization header requires 'Credential' parameter. "),
        ("Signature=", "Sig=", "Authorization header requires 'Signature' parameter. "),
        ("SignedHeaders=", "Headers=", "Authorization header requires 'SignedHeaders' parameter. "),
    ],
)
def test_a_header_that_lacks_a_part_is_incomplete(old: str, new: str, sentence: str) -> None:
    request = with_authorization(signed_by_botocore(), old, new)
    with pytest.raises(IncompleteSignatureException, match=f"^{sentence}{HASH_OF_HEADER}$"):
        sigv4.parse(request)


def test_all_that_is_missing_is_said_at_once_and_nothing_is_echoed() -> None:
    with pytest.raises(IncompleteSignatureException) as refused:
        sigv4.parse(WireRequest(headers={"authorization": "Bearer very-secret"}))
    assert refused.value.message.startswith(
        "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. "
        "Authorization header requires 'SignedHeaders' parameter. "
        "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. "
    )
    assert "very-secret" not in refused.value.message


def test_a_request_without_a_date_is_incomplete() -> None:
    with pytest.raises(IncompleteSignatureException, match=r"^Authorization header requires existence of either a "):
        sigv4.parse(without_header(signed_by_botocore(), "x-amz-date"))


@pytest.mark.parametrize("date", ["yesterday", "20261323T002500Z", "2026-11-23T00:25:00Z", "20261123T002500Z junk", ""])
def test_a_date_must_be_iso_8601(date: str) -> None:
    with pytest.raises(IncompleteSignatureException, match=r"^Date must be in ISO-8601 'basic format'\. Got|existence"):
        sigv4.parse(with_header(signed_by_botocore(), "x-amz-date", date))


def test_another_algorithm_is_refused() -> None:
    with pytest.raises(IncompleteSignatureException, match=r"^Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA1'\.$"):
        sigv4.parse(with_authorization(signed_by_botocore(), "AWS4-HMAC-SHA256", "AWS4-HMAC-SHA1"))


@pytest.mark.parametrize(("old", "new"), [("Signature=", "Signature"), ("Signature=", "Signature=a, Signature=")])
def test_a_malformed_or_repeated_part_is_refused(old: str, new: str) -> None:
    with pytest.raises(IncompleteSignatureException, match=r"^Invalid key=value pair \(missing equal-sign\)"):
        sigv4.parse(with_authorization(signed_by_botocore(), old, new))


def test_a_credential_has_five_elements() -> None:
    text = (
        "^Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, "
        f"got '{KEY_ID}/20261123/eu-central-1/cognito-idp'$"
    )
    with pytest.raises(IncompleteSignatureException, match=text):
        sigv4.parse(with_authorization(signed_by_botocore(), "/aws4_request", ""))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("cognito-idp/", "sts/", "Credential should be scoped to correct service: 'cognito-idp'. "),
        ("eu-central-1", "EU_1", "Credential should be scoped to a valid region. "),
        (
            "aws4_request",
            "aws5_request",
            "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5_request'. ",
        ),
        (
            "/20261123/",
            "/20261122/",
            (
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
                "'20261122' != '20261123', from '20261123T002500Z'."
            ),
        ),
    ],
)
def test_a_wrong_scope_is_named(old: str, new: str, message: str) -> None:
    with pytest.raises(InvalidSignatureException) as refused:
        check(with_authorization(signed_by_botocore(), old, new))
    assert message == refused.value.message


def test_an_old_signature_has_expired() -> None:
    request = signed_by_botocore()
    check(request, now_ms=NOW_MS + 900_000)
    with pytest.raises(InvalidSignatureException) as refused:
        check(request, now_ms=NOW_MS + 901_000)
    assert refused.value.message == (
        "Signature expired: 20261123T002500Z is now earlier than 20261123T002501Z (20261123T004001Z - 15 min.)"
    )


def test_a_signature_of_the_future_is_not_yet_current() -> None:
    request = signed_by_botocore()
    check(request, now_ms=NOW_MS - 900_000)
    with pytest.raises(InvalidSignatureException) as refused:
        check(request, now_ms=NOW_MS - 901_000)
    assert refused.value.message == (
        "Signature not yet current: 20261123T002500Z is still later than 20261123T002459Z (20261123T000959Z + 15 min.)"
    )


def test_a_presigned_request_lives_as_long_as_it_says() -> None:
    request = signed_by_botocore(auth.SigV4QueryAuth, method="GET", body=b"")
    check(request, now_ms=NOW_MS + 3_600_000)
    with pytest.raises(InvalidSignatureException, match=r"^Signature expired: 20261123T002500Z .* - 3600 sec\.\)$"):
        check(request, now_ms=NOW_MS + 3_601_000)


@pytest.mark.parametrize(
    ("expires", "message"),
    [
        ("0", "X-Amz-Expires must be positive"),
        ("-1", "X-Amz-Expires should be a number"),
        ("²", "X-Amz-Expires should be a number"),
        ("604801", "X-Amz-Expires must be less than a week"),
        ("9" * 5000, "X-Amz-Expires must be less than a week"),
    ],
)
def test_a_presigned_lifetime_is_from_one_second_to_a_week(expires: str, message: str) -> None:
    request = signed_by_botocore(auth.SigV4QueryAuth, method="GET", body=b"")
    with pytest.raises(IncompleteSignatureException, match=f"^{message}"):
        sigv4.parse(replace(request, query=request.query.replace("Expires=3600", f"Expires={expires}")))


@pytest.mark.parametrize("name", ["Algorithm", "Credential", "Date", "SignedHeaders", "Signature"])
def test_a_presigned_request_that_lacks_a_part_is_incomplete(name: str) -> None:
    request = signed_by_botocore(auth.SigV4QueryAuth, method="GET", body=b"")
    with pytest.raises(
        IncompleteSignatureException, match=f"^AWS query-string parameters must include 'X-Amz-{name}'. "
    ):
        sigv4.parse(replace(request, query=request.query.replace(f"X-Amz-{name}=", f"Other-{name}=")))


def test_a_presigned_request_names_each_part_once() -> None:
    request = signed_by_botocore(auth.SigV4QueryAuth, method="GET", body=b"")
    with pytest.raises(IncompleteSignatureException, match="'X-Amz-Expires' only once"):
        sigv4.parse(replace(request, query=request.query + "&X-Amz-Expires=604800"))


def test_a_presigned_request_has_no_other_algorithm() -> None:
    request = signed_by_botocore(auth.SigV4QueryAuth, method="GET", body=b"")
    with pytest.raises(IncompleteSignatureException, match=r"^Unsupported AWS 'algorithm': 'AWS4-NONE'"):
        sigv4.parse(replace(request, query=request.query.replace("AWS4-HMAC-SHA256", "AWS4-NONE")))


def test_the_host_must_be_signed() -> None:
    with pytest.raises(
        InvalidSignatureException, match=r"^'Host' or ':authority' must be a 'SignedHeader' in the AWS "
    ):
        check(with_authorization(signed_by_botocore(), "SignedHeaders=host;", "SignedHeaders="))


def test_every_aws_header_must_be_signed() -> None:
    with pytest.raises(InvalidSignatureException) as refused:
        check(with_header(signed_by_botocore(), "x-amz-target", "AWSCognitoIdentityProviderService.DeleteUserPool"))
    assert refused.value.message == "'x-amz-target' must be a 'SignedHeader' in the AWS Authorization header."


def test_a_header_that_cloudfront_adds_need_not_be_signed() -> None:
    check(with_header(signed_by_botocore(), "x-amz-cf-id", "abc"))


@pytest.mark.parametrize("signature", ["0" * 64, "", "ü" * 64, "\udcff"])
def test_a_wrong_signature_is_refused_in_aws_words(signature: str) -> None:
    request = signed_by_botocore()
    claim = sigv4.parse(request)
    assert claim is not None
    with pytest.raises(InvalidSignatureException) as refused:
        sigv4.verify(request, replace(claim, signature=signature), SECRET, NOW_MS, services=frozenset({"cognito-idp"}))
    assert refused.value.message == (
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access "
        "Key and signing method. Consult the service documentation for details."
    )


def test_another_secret_does_not_verify() -> None:
    request = signed_by_botocore()
    claim = sigv4.parse(request)
    assert claim is not None
    with pytest.raises(InvalidSignatureException, match="does not match"):
        sigv4.verify(request, claim, Secret("other"), NOW_MS, services=frozenset({"cognito-idp"}))
