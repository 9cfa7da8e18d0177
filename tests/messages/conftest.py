"""A real mail server, a real HTTP receiver and a throwaway authority, all on loopback."""

import asyncio
import datetime as dt
import http.server
import ipaddress
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class Authority:
    """Where a server's chain lies, and the authority that vouches for it."""

    ca: Path
    chain: Path

    def server_context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.chain)
        return context


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """An authority of one day and a certificate of it for 127.0.0.1."""
    folder = tmp_path_factory.mktemp("authority")
    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Throwaway authority")])
    now = dt.datetime.now(dt.UTC)

    def begun(name: x509.Name, public: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        builder = x509.CertificateBuilder(issuer, name, public, x509.random_serial_number())
        return builder.not_valid_before(now - dt.timedelta(hours=1)).not_valid_after(now + dt.timedelta(days=1))

    key_id = x509.SubjectKeyIdentifier.from_public_key(ca_key.public_key())
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
    ca = begun(issuer, ca_key.public_key()).add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    ca_certificate = (
        ca.add_extension(key_id, critical=False).add_extension(usage, critical=True).sign(ca_key, hashes.SHA256())
    )
    leaf = begun(x509.Name([]), key.public_key()).add_extension(
        x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=True
    )
    issued_by = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(key_id)
    certificate = leaf.add_extension(issued_by, critical=False).sign(ca_key, hashes.SHA256())
    pem = serialization.Encoding.PEM
    (folder / "ca.pem").write_bytes(ca_certificate.public_bytes(pem))
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "chain.pem").write_bytes(private + certificate.public_bytes(pem))
    return Authority(folder / "ca.pem", folder / "chain.pem")


@dataclass
class MailServer:
    """What arrived, and what to answer."""

    port: int = 0
    envelopes: list[Envelope] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    signed_in: list[bool | None] = field(default_factory=list)
    rcpt_answer: str = "250 OK"
    data_answer: str = "250 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.rcpt_answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return self.rcpt_answer

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        self.envelopes.append(envelope)
        self.encrypted.append(session.ssl is not None)
        self.signed_in.append(session.authenticated)
        return self.data_answer


StartMail = Callable[..., MailServer]


def _signs_in(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any) -> AuthResult:
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (b"mailer", b"p@ss/word")
    return AuthResult(success=right, handled=False)


@pytest.fixture
def start_mail() -> Iterator[StartMail]:
    """Start mail servers: `implicit` is a TLS context from the first byte, the rest is aiosmtpd's."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    servers: list[asyncio.Server] = []

    def start(*, implicit: ssl.SSLContext | None = None, sign_in: bool = False, **options: Any) -> MailServer:
        sink = MailServer()

        def session() -> SMTP:
            authenticator = _signs_in if sign_in else None
            return SMTP(
                sink,
                hostname="sink.example",
                loop=loop,
                authenticator=authenticator,
                auth_required=sign_in and implicit is None,
                auth_require_tls=implicit is None and "tls_context" in options,
                **options,
            )

        listening = loop.create_server(session, "127.0.0.1", 0, ssl=implicit)
        server = asyncio.run_coroutine_threadsafe(listening, loop).result(10)
        servers.append(server)
        sink.port = server.sockets[0].getsockname()[1]
        return sink

    yield start

    async def close() -> None:
        for server in servers:
            server.close()
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)

    asyncio.run_coroutine_threadsafe(close(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)
    loop.close()


@dataclass
class Receiver:
    """An HTTP receiver: what it got, and what it answers."""

    url: str = ""
    status: int = 204
    requests: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A running HTTP receiver."""
    state = Receiver()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            state.requests.append((self.path, headers, body))
            self.send_response(state.status)
            if state.status // 100 == 3:
                self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{server.server_port}/sms?key=t0ken"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield state
    server.shutdown()
    thread.join(10)
    server.server_close()
