"""The server's half of SRP against an unmodified client (pycognito), its own group and its own refusals."""

import base64
import json
import random
import time
from pathlib import Path

import gmpy2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycognito import aws_srp
from pycognito.aws_srp import AWSSRP

from cenote.crypto import srp
from cenote.crypto.errors import SrpError

POOL_ID = "us-east-1_Ab12Cd34E"
POOL_NAME = "Ab12Cd34E"
GROUP = json.loads((Path(__file__).parents[2] / "vectors" / "RFC3526-4.json").read_text())
# Zero bytes in front, high bits, both after each other, and what a client's padding adds in front.
SALTS = [
    "00" * 15 + "01",
    "007f" + "11" * 14,
    "0080" + "11" * 14,
    "80" + "00" * 15,
    "ff" * 16,
    "0f" * 16,
    "00" + "ff" * 16,
]


class Client(AWSSRP):
    """pycognito's own arithmetic; only the constructor's AWS client is left out."""

    def __init__(self, username: str, password: str) -> None:
        super().__init__(username, password, POOL_ID, "client", client=object())

    def answer(self, username: str, salt: bytes, server_public: int, secret_block: bytes) -> dict[str, str]:
        challenge = {
            "USERNAME": username,
            "USER_ID_FOR_SRP": username,
            "SALT": srp.salt_hex(salt),
            "SRP_B": f"{server_public:x}",
            "SECRET_BLOCK": base64.b64encode(secret_block).decode(),
        }
        answer: dict[str, str] = self.process_challenge(challenge, {"USERNAME": username})
        return answer


def _sign_in(client: Client, username: str, salt: bytes, verifier: bytes) -> None:
    """Go through one exchange; raises SrpError if the server refuses it."""
    server = srp.begin(verifier)
    block = random.randbytes(64)
    answer = client.answer(username, salt, server.public, block)
    key = srp.session_key(verifier, server, client.get_auth_params()["SRP_A"])
    signature = base64.b64decode(answer["PASSWORD_CLAIM_SIGNATURE"])
    srp.verify_claim(key, POOL_NAME, username, block, answer["TIMESTAMP"], signature=signature)


@pytest.fixture
def quick_client(monkeypatch: pytest.MonkeyPatch) -> None:
    # The client's own code, with GMP instead of Python's pow, which takes 0.1 s a user.
    monkeypatch.setattr(aws_srp, "pow", lambda b, e, m: int(gmpy2.powmod(b, e, m)), raising=False)


pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")


def test_the_prime_is_that_of_rfc_3526_and_is_safe() -> None:
    with gmpy2.context(precision=GROUP["bits"] + 64):
        pi_bits = int(gmpy2.floor(gmpy2.const_pi() * gmpy2.mpz(2) ** GROUP["fraction_bits"]))
    bits = GROUP["bits"]
    assert 2**bits - 2 ** (bits - 64) - 1 + 2**64 * (pi_bits + GROUP["addend"]) == srp.N
    assert gmpy2.is_prime(srp.N, 8)
    assert gmpy2.is_prime((srp.N - 1) // 2, 8)
    assert GROUP["generator"] == srp.G


def test_the_multiplier_is_the_one_that_clients_compute() -> None:
    assert Client("alice", "Passw0rd!").val_k == srp.K


@pytest.mark.parametrize(
    ("number", "padded"), [(0, "00"), (1, "01"), (0x7F, "7f"), (0x80, "0080"), (0x123, "0123"), (0x8001, "008001")]
)
def test_numbers_are_padded_as_positive_twos_complement(number: int, padded: str) -> None:
    assert padded == srp.pad_hex(number)
    assert aws_srp.pad_hex(number) in {padded, padded[1:]}


def test_an_unmodified_client_signs_in() -> None:
    for username, password in (("alice", "Passw0rd!"), ("zoë", "pässwörd 🔑")):
        salt = srp.new_salt()
        _sign_in(Client(username, password), username, salt, srp.verifier_of(POOL_NAME, username, password, salt))


@pytest.mark.usefixtures("quick_client")
def test_two_hundred_random_users_sign_in_and_none_with_another_password() -> None:
    for number in range(200):
        username, password = f"user{number}", random.randbytes(12).hex()
        salt = srp.new_salt()
        verifier = srp.verifier_of(POOL_NAME, username, password, salt)
        _sign_in(Client(username, password), username, salt, verifier)
        if number % 4 == 0:
            with pytest.raises(SrpError):
                _sign_in(Client(username, password + "x"), username, salt, verifier)


@pytest.mark.usefixtures("quick_client")
@pytest.mark.parametrize("salt_text", SALTS)
def test_salts_with_zero_bytes_in_front_and_high_bits_agree_with_the_client(salt_text: str) -> None:
    salt = bytes.fromhex(salt_text)
    _sign_in(Client("alice", "Passw0rd!"), "alice", salt, srp.verifier_of(POOL_NAME, "alice", "Passw0rd!", salt))


@pytest.mark.usefixtures("quick_client")
def test_public_values_with_zero_bytes_in_front_and_high_bits_agree_with_the_client() -> None:
    salt = srp.new_salt()
    verifier = srp.verifier_of(POOL_NAME, "alice", "Passw0rd!", salt)
    lengths = set()
    for _ in range(200):
        client = Client("alice", "Passw0rd!")
        # A small exponent makes an A far shorter than N, and of any first byte.
        client.small_a_value = random.randrange(256, 3000)
        client.large_a_value = client.calculate_a()
        lengths.add(len(client.get_auth_params()["SRP_A"]) % 2)
        _sign_in(client, "alice", salt, verifier)
    assert {0, 1} == lengths


@settings(max_examples=40, deadline=None)
@given(st.text(min_size=1, max_size=40), st.text(min_size=1, max_size=40), st.text(min_size=1, max_size=20))
def test_a_wrong_password_never_verifies(password: str, other: str, username: str) -> None:
    salt = srp.new_salt()
    verifier = srp.verifier_of(POOL_NAME, username, password, salt)
    srp.verify_password(POOL_NAME, username, password, salt, verifier)
    if other != password:
        with pytest.raises(SrpError):
            srp.verify_password(POOL_NAME, username, other, salt, verifier)


def test_a_verifier_holds_for_one_pool_one_user_and_one_salt() -> None:
    salt = srp.new_salt()
    verifier = srp.verifier_of(POOL_NAME, "alice", "Passw0rd!", salt)
    assert len(verifier) == 384
    for pool_name, username, other_salt in (
        ("Other1234", "alice", salt),
        (POOL_NAME, "bob", salt),
        (POOL_NAME, "alice", b"s"),
    ):
        with pytest.raises(SrpError):
            srp.verify_password(pool_name, username, "Passw0rd!", other_salt, verifier)


@pytest.mark.parametrize("multiple", [0, 1, 2])
def test_a_public_value_that_is_zero_modulo_the_prime_is_refused(multiple: int) -> None:
    verifier = srp.fake_verifier(b"seed")
    server = srp.begin(verifier)
    for text in (f"{multiple * srp.N:x}", f"{multiple * srp.N:X}", f"00{multiple * srp.N:x}"):
        with pytest.raises(SrpError):
            srp.parse_public(text)
        with pytest.raises(SrpError):
            srp.session_key(verifier, server, text)


@pytest.mark.parametrize("text", ["", "0x12", "12 ", " 12", "-12", "+12", "1_2", "xyz", "١٢", "12\n", "1" * 771])
def test_a_public_value_that_is_not_hex_of_the_groups_size_is_refused(text: str) -> None:
    with pytest.raises(SrpError):
        srp.parse_public(text)


def test_a_public_value_may_be_as_long_as_the_prime_with_its_sign_byte() -> None:
    assert srp.parse_public(f"00{srp.N - 1:x}") == srp.N - 1
    assert srp.parse_public("aB") == 0xAB


def test_an_endless_public_value_costs_nothing() -> None:
    text = "a" * 200_000_000
    began = time.process_time()
    with pytest.raises(SrpError):
        srp.parse_public(text)
    assert time.process_time() - began < 0.05


def test_each_exchange_has_its_own_keys_and_does_not_show_them() -> None:
    verifier = srp.fake_verifier(b"seed")
    exchanges = [srp.begin(verifier) for _ in range(20)]
    assert len({exchange.public for exchange in exchanges}) == 20
    assert all(0 < exchange.public < srp.N and len(exchange.private) == 32 for exchange in exchanges)
    assert repr(exchanges[0].private) not in repr(exchanges[0])


@pytest.mark.parametrize("verifier", [b"", bytes(384), b"\xff" * 384, b"\xff" * 400])
def test_bytes_that_are_no_member_of_the_group_are_no_verifier(verifier: bytes) -> None:
    with pytest.raises(SrpError):
        srp.begin(verifier)


def test_a_fake_verifier_is_steady_and_looks_like_a_real_one() -> None:
    fakes = {srp.fake_verifier(random.randbytes(32)) for _ in range(50)}
    assert len(fakes) == 50
    assert srp.fake_verifier(b"seed") == srp.fake_verifier(b"seed")
    for fake in fakes:
        assert len(fake) == 384
        assert gmpy2.legendre(int.from_bytes(fake), srp.N) == 1
    assert gmpy2.legendre(srp.G, srp.N) == 1


def test_salts_are_sixteen_bytes_and_never_begin_with_zero() -> None:
    drawn = {srp.new_salt() for _ in range(2000)}
    fakes = {srp.fake_salt(number.to_bytes(4)) for number in range(2000)}
    assert len(drawn) == 2000
    assert all(len(salt) == 16 and salt[0] for salt in drawn | fakes)
    assert srp.fake_salt(b"seed") == srp.fake_salt(b"seed")


@pytest.mark.usefixtures("quick_client")
def test_a_client_of_a_fake_user_is_refused_by_the_claim_and_not_earlier() -> None:
    with pytest.raises(SrpError, match="claim"):
        _sign_in(Client("ghost", "Passw0rd!"), "ghost", srp.fake_salt(b"seed"), srp.fake_verifier(b"seed"))


@pytest.mark.parametrize(
    "said",
    [
        ("Ab12Cd34Ex", "alice", b"block", "Tue Sep 5 09:03:07 UTC 2026"),
        (POOL_NAME, "alicex", b"block", "Tue Sep 5 09:03:07 UTC 2026"),
        (POOL_NAME, "alice", b"blockx", "Tue Sep 5 09:03:07 UTC 2026"),
        (POOL_NAME, "alice", b"block", "Tue Sep 5 09:03:08 UTC 2026"),
    ],
)
def test_a_claim_holds_for_exactly_what_was_signed(said: tuple[str, str, bytes, str]) -> None:
    signed = (POOL_NAME, "alice", b"block", "Tue Sep 5 09:03:07 UTC 2026")
    signature = srp.claim_signature(b"k" * 16, *signed)
    srp.verify_claim(b"k" * 16, *signed, signature=signature)
    with pytest.raises(SrpError):
        srp.verify_claim(b"k" * 16, *said, signature=signature)
    with pytest.raises(SrpError):
        srp.verify_claim(b"j" * 16, *signed, signature=signature)


@pytest.mark.parametrize(
    "text", ["Tue Sep 5 09:03:07 UTC 2026", "Sat Sep 05 09:03:07 UTC 2026"], ids=["plain", "zero-padded"]
)
def test_a_timestamp_is_read_in_milliseconds(text: str) -> None:
    assert srp.parse_timestamp(text) == 1788598987000


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Sat Feb 30 09:03:07 UTC 2026",
        "Sat Sep 5 24:00:00 UTC 2026",
        "Sat Sep 5 09:03:07 GMT 2026",
        "Sam Sep 5 09:03:07 UTC 2026",
        "Sat Sept 5 09:03:07 UTC 2026",
        "Sat Sep  5 09:03:07 UTC 2026",
        "Sat Sep 5 9:03:07 UTC 2026",
        "Sat Sep 5 09:03:07 UTC 2026\n",
        "Sat Sep \u0665 09:03:07 UTC 2026",
        "Sat Jan 1 00:00:00 UTC 0000",
    ],
)
def test_any_other_form_of_timestamp_is_refused(text: str) -> None:
    with pytest.raises(SrpError):
        srp.parse_timestamp(text)
