"""What most tests of the endpoints start from."""

import pytest

from harness.hosted import App, make_app
from harness.in_process import InProcess
from harness.people import signed_up


@pytest.fixture
def app(in_process: InProcess) -> App:
    """A public client with the code flow, in a pool with a domain and a user."""
    made = make_app(in_process)
    signed_up(made.pool)
    return made


@pytest.fixture(params=["sqlite"])
def engine(request: pytest.FixtureRequest) -> str:
    """
    One engine: what endpoints say hangs on none.

    What is raced, spent once or read by SQL of its own runs on each, by `parametrize("engine", EVERY_ENGINE, indirect=True)`.
    """
    name: str = request.param
    return name
