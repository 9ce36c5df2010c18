"""Collects the figures that tests measured and writes them down at the end, from however many processes they came."""

from datetime import UTC, datetime

import pytest

from local.promises.check import FIXTURE
from local.promises.figures import Key, record, summed
from local.promises.promises import figures_of, load_themes

MEASURED = "figure of a promise"
"""The name of the property by which a figure travels with the report of its test."""


class Recorder:
    """A plugin of pytest. Under xdist every process has one; the one that started the others writes."""

    def __init__(self) -> None:
        self._measured: list[tuple[Key, float]] = []

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        showing = [item for item in items if FIXTURE in getattr(item, "fixturenames", ())]
        config.hook.pytest_deselected(items=[item for item in items if item not in showing])
        items[:] = showing

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" and report.passed:
            for name, told in report.user_properties:
                if name == MEASURED and isinstance(told, list):
                    promise, figure, value = told
                    self._measured.append(((promise, figure), value))

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self._measured and not hasattr(session.config, "workerinput"):
            known = figures_of(load_themes())
            record(known, summed(known, self._measured), datetime.now(UTC).date())
