"""DPoP proofs (RFC 9449): what is one, and what is not."""

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from joserfc.jwk import ECKey, RSAKey

from cenote.crypto import dpop
from cenote.crypto.errors import JwtError
from harness.clock import FakeClock
from harness.dpop import Prover, new_key

URL = "https://server.example.com/token"
NOW_S = FakeClock().now_ms() // 1000
# RFC 9449, section 4.1, figures 1 and 2: a proof for the token endpoint, and the thumbprint of its key (section 6.1, figure 5).
OF_THE_RFC = (
    "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0Rs"
    "cEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2"
    "In19.eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2Vu"
    "IiwiaWF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZ"
    "T3Lg"
)
OF_ITS_KEY = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"


@pytest.fixture
def prover() -> Prover:
    return Prover(FakeClock())


def verify(proof: str, **changes: Any) -> dpop.Proof:
    given = {"method": "POST", "url": URL, "now_s": NOW_S, **changes}
    return dpop.verify(proof, **given)


def b64(document: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(document).encode()).rstrip(b"=").decode()


def claims(**more: Any) -> dict[str, Any]:
    return {"jti": "j", "htm": "POST", "htu": URL, "iat": NOW_S, **more}


def test_the_example_of_the_rfc_is_a_proof() -> None:
    assert OF_ITS_KEY == verify(OF_THE_RFC, now_s=1562262616).thumbprint


def test_a_changed_example_is_none() -> None:
    for place in (50, 300, len(OF_THE_RFC) - 10):
        changed = "A" if OF_THE_RFC[place] != "A" else "B"
        with pytest.raises(JwtError):
            verify(OF_THE_RFC[:place] + changed + OF_THE_RFC[place + 1 :], now_s=1562262616)


def test_two_proofs_of_one_key_differ_by_their_jti_alone(prover: Prover) -> None:
    proofs = [verify(prover.proof("POST", URL, jti=jti, ath=ath)) for jti, ath in (("a", "x"), ("a", "y"), ("b", "x"))]
    assert proofs[0].digest == proofs[1].digest
    assert proofs[0].digest != proofs[2].digest
    assert {prover.thumbprint} == {proof.thumbprint for proof in proofs}


@pytest.mark.parametrize(
    "htu",
    [URL, "https://server.example.com:443/token", "HTTPS://Server.Example.COM/token", URL + "?a=b", URL + "#c"],
)
def test_addresses_compare_as_addresses(prover: Prover, htu: str) -> None:
    assert prover.thumbprint == verify(prover.proof("POST", htu)).thumbprint


@pytest.mark.parametrize(
    "htu",
    [
        "https://server.example.com/token/",
        "https://server.example.com/Token",
        "https://server.example.com:8443/token",
        "http://server.example.com/token",
        "https://server.example.com.evil/token",
        "https://[",
        "",
        None,
        ["https://server.example.com/token"],
    ],
    ids=str,
)
def test_another_address_is_another_request(prover: Prover, htu: object) -> None:
    with pytest.raises(JwtError, match="another request"):
        verify(prover.proof("POST", URL, htu=htu))


@pytest.mark.parametrize(
    "issued_s", [None, "now", True, [], -1, NOW_S - 301, NOW_S + 301, 10**400], ids=lambda each: str(each)[:12]
)
def test_a_proof_of_another_time_or_of_none_is_refused(prover: Prover, issued_s: object) -> None:
    with pytest.raises(JwtError):
        verify(prover.proof("POST", URL, iat=issued_s))


def test_beside_a_token_it_names_that_token(prover: Prover) -> None:
    assert prover.thumbprint == verify(prover.proof("POST", URL, access_token="t"), access_token="t").thumbprint
    for other in (
        prover.proof("POST", URL),
        prover.proof("POST", URL, access_token="u"),
        prover.proof("POST", URL, ath=1),
    ):
        with pytest.raises(JwtError, match="another access token"):
            verify(other, access_token="t")


def test_no_signature_and_a_public_key_taken_for_a_secret_are_refused(prover: Prover) -> None:
    jwk = prover.key.as_dict(private=False)
    unsigned = f"{b64({'typ': 'dpop+jwt', 'alg': 'none', 'jwk': jwk})}.{b64(claims())}"
    head = f"{b64({'typ': 'dpop+jwt', 'alg': 'HS256', 'jwk': jwk})}.{b64(claims())}"
    tag = hmac.digest(jwk["x"].encode(), head.encode(), hashlib.sha256)
    shared = f"{head}.{base64.urlsafe_b64encode(tag).rstrip(b'=').decode()}"
    for forged in (unsigned, unsigned + ".", unsigned + ".AAAA", shared):
        with pytest.raises(JwtError):
            verify(forged)


def test_a_shared_or_private_key_in_the_header_is_refused(prover: Prover) -> None:
    private = prover.key.as_dict(private=True)
    for jwk in (private, {"kty": "oct", "k": "AAAA"}, None, "key", [], {}):
        with pytest.raises(JwtError, match="key"):
            verify(prover.proof("POST", URL, header={"jwk": jwk}))


def test_a_key_of_another_kind_or_curve_is_refused(prover: Prover) -> None:
    for other in (new_key("ES384"), new_key("RS256"), new_key("Ed25519")):
        with pytest.raises(JwtError, match="not one of its algorithm's"):
            verify(prover.proof("POST", URL, header={"jwk": other.as_dict(private=False)}))


def test_a_point_that_is_not_on_the_curve_is_refused(prover: Prover) -> None:
    jwk = prover.key.as_dict(private=False)
    for changed in ({"y": jwk["x"]}, {"x": ""}, {"x": "A" * 800}, {"y": 1}):
        with pytest.raises(JwtError, match="key"):
            verify(prover.proof("POST", URL, header={"jwk": {**jwk, **changed}}))


@pytest.mark.parametrize("bits", [1024, 4104])
def test_rsa_keys_that_are_weak_or_slow_are_refused(bits: int) -> None:
    key = RSAKey(generate_private_key(65537, bits), None)
    with pytest.raises(JwtError, match="too short or too long"):
        verify(Prover(FakeClock(), "RS256", key).proof("POST", URL))


def test_a_long_exponent_is_refused() -> None:
    prover = Prover(FakeClock(), "RS256", new_key("RS256"))
    jwk = prover.key.as_dict(private=False)
    with pytest.raises(JwtError, match="not whole"):
        verify(prover.proof("POST", URL, header={"jwk": {**jwk, "e": jwk["n"]}}))


def test_critical_extensions_and_other_tokens_are_refused(prover: Prover) -> None:
    for header in ({"typ": "JWT"}, {"typ": "application/dpop+jwt"}, {"typ": None}):
        with pytest.raises(JwtError, match="no proof"):
            verify(prover.proof("POST", URL, header=header))
    critical = {"typ": "dpop+jwt", "alg": "ES256", "crit": ["exp"], "jwk": prover.key.as_dict(private=False)}
    with pytest.raises(JwtError, match="no proof"):
        verify(f"{b64(critical)}.{b64(claims())}.AAAA")


@pytest.mark.parametrize("proof", ["", "a.b", "a.b.c", "ä.b.c", "W10.W10.AA", "x" * 9000, "e30.e30.e30.e30", "a..c"])
def test_nonsense_is_refused(proof: str) -> None:
    with pytest.raises(JwtError):
        verify(proof)


def test_an_extra_member_does_not_change_the_thumbprint() -> None:
    key = ECKey.generate_key("P-256")
    prover = Prover(FakeClock(), "ES256", key)
    jwk = {**key.as_dict(private=False), "kid": "k", "use": "sig"}
    assert key.thumbprint() == verify(prover.proof("POST", URL, header={"jwk": jwk})).thumbprint
