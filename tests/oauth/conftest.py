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
