"""A collector that dies at any call to the outside, before or after it took effect, loses and doubles nothing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast

import pytest

from shared.bootstrap import Application
from shared.domain.app_references import AppReference
from shared.domain.streams import Family, Stream
from shared.pipeline.collection.collect_logs import collect_logs
from shared.pipeline.services import Services
from tests.domain.findings import START, event
from tests.pipeline.collection import lives
from tests.pipeline.collection.conftest import watching
from tests.pipeline.collection.directory import PAYROLL, SERVICE_PRINCIPAL, Directory
from tests.pipeline.collection.log import ScriptedLog
from tests.pipeline.conftest import Start
from tests.pipeline.faults import Death, Died, DyingPort, dying
from tests.pipeline.routes import Receiver, with_route
from tests.pipeline.snapshots import snapshot
from tests.pipeline.worker import NOW, work

HOURS = timedelta(hours=2)
OTHER = AppReference(service_principal_id="5f0e2a10-0000-4000-8000-000000000002", display_name="Other")
"""An app that the directory never tells of."""


OF_COLLECTING = ("logs", "claims", "parked", "app_requests", "watch", "ledger", "archive", "aliases")
"""The ports whose calls this is about; those of alerts and deliveries are killed elsewhere."""


READS = {
    "chunk",
    "counts",
    "cursor",
    "explaining",
    "first",
    "lookup",
    "page",
    "read_events",
    "seen",
    "state",
    "waiting",
}
"""To die after one of these is to die after the write before."""


def log_of_the_tenant() -> ScriptedLog:
    log = ScriptedLog(NOW, page_size=2)
    for number, app in enumerate((PAYROLL, OTHER, PAYROLL, PAYROLL, OTHER)):
        log.add(event(f"e{number}", number, of=app))
    return log


def mortal(services: Services, death: Death) -> Services:
    """As ``dying``, and with the ports that collecting and parking use."""
    names = ("claims", "parked", "app_requests", "watch")
    wrapped = {name: cast(Any, DyingPort(getattr(services, name), name, death)) for name in names}
    logs = {stream: cast(Any, DyingPort(reader, "logs", death)) for stream, reader in services.logs.items()}
    return replace(dying(services, death), **wrapped, logs=logs)


class Life:
    """A process from start to end, or to its death; the app arrives only after all events were parked."""

    def __init__(self) -> None:
        self.log = log_of_the_tenant()
        self.receiver = Receiver()

    async def live(self, application: Application, death: Death, now: datetime, tick: timedelta = HOURS) -> str | None:
        """Returns where it died, if it did. ``tick`` lets an hour pass in the second half, whatever was before."""
        directory = Directory()
        services = with_route(watching(application, self.log, directory), self.receiver)
        doomed = mortal(services, death)
        try:
            await collect_logs(doomed, Family.REPORTS, now, clock=lambda: 0)
            await work(application, doomed)
            directory.apps[SERVICE_PRINCIPAL] = "c0ffee00-0000-4000-8000-000000000001"
            await directory.teach(SERVICE_PRINCIPAL, now)
            await work(application, doomed, tick=tick)
        except Died as died:
            return str(died)
        return None


async def outcome(application: Application, life: Life) -> dict[str, Any]:
    """What readers can see, and what was told to whom."""
    services = watching(application, life.log)
    assert services.parked is not None
    [coverage] = await services.ledger.coverage(START, 1)
    return {
        **await snapshot(application),
        "parked": (await services.parked.counts())[Stream.DIRECTORY_AUDITS],
        "collected": (coverage.events, [hour.events for hour in coverage.hours]),
        "told": set(life.receiver.received),
    }


async def test_every_kind_of_death_is_survived(start: Start, unique: Callable[[str], str]) -> None:
    """Dies after the first call of every method of these ports that changes something outside."""
    calls, expected = await undisturbed(start, unique("r"))
    kinds = {name for name in calls if name.startswith(OF_COLLECTING) and name.partition(".")[2] not in READS}
    for at in sorted(calls.index(name) + 1 for name in kinds):
        await die_and_recover(start, unique("d"), Death(at=at, after=True), expected)


@pytest.mark.soak
async def test_every_single_call_may_be_the_last(start: Start, unique: Callable[[str], str]) -> None:
    calls, expected = await undisturbed(start, unique("r"))
    for at in range(1, len(calls) + 1):
        for after in (False, True):
            await die_and_recover(start, unique("d"), Death(at=at, after=after), expected)


async def undisturbed(start: Start, prefix: str) -> tuple[list[str], dict[str, Any]]:
    """The calls and the outcome of a life that nothing ends."""
    calls: list[str] = []
    life, application = Life(), start(prefix)
    assert await life.live(application, Death(log=calls), NOW) is None
    found = await outcome(application, life)
    assert found["collected"] == (5, [5])
    assert (found["parked"].waiting, found["parked"].judged_unresolved) == (0, 2)
    assert len(found["alerts"]) == 2
    assert {"parked.park", "parked.settle", "claims.claim", "logs.page", "app_requests.want"} <= set(calls)
    return calls, found


async def die_and_recover(start: Start, prefix: str, death: Death, expected: dict[str, Any]) -> None:
    life = Life()
    died = await life.live(start(prefix), death, NOW)
    assert died is not None
    recovered = start(prefix)
    assert await life.live(recovered, Death(), NOW + timedelta(minutes=6), 2 * HOURS) is None
    assert await outcome(recovered, life) == expected, f"died {died}"


async def test_collectors_that_die_anywhere_leave_what_one_that_lived_would_have(
    start: Start, unique: Callable[[str], str]
) -> None:
    """Archive, ledger and roll-ups of two logs, with our clock ten minutes wrong, late and repeated records."""
    expected, deaths = await lives.undisturbed(start(unique("u"))), 0
    for seed in range(3):
        found, died = await lives.mortal(start(unique("m")), seed)
        assert lives.differences(expected, found) == 0, f"seed {seed}: {found}, and not {expected}"
        deaths += died
    assert deaths > 0
