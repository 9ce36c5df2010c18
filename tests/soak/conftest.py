"""Long runs show their figures as they go."""

import sys
from collections.abc import Callable

import pytest

from shared.bootstrap import Application
from tests.pipeline.conftest import Start, start

__all__ = ["start"]


@pytest.fixture
def show(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Writes a line past pytest's capture."""

    def write(line: str) -> None:
        with capsys.disabled():
            sys.stdout.write(f"\n{line}\n")
            sys.stdout.flush()

    return write


@pytest.fixture
async def application(start: Start, unique: Callable[[str], str]) -> Application:
    return start(unique("s"))
