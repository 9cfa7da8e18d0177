"""The fixtures that every test may ask for; what they are made of is in harness/."""

import gc
import itertools
import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from cenote.app import build_services, create_app
from cenote.base.settings import Settings, load
from cenote.crypto import jwt
from cenote.flows.deployment import prepare
from cenote.flows.services import Services
from cenote.storage.database import Database
from harness import aws_cli, memory, people, statements
from harness import server as servers
from harness.clock import FakeClock
from harness.databases import EVERY_ENGINE, Engines, is_ci
from harness.endpoint import ACCESS_KEY_ID, SECRET_ACCESS_KEY
from harness.in_process import URL, InProcess, signing_time

MASTER_KEY = "5e" * 32


def pytest_configure() -> None:
    """Keep the AWS configuration of whoever runs the tests, and their own Cenote, out of the tests; and save what costs most time."""
    for key in [key for key in os.environ if key.startswith(("AWS_", "CENOTE_"))]:
        del os.environ[key]
    memory.use_for_temporary_files()
    os.environ.update(
        AWS_EC2_METADATA_DISABLED="true", AWS_CONFIG_FILE=os.devnull, AWS_SHARED_CREDENTIALS_FILE=os.devnull
    )
    # Tests reach nobody but themselves: to read whom this machine trusts took 20 ms for each TLS context, two an application.
    os.environ.update(SSL_CERT_FILE=os.devnull, SSL_CERT_DIR=os.devnull)
    statements.share()
    # What is loaded stays: to look through it again and again for garbage was a sixth of the time.
    gc.set_threshold(50_000, 20, 50)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI nothing may be skipped: there a skipped test is a failed run."""
    reporter: Any = session.config.pluginmanager.get_plugin("terminalreporter")
    if is_ci() and reporter is not None and reporter.stats.get("skipped") and session.exitstatus == pytest.ExitCode.OK:
        reporter.write_line("In CI nothing may be skipped: this run has failed.", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def engines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engines]:
    """Every database engine, started when it is first needed."""
    every = Engines(tmp_path_factory.mktemp("engines"))
    yield every
    every.close()


@pytest.fixture(params=EVERY_ENGINE)
def engine(request: pytest.FixtureRequest) -> str:
    """The engine under test: `sqlite`, then `postgresql`."""
    name: str = request.param
    return name


@pytest.fixture
def database_url(engine: str, engines: Engines, tmp_path: Path) -> Iterator[str]:
    """The URL of a migrated database of this test's own."""
    with engines.get(engine).fresh(tmp_path) as url:
        yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A migrated database of this test's own."""
    opened = Database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def clock() -> FakeClock:
    """The test's own time."""
    return FakeClock()


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Development settings around the test's database."""
    chosen = {
        "data": str(tmp_path),
        "database_url": database_url,
        "mode": "development",
        "public_url": URL,
        "master_key": MASTER_KEY,
        "root_access_key_id": ACCESS_KEY_ID,
        "root_secret_access_key": SECRET_ACCESS_KEY,
    }
    return load({f"CENOTE_{name.upper()}": value for name, value in chosen.items()}, None)


@pytest.fixture(scope="session")
def drawn_keys() -> list[bytes]:
    """The signing keys that tests of this process have made so far."""
    return []


@pytest.fixture
def _signing_keys(drawn_keys: list[bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no two pools of a test have a key in common, but take those that earlier tests made: making one is slow."""
    places = itertools.count()
    make = jwt.new_signing_key

    def next_key() -> bytes:
        place = next(places)
        while len(drawn_keys) <= place:
            drawn_keys.append(make())
        return drawn_keys[place]

    monkeypatch.setattr(jwt, "new_signing_key", next_key)


@pytest.fixture
def services(settings: Settings, clock: FakeClock, _signing_keys: None) -> Iterator[Services]:
    """What flows are given, as app.py composes it, on the test's database and clock."""
    prepare(settings)
    built = build_services(settings, clock=clock)
    yield built
    built.database.close()


@pytest.fixture
def in_process(
    settings: Settings, services: Services, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[InProcess]:
    """The whole application without a socket, on the test's clock: what most tests of the AWS APIs want."""
    monkeypatch.setattr("botocore.auth.get_current_datetime", signing_time(clock))
    app = create_app(settings, services=services, strict=True)
    endpoint = InProcess(app, services, clock)
    yield endpoint
    endpoint.close()
    app.close()


@pytest.fixture
def pool(in_process: InProcess) -> people.Pool:
    """A pool with a client that allows password, SRP and refresh, in the application without a socket."""
    return people.make_pool(in_process)


@pytest.fixture(scope="session")
def running_servers(engines: Engines, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, servers.Server]]:
    """The servers that are up, by engine; `server` starts one when it is first needed."""
    with ExitStack() as up:
        yield _Servers(engines, tmp_path_factory, up)


@pytest.fixture(scope="session")
def aws_folder() -> Iterator[Path]:
    """A folder with the AWS CLI in it."""
    # A socket's name is short, and pytest's folders are deep.
    with TemporaryDirectory(prefix="aws-") as folder, aws_cli.installed(Path(folder)) as found:
        yield found


@pytest.fixture
def server(engine: str, running_servers: dict[str, servers.Server]) -> servers.Server:
    """
    A real `cenote serve` process, one for each engine, shared by all tests of a run.

    Each test makes its own pools. The server's clock is the machine's.
    """
    return running_servers[engine]


class _Servers(dict[str, servers.Server]):
    def __init__(self, engines: Engines, folders: pytest.TempPathFactory, up: ExitStack) -> None:
        super().__init__()
        self._engines, self._folders, self._up = engines, folders, up

    def __missing__(self, engine: str) -> servers.Server:
        folder = self._folders.mktemp(f"server-{engine}")
        url = self._up.enter_context(self._engines.get(engine).fresh(folder))
        self[engine] = self._up.enter_context(servers.running(folder, database_url=url))
        return self[engine]
