"""Fixtures for every test: one real storage emulator per worker, and names of their own for each test."""

import re
from collections.abc import Callable, Iterator
from uuid import uuid4

import hypothesis
import pytest

from local.azurite import Azurite

# A busy machine is no failure of the code: examples have no time limit. All else is as Hypothesis chose it
# for this machine (where CI is set: the same examples in every run).
hypothesis.settings.register_profile("unhurried", parent=hypothesis.settings(), deadline=None)
hypothesis.settings.load_profile("unhurried")


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
