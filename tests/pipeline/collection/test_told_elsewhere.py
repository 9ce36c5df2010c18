"""A fact that two logs tell is one event: whoever is first, and whatever dies in between."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest
from msgspec.structs import replace as with_fields

from local.records.unified_audit_log import as_unified_audit
from shared.bootstrap import Application, build
from shared.domain.events import Event
from shared.domain.ledger import ChunkState, SourceCoverage
from shared.domain.streams import Family, Stream
from shared.pipeline.collection.collect_logs import collect_logs
from shared.pipeline.services import Services
from shared.settings import read_settings
from shared.storage.fact_claims import TableFactClaims
from tests.domain.findings import event
from tests.pipeline.collection.directory import PAYROLL
from tests.pipeline.collection.log import ScriptedLog
from tests.pipeline.conftest import IDENTIFIERS
from tests.pipeline.faults import Death, Died, DyingPort
from tests.pipeline.worker import NOW

READER = "33333333-3333-4333-8333-333333333333"
GRAPH, OFFICE = Stream.DIRECTORY_AUDITS, Stream.ENTRA_AUDITS


def change(number: int) -> Event:
    return with_fields(event(f"e{number}", number, of=PAYROLL), correlation_id=f"request {number}")


@pytest.fixture
def office() -> ScriptedLog:
    return ScriptedLog(NOW)


@pytest.fixture
def twins(services: Services, application: Application, log: ScriptedLog, office: ScriptedLog) -> Services:
    """Both logs tell of the changes 1 and 2, and each of one more."""
    log.add_all(map(change, (1, 2, 3)))
    for each in map(change, (1, 2, 4)):
        record = msgspec.json.encode(as_unified_audit(with_fields(each, id=f"unified {each.id}")))
        office.entries.append((each.time or NOW, each.time or NOW, record))
    return replace(services, logs={GRAPH: log, OFFICE: office}, facts=TableFactClaims(application.connection))


async def found(services: Services, stream: Stream) -> SourceCoverage:
    return {each.source: each for each in await services.ledger.coverage(NOW, 30)}[stream]


async def collect(services: Services, *families: Family) -> None:
    for family in families:
        await collect_logs(services, family, NOW, lambda: 0)


@pytest.mark.parametrize(
    ("families", "first", "second"),
    [
        ((Family.REPORTS, Family.OFFICE), GRAPH, OFFICE),
        ((Family.OFFICE, Family.REPORTS), OFFICE, GRAPH),
    ],
)
async def test_of_two_logs_the_first_one_has_the_fact(
    twins: Services, families: tuple[Family, ...], first: Stream, second: Stream
) -> None:
    await collect(twins, *families, *families)
    has, lacks = await found(twins, first), await found(twins, second)
    assert (has.events, has.told_elsewhere) == (3, 0)
    assert (lacks.events, lacks.told_elsewhere, lacks.chunks) == (1, 2, 1)
    assert sum(hour.events for hour in lacks.hours) == 1
    assert sum(hour.told_elsewhere for hour in lacks.hours) == 2
    passes = await twins.ledger.passes(second, 5)
    assert sum(one.new for one in passes) == 3
    assert sum(one.told_elsewhere for one in passes) == 2


async def test_a_page_of_which_all_was_told_needs_no_judging_and_is_kept_as_it_came(
    twins: Services, office: ScriptedLog
) -> None:
    office.entries = office.entries[:2]
    await collect(twins, Family.REPORTS, Family.OFFICE)
    chunk = await twins.ledger.chunk(OFFICE, 1)
    assert chunk is not None
    assert (chunk.state, chunk.events, chunk.told_elsewhere) == (ChunkState.EVALUATED, 0, 2)
    assert chunk.raw_path


async def test_a_death_between_the_claim_and_the_chunk_loses_nothing(twins: Services) -> None:
    facts = DyingPort(twins.facts, "facts", Death(at=1, after=True))
    with pytest.raises(Died):
        await collect(replace(twins, facts=facts), Family.REPORTS)  # type: ignore[arg-type]  # it wraps one
    await collect(twins, Family.OFFICE)
    assert (await found(twins, OFFICE)).told_elsewhere == 2
    await twins.claims.release("logs reports", "")
    await collect_logs(twins, Family.REPORTS, NOW.replace(minute=NOW.minute + 10), lambda: 0)
    graph = await found(twins, GRAPH)
    assert (graph.events, graph.told_elsewhere) == (3, 0)


async def test_where_streams_tell_nothing_twice_nothing_is_claimed(twins: Services) -> None:
    asked: list[str] = []
    facts = DyingPort(twins.facts, "facts", Death(log=asked))
    logs = {Stream.SERVICE_PRINCIPAL_SIGN_INS: twins.logs[GRAPH]}
    alone = replace(twins, logs=logs, facts=facts)  # type: ignore[arg-type]  # it wraps one
    await collect(alone, Family.REPORTS)
    assert asked == []
    assert (await found(alone, Stream.SERVICE_PRINCIPAL_SIGN_INS)).events == 3


async def test_graph_calls_that_were_read_by_hunting_are_not_told_again_by_log_analytics(services: Services) -> None:
    log, other = ScriptedLog(NOW), ScriptedLog(NOW)
    for number in (1, 2):
        time = NOW - timedelta(hours=number)
        call = {"RequestId": f"call {number}", "RequestUri": "https://graph.microsoft.com/v1.0/users"}
        call |= {"RequestMethod": "GET", "AppId": PAYROLL.app_id or ""}
        other.entries.append((time, time, msgspec.json.encode({**call, "TimeGenerated": time})))
    log.entries = other.entries[:1]
    await collect(replace(services, logs={Stream.GRAPH_ACTIVITY: log}), Family.HUNTING)
    taken_over = replace(services, logs={Stream.GRAPH_ACTIVITY_LOGS: other})
    await collect(taken_over, Family.LOG_ANALYTICS)
    has = await found(taken_over, Stream.GRAPH_ACTIVITY_LOGS)
    assert (has.events, has.told_elsewhere) == (1, 1)


async def test_a_stream_that_is_switched_on_later_tells_nothing_again(
    connection_string: str, unique: Callable[[str], str], twins: Services
) -> None:
    settings = {
        **IDENTIFIERS,
        "DataStorage": connection_string,
        "READER_CLIENT_ID": READER,
        "SOURCES": "directoryAudits",
    }
    application = build(read_settings(settings), prefix=unique("t"))
    alone = replace(application.services, logs={GRAPH: twins.logs[GRAPH]}, refresh=None)
    await collect(alone, Family.REPORTS)
    both = replace(alone, logs=twins.logs)
    await collect(both, Family.OFFICE)
    assert (await found(both, OFFICE)).told_elsewhere == 2
    await application.close()
