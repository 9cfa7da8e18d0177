import base64
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc import jwk
from joserfc import jwt as joserfc_jwt
from joserfc.errors import JoseError

from cenote.crypto import jwt
from cenote.crypto.errors import CryptoError, JwtError

VECTOR = json.loads((Path(__file__).parents[2] / "vectors" / "RFC7515-A.2.json").read_text())
CLAIMS = {"sub": "aaaa-bbbb", "name": "Zoë 🔑", "cognito:groups": ["a", "b"], "exp": 1788598987, "email_verified": True}


@pytest.fixture(scope="module")
def der() -> bytes:
    return jwt.new_signing_key()


@pytest.fixture(scope="module")
def signer(der: bytes) -> jwt.Signer:
    return jwt.Signer("kid+1/=", der)


@pytest.fixture(scope="module")
def verifiers(der: bytes) -> dict[str, jwt.Verifier]:
    return {"kid+1/=": jwt.Verifier(jwt.public_jwk("kid+1/=", der))}


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _signed(signer: jwt.Signer, header: bytes, payload: bytes) -> str:
    """A token with any header and payload, truly signed by the key."""
    signing_input = f"{_base64url(header)}.{_base64url(payload)}"
    return f"{signing_input}.{_base64url(signer.signature_of(signing_input.encode()))}"


def test_the_signature_of_rfc_7515_verifies_and_is_made_again() -> None:
    private_key = jwk.RSAKey.import_key(VECTOR["jwk"]).private_key
    assert private_key is not None
    der = private_key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    parsed = jwt.split(VECTOR["token"])
    assert parsed.header == {"alg": "RS256"}
    assert VECTOR["claims"] == parsed.claims
    jwt.Verifier(VECTOR["jwk"]).verify(parsed.signing_input, parsed.signature)
    assert parsed.signature == jwt.Signer("any", der).signature_of(parsed.signing_input)
    assert VECTOR["jwk"]["n"] == jwt.public_jwk("any", der)["n"]


def test_a_token_verifies_and_gives_its_claims(signer: jwt.Signer, verifiers: dict[str, jwt.Verifier]) -> None:
    assert jwt.verify(signer.sign(CLAIMS), verifiers) == CLAIMS


def test_the_header_is_exactly_kid_and_alg(signer: jwt.Signer) -> None:
    head = signer.sign(CLAIMS).split(".")[0]
    assert base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)) == b'{"kid":"kid+1/=","alg":"RS256"}'


def test_another_implementation_reads_our_tokens_by_our_published_key(signer: jwt.Signer, der: bytes) -> None:
    published = jwk.RSAKey.import_key({**jwt.public_jwk("kid+1/=", der)})
    token = joserfc_jwt.decode(signer.sign(CLAIMS), published, algorithms=["RS256"])
    assert token.claims == CLAIMS
    with pytest.raises(JoseError):
        joserfc_jwt.decode(signer.sign(CLAIMS)[:-4] + "AAAA", published, algorithms=["RS256"])


def test_we_read_the_tokens_of_another_implementation(der: bytes, verifiers: dict[str, jwt.Verifier]) -> None:
    key = jwk.RSAKey.import_key(der)
    assert jwt.verify(joserfc_jwt.encode({"alg": "RS256", "kid": "kid+1/="}, dict(CLAIMS), key), verifiers) == CLAIMS


def test_the_published_key_has_cognitos_members(der: bytes) -> None:
    published = jwt.public_jwk("kid", der)
    assert list(published) == ["alg", "e", "kid", "kty", "n", "use"]
    assert tuple(published[name] for name in ("alg", "e", "kid", "kty", "use")) == (
        "RS256",
        "AQAB",
        "kid",
        "RSA",
        "sig",
    )
    assert len(published["n"]) == 342


def test_a_key_id_has_the_form_of_cognitos() -> None:
    kids = {jwt.new_kid() for _ in range(100)}
    assert len(kids) == 100
    assert all(len(kid) == 44 and kid.endswith("=") for kid in kids)


@pytest.mark.parametrize("part", [0, 1, 2])
def test_a_change_in_any_part_is_refused(part: int, signer: jwt.Signer, verifiers: dict[str, jwt.Verifier]) -> None:
    parts = signer.sign(CLAIMS).split(".")
    for at in range(0, len(parts[part]), 7):
        changed = list(parts)
        letter = "A" if parts[part][at] != "A" else "B"
        changed[part] = parts[part][:at] + letter + parts[part][at + 1 :]
        with pytest.raises(JwtError):
            jwt.verify(".".join(changed), verifiers)


def test_a_token_of_another_key_is_refused(verifiers: dict[str, jwt.Verifier]) -> None:
    stranger = jwt.new_signing_key()
    with pytest.raises(JwtError, match="signature"):
        jwt.verify(jwt.Signer("kid+1/=", stranger).sign(CLAIMS), verifiers)
    with pytest.raises(JwtError, match="no known key"):
        jwt.verify(jwt.Signer("other", stranger).sign(CLAIMS), verifiers)


@pytest.mark.parametrize(
    "header",
    [
        b'{"alg":"none","kid":"kid+1/="}',
        b'{"alg":"HS256","kid":"kid+1/="}',
        b'{"alg":"rs256","kid":"kid+1/="}',
        b'{"alg":"RS512","kid":"kid+1/="}',
        b'{"kid":"kid+1/="}',
        b'{"alg":"RS256"}',
        b'{"alg":"RS256","kid":["kid+1/="]}',
        b'{"alg":"RS256","kid":"kid+1/=","crit":["exp"]}',
        b'{"alg":"RS256","kid":"kid+1/=","alg":"RS256"}',
        b'["RS256"]',
        b"RS256",
        b"",
        b"\xff",
    ],
)
def test_a_header_that_is_not_ours_is_refused_though_the_signature_is_good(
    header: bytes, signer: jwt.Signer, verifiers: dict[str, jwt.Verifier]
) -> None:
    with pytest.raises(JwtError):
        jwt.verify(_signed(signer, header, b"{}"), verifiers)


@pytest.mark.parametrize(
    "payload",
    [b"", b"[]", b'"text"', b"null", b'{"a":1,"a":2}', b'{"a":{"b":1,"b":1}}', b'{"a":NaN}', b"[" * 9000, b"\xff"],
)
def test_claims_that_are_not_one_clean_object_are_refused(
    payload: bytes, signer: jwt.Signer, verifiers: dict[str, jwt.Verifier]
) -> None:
    token = _signed(signer, b'{"kid":"kid+1/=","alg":"RS256"}', payload)
    with pytest.raises(JwtError):
        jwt.verify(token, verifiers)
    with pytest.raises(JwtError):
        jwt.split(token)


def _padded(token: str) -> str:
    return token + "="


def _spare_bits(token: str) -> str:
    # 256 bytes leave four spare bits in the last character.
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return token[:-1] + alphabet[alphabet.index(token[-1]) | 1]


@pytest.mark.parametrize(
    "spoil",
    [
        _padded,
        _spare_bits,
        lambda token: token + "\n",
        lambda token: " " + token,
        lambda token: token + ".",
        lambda token: token.rpartition(".")[0],
        lambda token: token.rpartition(".")[0] + ".",
        lambda token: token.replace(".", "..", 1),
        lambda token: token[:-2] + "é",
        lambda token: token[:-2] + "\ud800",
        lambda token: token + "A" * 16384,
        lambda _token: "",
        lambda _token: "..",
    ],
)
def test_a_token_is_written_in_one_way_only(spoil: Any, signer: jwt.Signer, verifiers: dict[str, jwt.Verifier]) -> None:
    with pytest.raises(JwtError):
        jwt.verify(spoil(signer.sign(CLAIMS)), verifiers)


def test_a_signature_with_a_byte_too_few_or_too_many_is_refused(
    signer: jwt.Signer, verifiers: dict[str, jwt.Verifier]
) -> None:
    parsed = jwt.split(signer.sign(CLAIMS))
    for signature in (b"", parsed.signature[:-1], parsed.signature + b"\0"):
        with pytest.raises(JwtError):
            verifiers["kid+1/="].verify(parsed.signing_input, signature)


def test_claims_that_json_cannot_say_are_not_signed(signer: jwt.Signer) -> None:
    with pytest.raises(ValueError, match="JSON"):
        signer.sign({"exp": float("nan")})


def test_only_rsa_keys_sign() -> None:
    private_key = ec.generate_private_key(ec.SECP256R1())
    der = private_key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    with pytest.raises(CryptoError):
        jwt.Signer("kid", der)


def test_tokens_of_identity_pools_are_signed_by_rs512_and_read_by_others(der: bytes) -> None:
    published = jwt.public_jwk("kid", der, jwt.RS512)
    token = jwt.Signer("kid", der, jwt.RS512).sign(CLAIMS)
    assert CLAIMS == jwt.verify(token, {"kid": jwt.Verifier(published, jwt.RS512)}, jwt.RS512)
    assert "RS512" == published["alg"]
    decoded = joserfc_jwt.decode(token, jwk.RSAKey.import_key(published), algorithms=["RS512"])
    assert ({"kid": "kid", "alg": "RS512"}, CLAIMS) == (decoded.header, decoded.claims)


def test_a_key_and_a_token_are_of_the_algorithm_that_is_expected_or_refused(der: bytes) -> None:
    keys = {
        algorithm: {"kid": jwt.Verifier(jwt.public_jwk("kid", der), algorithm)} for algorithm in (jwt.RS256, jwt.RS512)
    }
    for signed, other in ((jwt.RS256, jwt.RS512), (jwt.RS512, jwt.RS256)):
        token = jwt.Signer("kid", der, signed).sign(CLAIMS)
        for expected, held in ((other, other), (other, signed), (signed, other)):
            with pytest.raises(JwtError):
                jwt.verify(token, keys[held], expected)
    with pytest.raises(JwtError, match="not RS256"):
        jwt.split(jwt.Signer("kid", der, jwt.RS512).sign(CLAIMS))
