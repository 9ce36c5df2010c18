"""Fixtures for every test: one real storage emulator per worker, and names of their own for each test."""

import re
from collections.abc import Callable, Iterator
from uuid import uuid4

import hypothesis
import pytest

from local.azurite import Azurite
from local.promises.promises import ROOT, figures_of, load_themes
from tests.promises.recorder import MEASURED, Recorder

# A busy machine is no failure of the code: examples have no time limit. All else is as Hypothesis chose it
# for this machine (where CI is set: the same examples in every run).
hypothesis.settings.register_profile("unhurried", parent=hypothesis.settings(), deadline=None)
hypothesis.settings.load_profile("unhurried")


type RecordFigure = Callable[[str, str, float], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--record-figures",
        action="store_true",
        help="run only tests that show a promise, and write their figures into local/promises/recorded.json",
    )


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--record-figures"):
        config.pluginmanager.register(Recorder())


@pytest.fixture(scope="session")
def azurite() -> Iterator[Azurite]:
    """One Azurite, in memory, for all tests of a worker process."""
    with Azurite.start() as running:
        yield running


@pytest.fixture(scope="session")
def connection_string(azurite: Azurite) -> str:
    """The connection string of the worker's Azurite, for its tables, queues and blobs."""
    return azurite.connection_string


@pytest.fixture
def unique() -> Callable[[str], str]:
    """A new storage name at each call, so that tests share an Azurite but no table, queue or container.

    The name starts with the given stem (a letter, then letters and digits, at most 50) and holds lower-case
    letters and digits only, which tables, queues and containers all accept.
    """

    def new_name(stem: str) -> str:
        assert re.fullmatch(r"[a-z][a-z0-9]{0,49}", stem), f"not a stem of a storage name: {stem!r}"
        return f"{stem}{uuid4().hex[:12]}"

    return new_name


@pytest.fixture
def record_figure(request: pytest.FixtureRequest, record_property: Callable[[str, object], None]) -> RecordFigure:
    """Shows a promise: ``record_figure("R1", "alerts lost", 0)`` fails where the figure breaks its bound.

    Promise and name are those of ``local/promises/promises.yaml``, written out, and the file is the one named there.
    A count with a least value may come from many tests: only all of them together are held to it.
    """
    known = figures_of(load_themes())

    def record(promise: str, name: str, value: float) -> None:
        figure = known[promise, name]
        assert request.path == ROOT / figure.test, f"{figure.test} is to record it"
        is_part_of_a_sum = not figure.unit and figure.most is None
        assert is_part_of_a_sum or figure.holds(value), f"{promise}, {name}: {value}; must be {figure.target}"
        record_property(MEASURED, [promise, name, value])

    return record
