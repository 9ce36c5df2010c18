"""A process of a watched tenant: real storage, a scripted audit log, a directory that can be asked for apps."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

import pytest

from shared.bootstrap import Application
from shared.domain.streams import Stream
from shared.pipeline.services import Services
from shared.storage.apps import TableApps
from shared.storage.parked import TableParkedEvents
from tests.pipeline.collection.directory import Directory
from tests.pipeline.collection.log import ScriptedLog
from tests.pipeline.conftest import Start
from tests.pipeline.worker import NOW


def watching(application: Application, log: ScriptedLog, directory: Directory | None = None) -> Services:
    """The services of a process to which this is the tenant."""
    services = replace(
        application.services,
        logs={Stream.DIRECTORY_AUDITS: log},
        parked=TableParkedEvents(application.connection),
    )
    if directory is None:
        return services
    directory.services, directory.stored = services, TableApps(application.connection)
    # Of what the inventory is asked, judging only wants apps.
    return replace(services, refresh=directory.refresh, app_requests=cast(Any, directory))


@pytest.fixture
def log() -> ScriptedLog:
    return ScriptedLog(NOW)


@pytest.fixture
def directory() -> Directory:
    return Directory()


@pytest.fixture
def application(start: Start, unique: Callable[[str], str]) -> Application:
    return start(unique("a"))


@pytest.fixture
def services(application: Application, log: ScriptedLog) -> Services:
    return watching(application, log)


@pytest.fixture
def connected(application: Application, log: ScriptedLog, directory: Directory) -> Services:
    """With a directory too."""
    return watching(application, log, directory)
