"""What tests of the pages have in common."""

import pytest


@pytest.fixture(params=["sqlite"])
def engine(request: pytest.FixtureRequest) -> str:
    """
    One engine: what pages show hangs on none.

    What is raced, spent once or read by SQL of its own runs on each, by `parametrize("engine", EVERY_ENGINE, indirect=True)`.
    """
    name: str = request.param
    return name
