"""Processes that collect several logs, judge and roll up, each until it dies at a call drawn from a seed.

Every service's clock goes on, ours may be ten minutes wrong; records come late, out of order and twice.
"""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any, cast

import msgspec
from msgspec.structs import replace as with_fields

from local.records.unified_audit_log import as_unified_audit
from shared.bootstrap import Application
from shared.domain.activities import Activity
from shared.domain.app_references import AppReference
from shared.domain.events import Event, Source
from shared.domain.streams import STREAMS, Family, Stream
from shared.pipeline.activity.roll_up import roll_up
from shared.pipeline.collection.collect_logs import collect_logs
from shared.pipeline.detection.evaluate import evaluate
from shared.pipeline.services import Services
from shared.storage.fact_claims import TableFactClaims
from tests.domain.findings import event
from tests.pipeline.collection.log import ScriptedLog
from tests.pipeline.faults import Death, Died, DyingPort, dying

START = datetime.fromisoformat("2026-03-02T09:00:00+00:00")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
_RUNS_AFTER = (HOUR, 2 * HOUR, 4 * HOUR, 11 * HOUR)
"""The last one looks back as far as the latest record was late."""
APPS = ("11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222")
AUDITS, MAIL = Stream.DIRECTORY_AUDITS, Stream.EXCHANGE_AUDITS
MOST_CALLS = 100
"""About as many as a run makes that has something to do."""
_PORTS = (
    *("claims", "app_requests", "watch", "facts"),
    *("event_archive", "changed_hours", "roll_ups", "baselines", "timelines"),
)


def logs_of_the_tenant() -> dict[Stream, ScriptedLog]:
    """Two logs of some records, each readable at once or up to two hours later; one of them tells twice."""
    random = Random(1)
    logs = {stream: ScriptedLog(START, page_size=3) for stream in (AUDITS, MAIL)}
    for number in range(8):
        changed = event(f"change {number}", random.randrange(120), of=AppReference(app_id=random.choice(APPS)))
        _add(logs[AUDITS], changed, random)
        _add(logs[MAIL], _read_mail(number, random), random)
    logs[MAIL].entries.append(logs[MAIL].entries[0])
    return logs


def _add(log: ScriptedLog, one: Event, random: Random) -> None:
    assert one.time is not None
    published = one.time + random.choice((timedelta(0), 5 * MINUTE, 100 * MINUTE))
    if one.source is Source.DIRECTORY_AUDITS:
        log.add(one, published)
    else:
        log.entries.append((one.time, published, msgspec.json.encode(as_unified_audit(one))))


def _read_mail(number: int, random: Random) -> Event:
    known = event(f"read {number}", random.randrange(120), of=AppReference(app_id=random.choice(APPS)))
    return with_fields(
        known,
        source=Source.UNIFIED_AUDIT_LOG,
        activity=Activity.MAIL_ACCESSED,
        operation="MailItemsAccessed",
        mailbox=f"box {number}",
        item_count=2,
        credentials_added=(),
        changes=(),
    )


@dataclass
class Lives:
    """One storage, on which one process after another takes up what the last one left."""

    application: Application
    logs: dict[Stream, ScriptedLog]
    random: Random
    deaths: int = 0

    async def live(self, *, mortal: bool) -> None:
        """A run whenever there is more to find; a mortal one may die, and another goes on after its claims are over."""
        for after in _RUNS_AFTER:
            now = START + after
            if mortal:
                skew = self.random.choice((-10, 0, 10)) * MINUTE
                at = self.random.randint(1, MOST_CALLS)
                await self._run(now, skew, Death(at=at, after=self.random.random() < 0.5))
                now += 25 * MINUTE
            await self._run(now, timedelta(0), Death())

    async def _run(self, now: datetime, skew: timedelta, death: Death) -> None:
        for log in self.logs.values():
            log.now = now
        try:
            await self._work(self._mortal(death), now + skew)
        except Died:
            self.deaths += 1

    async def _work(self, services: Services, now: datetime) -> None:
        for family in (Family.REPORTS, Family.OFFICE):
            await collect_logs(services, family, now, lambda: 0)
        async for chunk in services.ledger.waiting():
            await evaluate(services, chunk.source, chunk.sequence, now)
        await roll_up(services, now, lambda: 0)

    def _mortal(self, death: Death) -> Services:
        services = replace(self.application.services, facts=TableFactClaims(self.application.connection))
        wrapped = {name: cast(Any, DyingPort(getattr(services, name), name, death)) for name in _PORTS}
        logs = {stream: cast(Any, DyingPort(log, "logs", death)) for stream, log in self.logs.items()}
        return replace(dying(services, death), **wrapped, logs=logs)


async def outcome(lives: Lives) -> dict[str, Any]:
    """What archive, ledger and roll-ups hold in the end, apart from which chunks and passes it came by."""
    services, now = lives.application.services, START + 12 * HOUR
    hours = [START + back * HOUR for back in range(3)]
    archived = Counter[str]()
    for stream in STREAMS:
        for hour in hours:
            async for some in services.event_archive.of_hour(stream, hour):
                archived.update(f"{stream} {one.event.id}" for one in some)
    coverage = {one.source: one for one in await services.ledger.coverage(now, 24)}
    return {
        "archived": archived,
        "ledger": {
            source: (one.events, one.waiting, [(hour.hour, hour.events) for hour in one.hours if hour.events])
            for source, one in coverage.items()
        },
        "rolled up": {
            app_id: {(use.hour, use.stream): use.use for use in await services.roll_ups.hours(app_id, START, now)}
            for app_id in APPS
        },
    }


def differences(expected: dict[str, Any], found: dict[str, Any]) -> int:
    """How many events are missing or there twice, hours of the ledger and of apps that are otherwise included."""
    archived: Counter[str] = (expected["archived"] - found["archived"]) + (found["archived"] - expected["archived"])
    return archived.total() + sum(int(expected[part] != found[part]) for part in ("ledger", "rolled up"))


async def undisturbed(application: Application) -> dict[str, Any]:
    """What is there in the end where nothing dies and our clock is right."""
    lives = Lives(application, logs_of_the_tenant(), Random(0))
    await lives.live(mortal=False)
    found = await outcome(lives)
    assert found["archived"].total() == 16
    assert all(found["rolled up"].values())
    return found


async def mortal(application: Application, seed: int) -> tuple[dict[str, Any], int]:
    """What is there in the end all the same, and how many died."""
    lives = Lives(application, logs_of_the_tenant(), Random(seed))
    await lives.live(mortal=True)
    return await outcome(lives), lives.deaths
