"""What tests of the operations have in common."""

import pytest


@pytest.fixture(params=["sqlite"])
def engine(request: pytest.FixtureRequest) -> str:
    """
    One engine: what operations say hangs on none.

    What is written, searched or raced for by SQL of its own runs on each, by `parametrize("engine", EVERY_ENGINE, indirect=True)`.
    """
    name: str = request.param
    return name
