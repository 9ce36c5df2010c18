"""A process that dies at any call to the outside, before or after it took effect: the same outcome, one effective
write for each remediation, and nothing is left open.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from inspect import iscoroutinefunction
from typing import Any, cast

import pytest

from shared.domain.history import first_broken
from shared.domain.remediation_records import RemediationQuery
from shared.pipeline.remediation.errors import NothingToUndo, RemediationActive
from shared.pipeline.remediation.list_remediations import list_remediations
from shared.pipeline.remediation.remediate import remediate
from shared.pipeline.remediation.services import RemediationServices
from tests.conftest import RecordFigure
from tests.pipeline.faults import Death, Died
from tests.pipeline.remediation.conftest import StartHost
from tests.pipeline.remediation.directory import Directory, principal
from tests.pipeline.remediation.work import NOW, ask, register, stored, undo

_PORTS = (
    "app_switch",
    "apps",
    "ceiling",
    "queue",
    "remediation_list",
    "remediation_writes",
    "remediations",
    "request_keys",
    "stop_switch",
)
_MINUTES = timedelta(minutes=6)
"""Longer than any claim."""


class _Dying:
    def __init__(self, port: object, name: str, death: Death) -> None:
        self._port, self._name, self._death = port, name, death

    def __getattr__(self, method: str) -> object:
        real = getattr(self._port, method)
        assert iscoroutinefunction(real)
        return lambda *args: self._death.around(f"{self._name}.{method}", lambda: real(*args))


def dying(services: RemediationServices, death: Death) -> RemediationServices:
    wrapped = {name: cast(Any, _Dying(getattr(services, name), name, death)) for name in _PORTS}
    return replace(services, **wrapped)


async def live(services: RemediationServices, now: datetime = NOW) -> None:
    """Disables the app and undoes it, as far as that is not done yet; repeats what a caller and the sweeper would."""
    try:
        disabled = (await ask(services, now=now, key="disable it")).remediation.id
    except RemediationActive as active:
        disabled = active.remediation_id
    now = await sweep(services, now)
    try:
        await undo(services, disabled, now)
    except (NothingToUndo, RemediationActive):
        assert (await stored(services, disabled)).undone_by is not None
    await sweep(services, now)


async def sweep(services: RemediationServices, now: datetime) -> datetime:
    for _ in range(30):
        waiting = await services.remediation_list.unfinished(now + timedelta(seconds=1))
        for remediation_id in waiting:
            await remediate(services, remediation_id, now)
        now += _MINUTES
        if not waiting:
            return now
    raise AssertionError("something is never finished")


async def test_the_first_call_of_each_kind_may_be_the_last(
    start_host: StartHost, directory: Directory, unique: Callable[[str], str], record_figure: RecordFigure
) -> None:
    log = await _calls(start_host(unique("u")))
    for at in sorted({log.index(name) + 1 for name in log}):
        await _die_and_recover(start_host, unique("d"), Death(at=at), directory)
        record_figure("R1", "calls of a remediation before or after which it ended", 1)


@pytest.mark.soak
@pytest.mark.parametrize("after", [False, True])
async def test_every_single_call_may_be_the_last(
    start_host: StartHost, directory: Directory, unique: Callable[[str], str], record_figure: RecordFigure, after: bool
) -> None:
    log = await _calls(start_host(unique("u")))
    # Each kind of call as often as there can be a difference: first, second and last.
    places = {place for name in set(log) for place in _places(log, name)}
    for at in sorted(places):
        await _die_and_recover(start_host, unique("d"), Death(at=at, after=after), directory)
        record_figure("R1", "calls of a remediation before or after which it ended", 1)


async def _calls(undisturbed: RemediationServices) -> list[str]:
    """All that a life which nothing disturbs asks of its ports."""
    log: list[str] = []
    await register(undisturbed)
    await live(dying(undisturbed, Death(log=log)))
    assert {name.partition(".")[0] for name in log} == set(_PORTS)
    return log


def _places(log: list[str], name: str) -> list[int]:
    found = [number for number, each in enumerate(log, start=1) if each == name]
    return [*found[:2], found[-1]]


async def _die_and_recover(start_host: StartHost, prefix: str, death: Death, directory: Directory) -> None:
    directory.held, directory.effects = principal(), []
    first = start_host(prefix)
    await register(first)
    died = ""
    try:
        await live(dying(first, death))
    except Died as end:
        died = str(end)
    assert died
    second = start_host(prefix)
    await live(second, NOW + timedelta(hours=1))
    assert directory.effects == [False, True], died
    assert directory.held == principal(), died
    page = await list_remediations(second, RemediationQuery(), 10, None)
    assert [one.status for one in page.remediations] == ["succeeded", "succeeded"], died
    undone, disabled = page.remediations
    assert (undone.undoes, disabled.undone_by) == (disabled.id, undone.id), died
    assert (disabled.enabled_before, disabled.changed) == (True, True), died
    assert await second.remediations.snapshot(disabled.id) == principal(), died
    for one in page.remediations:
        assert first_broken(await second.remediations.history(one.id)) is None, died
