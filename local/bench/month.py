"""What a month costs: every timer is run, its time and memory are taken, and the price formula does the rest."""

import asyncio
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import function_app
from local.azurite import Azurite
from local.bench.audit_records import audit_lines
from local.bench.child import measured_by, settings_for
from local.bench.one_function import Ran
from local.bench.price import DAYS, Runs, chunks_a_month, dollars, reading_seconds
from local.bench.results import Better, Judged, Result
from local.host.identity.personas import TENANT_ID
from local.host.timers.schedules import parse_schedule
from local.tenant.directory.clock import SystemClock
from local.tenant.directory.generate import generate
from local.tenant.identities import own_identities
from local.tenant.server import serve
from shared.domain.streams import STREAMS, Stream

_ROOT = Path(__file__).resolve().parents[2]
EVENTS = 9_000_000
DEFAULT = {
    Stream.DIRECTORY_AUDITS: 300_000,
    Stream.SERVICE_PRINCIPAL_SIGN_INS: 6_000_000,
    Stream.MANAGED_IDENTITY_SIGN_INS: 2_700_000,
}
"""Events a month of the streams that are read unless set otherwise: a tenant of some ten thousand users."""
SIZES = (512, 2048)
_HTTP, _HTTP_SECONDS = 50_000, 0.2
_REPORTS = "timer_collect_reports"
_QUEUES = ("queue_evaluate", "queue_settle", "queue_evaluate_apps")
_AUDITS = 1000


def measure_month(apps: int) -> list[Result]:
    """Two minutes for 2,000 apps: all timers and queue functions, each in a process of its own."""
    with Azurite.start() as azurite:
        ran = asyncio.run(_run_all(azurite.connection_string, apps))
    for name, each in ran.items():
        print(
            f"{name}: {each.longest:.1f} s at most, {each.seconds:.1f} s the last time ({each.worked:.2f} s of "
            f"processor time); {each.megabytes:.0f} MB, {each.imported_megabytes:.0f} MB of them after import."
        )
    runs = month_of(ran, DEFAULT)
    billed = sum(one.billed_seconds for one in runs)
    for one in sorted(runs, key=lambda one: -one.billed_seconds)[:8]:
        print(f"month: {one.function} {one.times:,.0f} times, {one.billed_seconds / billed:.0%} of the billed seconds.")
    return [
        *(_price(runs, megabytes) for megabytes in SIZES),
        Result(
            name="memory of the function that takes most",
            figure=max(each.megabytes for each in ran.values()),
            unit="MB",
            aim=250,
            better=Better.LOWER,
            judged=Judged.BY_AIM,
        ),
    ]


def month_of(ran: Mapping[str, Ran], events: Mapping[Stream, int]) -> list[Runs]:
    """Of logs that are read with the reports of use; a chunk of theirs is judged by one message."""
    reading = reading_seconds([(STREAMS[stream].schedule, count) for stream, count in events.items()], 1)
    chunks = sum(chunks_a_month(count, 1) for count in events.values())
    timers = {name: times for name, times in schedules().items() if not _is_idle(name, events)}
    runs = [
        Runs(function=name, times=times, seconds=ran[name].seconds)
        for name, times in timers.items()
        if name != _REPORTS
    ]
    reports = Runs(function=_REPORTS, times=timers[_REPORTS], seconds=reading / timers[_REPORTS])
    judging = Runs(function="queue_evaluate", times=chunks, seconds=ran["queue_evaluate"].seconds)
    return [*runs, reports, judging, Runs(function="HTTP", times=_HTTP, seconds=_HTTP_SECONDS)]


def _is_idle(name: str, events: Mapping[Stream, int]) -> bool:
    """Whether it is the timer of logs that are off: the deployment disables those."""
    sources = json.loads((_ROOT / "infra" / "sources.json").read_text(encoding="utf-8"))["timers"]
    return name in sources and not set(sources[name]) & {*events}


@cache
def schedules() -> dict[str, int]:
    """How often each timer runs in a month. Cached: an app lists its functions only once."""
    found = {}
    for function in function_app.app.get_functions():
        trigger = function.get_trigger()
        told = trigger.get_dict_repr() if trigger else {}
        if told.get("type") == "timerTrigger":
            found[str(function.get_function_name())] = _times(str(told["schedule"]))
    return found


def _times(schedule: str) -> int:
    """By a day of them: all run alike every day."""
    parsed, day = parse_schedule(schedule), datetime(2026, 1, 1, tzinfo=UTC)
    moment, times = parsed.next_after(day - timedelta(seconds=1)), 0
    while moment < day + timedelta(days=1):
        moment, times = parsed.next_after(moment), times + 1
    return times * DAYS


def _price(runs: list[Runs], megabytes: int) -> Result:
    return Result(
        name=f"compute of a month of {EVENTS:,} events, {megabytes} MB instances",
        figure=max(dollars(runs, megabytes), 0.01),
        unit="USD",
        aim=10,
        better=Better.LOWER,
        judged=Judged.NOT,
    )


async def _run_all(connection_string: str, apps: int) -> dict[str, Ran]:
    tenant = generate(seed=1, apps=apps, tenant_id=TENANT_ID, clock=SystemClock())
    for line in audit_lines(_AUDITS, datetime.now(UTC) - timedelta(minutes=15)):
        record = json.loads(line)
        tenant.audits.emit(record, datetime.fromisoformat(record["activityDateTime"]))
    async with serve(tenant, own_identities(tenant)) as server:
        settings = settings_for(connection_string, server)
        # What reads comes before what works with what was read.
        names = sorted(schedules(), key=lambda name: not name.startswith("timer_collect"))
        ran = {}
        for name in (*names, *_QUEUES):
            ran[name] = await measured_by(Ran, "local.bench.one_function", name, settings=settings)
    return ran
