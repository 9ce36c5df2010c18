"""Simulations: asked for, run whatever happens meanwhile, read by others, and gone after a week; they write nothing."""

import base64
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from msgspec.structs import replace as changed

from shared.bootstrap import Application, build
from shared.domain.activities import Activity
from shared.domain.app_references import Alias, AppReference
from shared.domain.apps import App, Origin
from shared.domain.archived_events import events_in
from shared.domain.errors import Unavailable
from shared.domain.events import Event, Source
from shared.domain.exemptions import Exemption
from shared.domain.messages import SimulationWaits, decode_message
from shared.domain.policy_book import BookChange, NamedList, PolicyBody
from shared.domain.roles import Caller
from shared.domain.simulations import Simulation, SimulationResult, SimulationState
from shared.pipeline.background_work import MOST_ATTEMPTS
from shared.pipeline.governance.errors import PolicyRefused, UnknownPolicy
from shared.pipeline.governance.run_simulation import run_simulation
from shared.pipeline.governance.simulations import (
    UnknownSimulation,
    get_simulation,
    hint_simulations,
    purge_simulations,
    request_simulation,
)
from shared.pipeline.remediation.errors import RequestKeyReused
from shared.settings import read_settings
from shared.storage.connection import StorageConnection
from shared.storage.filters import Filter
from shared.storage.simulations import TableSimulations
from tests.domain.findings import START
from tests.pipeline.activity.archived import archive
from tests.pipeline.collection.directory import SERVICE_PRINCIPAL
from tests.pipeline.collection.test_own_actions import Trail, own
from tests.pipeline.collection.test_own_actions import ours as own_identities

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ADA = Caller(id="ada-id", name="ada@contoso.example", is_user=True, roles=frozenset())
IDENTIFIERS = {
    "TENANT_ID": "11111111-1111-4111-8111-111111111111",
    "API_CLIENT_ID": "22222222-2222-4222-8222-222222222222",
}
STREAM = "directoryAudits"
MAILER = App(
    app_id="aaaaaaaa-0000-4000-8000-000000000001",
    service_principal_id="aaaaaaaa-0000-4000-8000-000000000002",
    display_name="Mailer",
    origin=Origin.INTERNAL,
    created=NOW - 2 * DAY,
)
EXCHANGE = App(app_id="00000002-0000-0ff1-ce00-000000000000", service_principal_id="x", origin=Origin.MICROSOFT)
ADDED: PolicyBody = {
    "kind": "event",
    "on": ["credential.added"],
    "alert": {"title": "Credential of {app}"},
    "actions": [{"do": "disableApp"}],
}
THREE: PolicyBody = {
    "kind": "window",
    "on": ["credential.added"],
    "by": ["app.appId"],
    "within": "2h",
    "having": {"count": "events", "ge": 3},
}
YOUNG: PolicyBody = {"kind": "app", "when": {"app.age": {"gt": "1d"}}}


class Died(BaseException):
    """Ends a run as the end of its process would: nothing is caught, nothing written."""


class Interrupted(TableSimulations):
    """Something happens before a result is written."""

    def __init__(self, connection: StorageConnection, happens: Callable[[], Awaitable[None]]) -> None:
        super().__init__(connection)
        self._happens = happens

    async def write_result(self, name: str, result: SimulationResult) -> None:
        await self._happens()
        await super().write_result(name, result)


def failing(error: BaseException) -> Callable[[], Awaitable[None]]:
    async def fail() -> None:
        raise error

    return fail


@dataclass
class Simulating:
    """A host with an archive of three days and two apps."""

    application: Application
    now: datetime = NOW

    async def request(
        self, asked: PolicyBody | str, days: int = 3, key: str | None = None, tuning: PolicyBody | None = None
    ) -> Simulation:
        return await request_simulation(self.application.services, asked, days, ADA, self.now, key, tuning)

    async def run(self, simulation: Simulation, happens: Callable[[], Awaitable[None]] | None = None) -> Simulation:
        services = self.application.services
        if happens is not None:
            services = replace(services, simulations=Interrupted(self.application.connection, happens))
        await run_simulation(services, simulation.id, self.now, lambda: self.now)
        return (await self.read(simulation))[0]

    async def read(self, simulation: Simulation) -> tuple[Simulation, SimulationResult | None]:
        return await get_simulation(self.application.services, simulation.id, self.now)

    async def result(self, asked: PolicyBody | str, days: int = 3) -> SimulationResult:
        simulation = await self.request(asked, days)
        ran = await self.run(simulation)
        assert (ran.state, ran.progress, ran.reason) == (SimulationState.READY, 100, None)
        result = (await self.read(simulation))[1]
        assert result is not None
        return result

    async def hinted(self) -> list[str]:
        """What the queue holds; it is emptied."""
        queue = await self.application.connection.queue("simulations")
        hints = []
        async for message in queue.receive_messages(messages_per_page=32):
            hints.append(decode_message(base64.b64decode(message.content), SimulationWaits).simulation_id)
            await queue.delete_message(message)
        return hints


def event(name: str, time: datetime, app: AppReference, activity: Activity = Activity.CREDENTIAL_ADDED) -> Event:
    return Event(
        id=name, source=Source.DIRECTORY_AUDITS, activity=activity, operation='"activity":"signIn"', time=time, app=app
    )


BY_OBJECT = AppReference(service_principal_id=MAILER.service_principal_id)
BY_APP_ID = AppReference(app_id=MAILER.app_id, service_principal_id=MAILER.service_principal_id)
EVENTS = (
    event("too early", NOW - 3 * DAY, BY_APP_ID),
    event("one", NOW - 2 * DAY, BY_OBJECT),
    event("two", NOW - 2 * DAY + 50 * MINUTE, BY_APP_ID),
    event("other", NOW - 2 * DAY, BY_APP_ID, Activity.SIGN_IN),
    event("three", NOW - 2 * DAY + 100 * MINUTE, BY_APP_ID),
    event("of Exchange", NOW - HOUR, AppReference(app_id=EXCHANGE.app_id)),
)


@pytest.fixture
async def simulating(connection_string: str, unique: Callable[[str], str]) -> AsyncIterator[Simulating]:
    settings = {"AzureWebJobsStorage": connection_string, "DataStorage": connection_string}
    application = build(read_settings({**IDENTIFIERS, **settings}), prefix=unique("s"))
    services = application.services
    await services.apps.save([MAILER, EXCHANGE], NOW)
    await services.aliases.learn([Alias(str(MAILER.service_principal_id), MAILER.app_id)])
    await archive(services, STREAM, EVENTS[:3], NOW - 2 * DAY)
    await archive(services, STREAM, EVENTS[3:], NOW - HOUR)
    await services.event_archive.compact(STREAM, (NOW - 2 * DAY).date())
    yield Simulating(application)
    await application.close()


async def test_a_draft_tells_the_alerts_of_each_day_and_app(simulating: Simulating) -> None:
    asked = await simulating.request(ADDED)
    assert (asked.state, asked.policy_id, await simulating.hinted()) == (SimulationState.QUEUED, None, [asked.id])
    result = await simulating.result(ADDED)
    assert [(day.day.day, day.alerts, day.matches) for day in result.days] == [(1, 1, 3), (2, 0, 0), (3, 1, 1)]
    mailer = result.apps[0]
    assert (mailer.app_id, mailer.display_name, mailer.matches) == (MAILER.app_id, "Mailer", 3)
    example = result.examples[0]
    assert (example.title, [item.event_id for item in example.evidence]) == (
        "Credential of Mailer",
        ["one", "two", "three"],
    )
    looked_at = result.looked_at
    assert (looked_at.events, looked_at.judged, looked_at.hours, looked_at.apps) == (5, 4, 3, 2)
    assert [(one.stream, one.events, one.hours) for one in looked_at.streams] == [(STREAM, 5, 3)]
    assert f"{STREAM}: no events in 58 of 61 hours." in result.notes


async def test_of_logs_that_cannot_tell_what_the_policy_looks_at_no_gap_is_told(simulating: Simulating) -> None:
    mail = await simulating.result({"kind": "event", "on": ["mail.accessed"]})
    assert not [note for note in mail.notes if note.startswith(STREAM)]
    [none] = [note for note in mail.notes if note.startswith("None of the logs")]
    assert "exchangeAudits" in none


async def test_actions_that_remediation_would_refuse_say_so(simulating: Simulating) -> None:
    actions = (await simulating.result(ADDED)).actions
    assert {(action.app_id, action.protected) for action in actions} == {
        (MAILER.app_id, False),
        (EXCHANGE.app_id, True),
    }


async def test_an_action_on_an_app_of_the_list_of_protected_ones_says_so(simulating: Simulating) -> None:
    protected = NamedList(name="protectedApps", values=(MAILER.app_id,))
    await simulating.application.services.books.commit(BookChange(expected=None, lists=(protected,)))
    actions = (await simulating.result(ADDED)).actions
    assert [action.protected for action in actions if action.app_id == MAILER.app_id] == [True]


async def test_progress_never_goes_back_when_it_is_tried_again(simulating: Simulating) -> None:
    asked = await simulating.request(ADDED)
    found = await simulating.application.services.simulations.get(asked.id)
    assert found is not None
    await simulating.application.services.simulations.move(changed(asked, progress=80, attempts=1), found[1])
    seen: list[int] = []

    async def look() -> None:
        seen.append((await simulating.read(asked))[0].progress)

    assert (await simulating.run(asked, look)).progress == 100
    assert seen == [80]


async def test_a_window_joins_what_records_tell_of_one_app_by_different_ids(simulating: Simulating) -> None:
    result = await simulating.result(THREE)
    assert [(app.app_id, app.alerts, app.matches) for app in result.apps] == [(MAILER.app_id, 1, 3)]


async def test_a_name_that_only_the_inventory_knows_is_compared_too(simulating: Simulating) -> None:
    result = await simulating.result({**ADDED, "when": {"event.app.displayName": {"eq": "Mailer"}}})
    assert [(app.app_id, app.matches) for app in result.apps] == [(MAILER.app_id, 3)]


async def test_what_remediation_switched_itself_is_left_out_and_noted_nowhere(simulating: Simulating) -> None:
    services = simulating.application.services
    trail = Trail(SERVICE_PRINCIPAL, START)
    ours = await own_identities(services, trail)
    switched = own("explained", Activity.SERVICE_PRINCIPAL_UPDATED)
    await archive(services, STREAM, [switched, changed(switched, id="not explained", time=START + HOUR)], NOW)
    asked = await simulating.request({"kind": "event", "on": ["servicePrincipal.updated"]})
    await run_simulation(ours, asked.id, NOW, lambda: NOW)
    result = (await simulating.read(asked))[1]
    assert result is not None
    assert [item.event_id for example in result.examples for item in example.evidence] == ["not explained"]
    assert trail.seen == []


async def test_an_app_policy_looks_at_the_inventory_on_each_day(simulating: Simulating) -> None:
    result = await simulating.result(YOUNG)
    assert [(day.alerts, day.matches) for day in result.days] == [(0, 0), (1, 1), (0, 0)]
    assert (result.looked_at.apps, result.examples[0].display_name) == (1, "Mailer")
    assert "as it is today" in result.notes[0]


async def test_a_simulation_writes_nothing_but_its_own_row_and_result(simulating: Simulating) -> None:
    connection = simulating.application.connection
    before = {name: await rows(simulating, name) for name in ("alerts", "ledger", "apps", "timelines", "intents")}
    assert (await simulating.result(THREE)).alerts == 1
    assert {name: await rows(simulating, name) for name in before} == before
    for queue in ("settle", "evaluate", "apps", "remediate"):
        properties = await (await connection.queue(queue)).get_queue_properties()
        assert properties.approximate_message_count == 0


async def rows(simulating: Simulating, name: str) -> list[dict[str, object]]:
    table = await simulating.application.connection.table(name)
    return [dict(row) async for row in table.query(Filter())]


async def test_a_saved_policy_is_simulated_as_it_is_and_as_it_would_be_tuned(simulating: Simulating) -> None:
    saved = await simulating.request("credential-added")
    assert (saved.policy_id, saved.policy["id"]) == ("credential-added", "credential-added")
    tuned = await simulating.request("credential-added", tuning={"severity": "low", "state": "inactive"})
    assert tuned.policy["alert"]["severity"] == "low"
    assert (await simulating.run(tuned)).state is SimulationState.READY


async def test_an_exemption_of_today_counts_for_all_days(simulating: Simulating) -> None:
    exemption = Exemption(
        id="1",
        policy_id="*",
        app_id=MAILER.app_id,
        reason="x",
        approved_by="ada",
        created=NOW - HOUR,
        expires=NOW + DAY,
    )
    await simulating.application.services.books.commit(BookChange(expected=None, exemptions=(exemption,)))
    result = await simulating.result(ADDED)
    assert ([app.app_id for app in result.apps], result.exempted) == ([EXCHANGE.app_id], 3)


async def test_what_cannot_be_simulated_is_refused_at_once(simulating: Simulating) -> None:
    with pytest.raises(UnknownPolicy):
        await simulating.request("no-such-policy")
    with pytest.raises(PolicyRefused, match="unknown activity"):
        await simulating.request({**ADDED, "on": ["credential.stolen"]})
    with pytest.raises(PolicyRefused, match="unknown parameter"):
        await simulating.request("credential-added", tuning={"parameters": {"nothing": 1}})
    with pytest.raises(ValueError, match="90"):
        await simulating.request(ADDED, days=91)
    assert await simulating.hinted() == []


async def test_the_same_key_begins_nothing_more(simulating: Simulating) -> None:
    first = await simulating.request(ADDED, key="k")
    simulating.now += MINUTE
    assert await simulating.request(ADDED, key="k") == first
    with pytest.raises(RequestKeyReused):
        await simulating.request(ADDED, days=2, key="k")


async def test_another_host_takes_over_from_one_that_died(simulating: Simulating) -> None:
    asked = await simulating.request(ADDED)
    with pytest.raises(Died):
        await simulating.run(asked, failing(Died()))
    await simulating.hinted()
    running, _ = await simulating.read(asked)
    assert running.state is SimulationState.RUNNING
    simulating.now += MINUTE
    assert (await simulating.run(asked)).state is SimulationState.RUNNING
    simulating.now += 3 * MINUTE
    assert await hint_simulations(simulating.application.services, simulating.now) == 1
    assert await simulating.hinted() == [asked.id]
    ran = await simulating.run(asked)
    assert (ran.state, ran.attempts) == (SimulationState.READY, 2)


async def test_one_that_was_overtaken_leaves_the_other_alone(simulating: Simulating) -> None:
    asked = await simulating.request(ADDED)
    simulations = simulating.application.services.simulations

    async def overtake() -> None:
        found = await simulations.get(asked.id)
        assert found is not None
        await simulations.move(changed(found[0], attempts=2), found[1])

    running = await simulating.run(asked, overtake)
    assert (running.state, running.attempts, running.reason) == (SimulationState.RUNNING, 2, None)


async def test_after_five_failures_it_says_why(simulating: Simulating) -> None:
    asked = await simulating.request(ADDED)
    for attempt in range(MOST_ATTEMPTS):
        ran = await simulating.run(asked, failing(Unavailable("the storage is down")))
        assert ran.attempts == attempt + 1
        simulating.now += HOUR
    assert (ran.state, ran.reason) == (
        SimulationState.FAILED,
        "It failed 5 times; the last time: the storage is down",
    )
    assert await hint_simulations(simulating.application.services, simulating.now) == 0


async def test_one_that_takes_too_long_for_a_function_ends_with_the_reason(simulating: Simulating) -> None:
    asked = await simulating.request(ADDED)
    services = simulating.application.services
    await run_simulation(services, asked.id, NOW, lambda: NOW, longest=timedelta(0))
    ran, _ = await simulating.read(asked)
    assert (ran.state, ran.reason) == (SimulationState.FAILED, "It took longer than 0 minutes: ask for fewer days.")


async def test_the_archive_gives_the_lines_of_an_activity_whatever_was_compacted_or_came_late(
    simulating: Simulating,
) -> None:
    services = simulating.application.services
    first = NOW - 2 * DAY
    expected = {first: ["one", "two"], first + HOUR: ["three"], NOW - HOUR: ["of Exchange"]}
    assert await lines_of(simulating, Activity.CREDENTIAL_ADDED) == expected
    await archive(services, STREAM, [event("late", first + MINUTE, BY_APP_ID)], NOW)
    assert await lines_of(simulating, Activity.CREDENTIAL_ADDED) == {**expected, first: ["one", "two", "late"]}
    assert await services.event_archive.compact(STREAM, first.date()) == 4
    again = await lines_of(simulating, Activity.CREDENTIAL_ADDED)
    assert sorted(again[first]) == ["late", "one", "two"]
    assert await lines_of(simulating, Activity.SIGN_IN) == {first: ["other"], first + HOUR: [], NOW - HOUR: []}


async def lines_of(simulating: Simulating, activity: Activity) -> dict[datetime, list[str]]:
    found = simulating.application.services.event_archive.lines(STREAM, NOW - 2 * DAY, NOW, [activity])
    return {each.hour: [one.id for one in events_in(each.lines)] async for each in found}


async def test_a_policy_whose_list_is_gone_fails_with_the_reason(simulating: Simulating) -> None:
    asked = await simulating.request(ADDED)
    found = await simulating.application.services.simulations.get(asked.id)
    assert found is not None
    gone = {**asked.policy, "scope": {"only": {"list": "goneList"}}}
    await simulating.application.services.simulations.move(changed(asked, policy=gone), found[1])
    ran = await simulating.run(asked)
    assert (ran.state, ran.attempts) == (SimulationState.FAILED, 1)
    assert "goneList" in str(ran.reason)


async def test_it_is_gone_after_a_week_with_its_result(simulating: Simulating) -> None:
    asked = await simulating.request(ADDED)
    await simulating.run(asked)
    simulating.now += 7 * DAY
    with pytest.raises(UnknownSimulation):
        await simulating.read(asked)
    assert await purge_simulations(simulating.application.services, simulating.now) == 1
    container = await simulating.application.connection.container("simulations")
    assert [name async for name in container.list_blob_names()] == []


def test_a_result_reads_back_as_it_was_written() -> None:
    simulation = Simulation(
        id="1", policy=ADDED, days=30, requested_by="ada", created=NOW, expires=NOW + DAY, done="half", progress=50
    )
    assert msgspec.json.decode(msgspec.json.encode(simulation), type=Simulation) == simulation
    assert simulation.first_day == (NOW - 29 * DAY).date()
