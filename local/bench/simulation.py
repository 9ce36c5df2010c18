"""How long a simulation of 30 days takes, with how much memory, for a policy on much and for one on little.

Run as a program it simulates one of the policies over what was archived, and prints how it went.
"""

import asyncio
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from time import perf_counter, process_time
from uuid import NAMESPACE_OID, uuid5

import msgspec

from local.azurite import Azurite
from local.bench.application import running
from local.bench.child import measured_by, settings_for
from local.bench.peak_memory import peak_megabytes
from local.bench.results import Better, Judged, Result
from shared.bootstrap import application
from shared.domain.activities import Activity
from shared.domain.app_references import AppReference, Resolution
from shared.domain.events import Actor, ActorKind, Client, CredentialKind, Event, EventCredential, Source
from shared.domain.ledger import Chunk, ChunkState
from shared.domain.policy_book import PolicyBody
from shared.domain.roles import Caller
from shared.domain.streams import Stream
from shared.pipeline.governance.run_simulation import run_simulation
from shared.pipeline.governance.simulations import get_simulation, request_simulation
from shared.pipeline.services import Services

DAYS = 30
_NOW = datetime(2026, 11, 30, 23, 59, 59, tzinfo=UTC)
_HOURS = DAYS * 24
_RARE = 500
"""One event in so many is the rare one."""
_HITS = 1_000
"""One sign-in in so many comes from where the policy looks."""
_APPS = 300
_CHANGED_APPS = 3
_SECONDS = 10
_AGENT = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Safari/537.36"
_SIGN_INS: PolicyBody = {"kind": "event", "on": ["signIn"], "when": {"event.country": {"in": ["KP"]}}}
_CREDENTIALS: PolicyBody = {
    "kind": "window",
    "on": ["credential.added"],
    "by": ["app.appId"],
    "within": "1d",
    "having": {"count": "events", "ge": 2},
}
_BURSTS: PolicyBody = {
    "kind": "window",
    "on": ["signIn"],
    "when": {"event.country": {"in": ["KP"]}},
    "by": ["app.appId"],
    "within": "7d",
    "having": {"count": "events", "ge": 3},
}
_POLICIES = {"commonest": _SIGN_INS, "rare": _CREDENTIALS, "window": _BURSTS}
_STREAMS = {Source.SIGN_INS: Stream.SERVICE_PRINCIPAL_SIGN_INS, Source.DIRECTORY_AUDITS: Stream.DIRECTORY_AUDITS}


class Simulated(msgspec.Struct, frozen=True):
    seconds: float
    worked: float
    megabytes: float
    looked_at: int
    judged: int
    matches: int


def measure_simulation(events: int) -> list[Result]:
    """Some minutes for a million events. Raises RuntimeError where not all were looked at, or none matched."""
    with Azurite.start() as azurite:
        return asyncio.run(_measure(azurite.connection_string, events))


async def _measure(connection_string: str, events: int) -> list[Result]:
    async with running(connection_string) as app:
        await _archive(app.services, events // _HOURS)
    results = []
    for name in _POLICIES:
        found = await measured_by(Simulated, __spec__.name, name, settings=settings_for(connection_string))
        if found.looked_at != events // _HOURS * _HOURS or not found.matches:
            raise RuntimeError(f"{found.looked_at} of {events} events were looked at, and {found.matches} matched")
        print(
            f"simulation, policy on the {name} activity: {found.judged:,} of {found.looked_at:,} events judged in "
            f"{found.seconds:.1f} s ({found.worked:.1f} s of processor time) with {found.megabytes:.0f} MB at most; "
            f"{found.matches:,} matches."
        )
        results += _results(name, found)
    return results


def _results(name: str, found: Simulated) -> list[Result]:
    return [
        Result(
            name=f"simulation of {DAYS} days, {found.looked_at:,} events, {name} activity",
            figure=found.seconds,
            unit="s",
            aim=_SECONDS,
            better=Better.LOWER,
        ),
        Result(
            name=f"memory of a simulation, {name} activity",
            figure=found.megabytes,
            unit="MB",
            aim=250,
            better=Better.LOWER,
            judged=Judged.BY_AIM,
        ),
    ]


async def _archive(services: Services, of_hour: int) -> None:
    """Each hour a chunk of each stream, as collectors write them; whole days are compacted as every night."""
    for number in range(_HOURS):
        start = (_NOW - timedelta(hours=_HOURS - 1 - number)).replace(minute=0, second=0)
        of_streams = defaultdict[Stream, list[Event]](list)
        for event in _events(start, number * of_hour, of_hour):
            of_streams[_STREAMS[event.source]].append(event)
        for stream, events in of_streams.items():
            await _take_in(services, stream, start, events)
        if start.hour == 23 and start.date() < _NOW.date():
            for stream in _STREAMS.values():
                await services.event_archive.compact(stream, start.date())


async def _take_in(services: Services, stream: Stream, start: datetime, events: Sequence[Event]) -> None:
    cursor = await services.ledger.cursor(stream)
    sequence = cursor.next_sequence
    chunk = Chunk(
        source=stream,
        sequence=sequence,
        state=ChunkState.EVALUATED,
        rows=len(events),
        events=len(events),
        raw_path=await services.archive.write_raw(stream, sequence, start, [b"{}"]),
        events_path=await services.archive.write_events(stream, sequence, start, events),
        collected=start,
    )
    await services.ledger.commit(chunk, {each.id: each.time for each in events}, cursor, str(sequence))


def _events(start: datetime, first: int, count: int) -> Iterator[Event]:
    for place in range(count):
        number, time = first + place, start + timedelta(hours=1) * place / count
        yield _credential_added(number, time) if number % _RARE == 0 else _sign_in(number, time)


def _sign_in(number: int, time: datetime) -> Event:
    app = _app(number % _APPS)
    return Event(
        id=_id("sign-in", number),
        source=Source.SIGN_INS,
        activity=Activity.SIGN_IN,
        operation="Sign-in activity",
        time=time,
        correlation_id=_id("correlation", number),
        actor=Actor(kind=ActorKind.APP, id=app.service_principal_id, name=app.display_name, app=app),
        app=app,
        client=Client(
            ip_address=f"203.0.113.{number % 256}",
            country="KP" if number % _HITS == 1 else "NL",
            asn=64_500,
            user_agent=_AGENT,
        ),
        error_code=0,
        credential_key_id=_id("key", number % _APPS),
        credential_kind="clientSecret",
        sign_in_kind="servicePrincipal",
        token_id=_id("token", number),
    )


def _credential_added(number: int, time: datetime) -> Event:
    return Event(
        id=_id("audit", number),
        source=Source.DIRECTORY_AUDITS,
        activity=Activity.CREDENTIAL_ADDED,
        operation="Update application - Certificates and secrets management",
        time=time,
        actor=Actor(kind=ActorKind.USER, id=_id("user", number % 20), name=f"admin{number % 20}@contoso.example"),
        app=_app(number // _RARE % _CHANGED_APPS),
        credentials_added=(EventCredential(key_id=_id("key", number), kind=CredentialKind.SECRET),),
    )


def _app(number: int) -> AppReference:
    return AppReference(
        app_id=_id("app", number),
        service_principal_id=_id("service principal", number),
        display_name=f"Contoso Connector {number}",
        resolution=Resolution.RESOLVED,
    )


def _id(kind: str, number: int) -> str:
    return str(uuid5(NAMESPACE_OID, f"{kind} {number}"))


async def _simulate(name: str) -> Simulated:
    """As the queue function does it, by a clock that stands at the end of the archive."""
    app = application()
    caller = Caller(id="bench", name="bench", is_user=False, roles=frozenset())
    try:
        asked = await request_simulation(app.services, _POLICIES[name], DAYS, caller, _NOW)
        started, worked = perf_counter(), process_time()
        await run_simulation(app.services, asked.id, _NOW, lambda: _NOW + timedelta(seconds=perf_counter() - started))
        seconds, worked = perf_counter() - started, process_time() - worked
        simulation, result = await get_simulation(app.services, asked.id, _NOW)
    finally:
        await app.close()
    if result is None:
        raise RuntimeError(f"the simulation is {simulation.state}: {simulation.reason}")
    return Simulated(
        seconds, worked, peak_megabytes(), result.looked_at.events, result.looked_at.judged, result.matches
    )


if __name__ == "__main__":
    print(msgspec.json.encode(asyncio.run(_simulate(sys.argv[1]))).decode())
