"""The reports of use: read page by page every six hours, by whichever host is there, and never believed too early."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import cast

import pytest
from msgspec.structs import replace as changed

from local.tenant.directory.clock import ManualClock
from local.tenant.directory.generate import generate
from local.tenant.identities import READER_CLIENT_ID, own_identities
from local.tenant.server import TenantServer, serve
from shared.bootstrap import Application, build
from shared.domain import hygiene
from shared.domain.app_summaries import AppQuery
from shared.domain.app_traits import Trait
from shared.domain.apps import App, Credential, Owner, SignIns
from shared.domain.directory import DirectoryObject
from shared.domain.errors import DeltaExpired, NotFound, NotLicensed, PermissionMissing, Unavailable
from shared.domain.events import CredentialKind
from shared.domain.inventory_reads import InventoryState
from shared.domain.known import UNKNOWN, Known
from shared.domain.ledger import SourceHealth, SourceState
from shared.domain.usage_reads import UsageReport, UsageState
from shared.graph.connection import GraphConnection
from shared.graph.usage_reports import GraphUsage
from shared.pipeline.inventory.collect_usage import SOURCE, collect_usage
from shared.pipeline.inventory.list_ports import AppList
from shared.pipeline.inventory.ports import StoredApps, UsageReads
from shared.pipeline.services import Services
from shared.settings import read_settings
from shared.storage.apps import TableApps
from tests.pipeline.conftest import IDENTIFIERS
from tests.pipeline.faults import Death, Died, DyingPort
from tests.pipeline.inventory.scripted_reports import (
    CREDENTIALS,
    NOW,
    SIGN_INS,
    YESTERDAY,
    ScriptedReports,
    app_id,
    key_id,
    sign_in,
    use,
)

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
TENANT_ID = "11111111-1111-4111-8111-111111111111"


@pytest.fixture
def reports() -> ScriptedReports:
    return ScriptedReports({SIGN_INS: [sign_in(number) for number in range(5)], CREDENTIALS: [use(0), use(1)]})


@pytest.fixture
async def application(connection_string: str, unique: Callable[[str], str]) -> AsyncIterator[Application]:
    """A whole process: use is collected beside all the rest."""
    settings = read_settings({**IDENTIFIERS, "DataStorage": connection_string})
    built = build(settings, prefix=unique("u"))
    yield built
    await built.close()


@pytest.fixture
async def services(application: Application, reports: ScriptedReports) -> Services:
    """A tenant whose directory was read, with ten apps of one secret each."""
    services = replace(application.services, usage=reports)
    apps = [
        App(
            app_id=app_id(number),
            display_name=f"App {number}",
            first_seen=NOW - timedelta(days=30),
            credentials=(Credential(key_id=key_id(number), kind=CredentialKind.SECRET),),
            owners=(Owner(id=f"owner-{number}", kind="servicePrincipal"),),
        )
        for number in range(10)
    ]
    await services.apps.save(apps, NOW)
    await services.app_list.rebuild(NOW)
    await services.inventory_reads.move(InventoryState(reads=1, last_full_read=NOW - HOUR), None)
    return services


class Ticks:
    """A clock that lets a run take ``steps`` steps: it is asked once at its beginning, and once before each."""

    def __init__(self, steps: int) -> None:
        self._left = steps + 1

    def __call__(self) -> float:
        self._left -= 1
        return 0 if self._left >= 0 else 3600


async def stored(services: Services, numbers: Sequence[int] = range(10)) -> list[App]:
    found = await services.apps.get([app_id(number) for number in numbers])
    return [found[app_id(number)] for number in numbers]


async def signed_in(services: Services) -> list[object]:
    """Per app: its last sign-in, None where there was none, UNKNOWN where nobody can tell."""
    return [app.sign_ins.last if isinstance(app.sign_ins, SignIns) else app.sign_ins for app in await stored(services)]


async def used(services: Services) -> list[object]:
    return [credential.last_used for app in await stored(services) for credential in app.credentials or ()]


async def unused(services: Services, now: datetime) -> list[Known[bool]]:
    return [hygiene.is_unused(app, now) for app in await stored(services)]


async def unused_credentials(services: Services, now: datetime) -> list[Known[bool]]:
    return [hygiene.has_unused_credential(app, now) for app in await stored(services)]


async def state(services: Services) -> UsageState:
    return (await services.usage_reads.state()).state


async def source(services: Services) -> SourceState:
    [found] = [each for each in await services.ledger.source_states() if each.source == SOURCE]
    return found


async def test_apps_and_credentials_have_their_last_sign_in_and_the_others_none(services: Services) -> None:
    await collect_usage(services, NOW)
    assert await signed_in(services) == [YESTERDAY] * 5 + [None] * 5
    assert await used(services) == [YESTERDAY] * 2 + [None] * 8
    found = await source(services)
    assert (found.health, found.reason, found.last_complete_read) == (SourceHealth.OK, None, NOW)


async def test_reports_are_read_again_after_six_hours(services: Services, reports: ScriptedReports) -> None:
    await collect_usage(services, NOW)
    asked = len(reports.asked)
    assert asked == 4, "three pages of one report, and one of the other"
    await collect_usage(services, NOW + 6 * HOUR - MINUTE)
    assert len(reports.asked) == asked
    reports.rows[SIGN_INS][0] = sign_in(0, NOW)
    await collect_usage(services, NOW + 6 * HOUR)
    assert len(reports.asked) == 2 * asked
    assert (await signed_in(services))[0] == NOW


async def test_no_date_moves_back(services: Services, reports: ScriptedReports) -> None:
    await collect_usage(services, NOW)
    reports.rows = {SIGN_INS: [sign_in(0, NOW - timedelta(days=9))], CREDENTIALS: [use(1, NOW - timedelta(days=9))]}
    await collect_usage(services, NOW + 6 * HOUR)
    assert (await signed_in(services))[:2] == [YESTERDAY] * 2
    assert (await used(services))[:2] == [YESTERDAY] * 2


RUNS = {1: 39, 2: 20, 5: 9}
"""As many as it takes to do all, and one more, by how many steps each takes: there are 38."""


@pytest.mark.parametrize("steps", RUNS)
async def test_short_runs_go_on_where_the_last_one_ended(
    services: Services, reports: ScriptedReports, steps: int
) -> None:
    for run in range(RUNS[steps]):
        await collect_usage(services, NOW + run * MINUTE, Ticks(steps))
    assert await signed_in(services) == [YESTERDAY] * 5 + [None] * 5
    assert await used(services) == [YESTERDAY] * 2 + [None] * 8
    assert len(reports.asked) == 4, "no page is read twice"


async def test_until_a_report_is_complete_its_silence_says_nothing(services: Services) -> None:
    await collect_usage(services, NOW, Ticks(3))
    assert await signed_in(services) == [YESTERDAY] * 4 + [UNKNOWN] * 6
    assert (await source(services)).last_complete_read is None


async def test_nothing_is_asked_before_the_directory_was_read(
    application: Application, reports: ScriptedReports
) -> None:
    services = replace(application.services, usage=reports)
    await collect_usage(services, NOW)
    assert reports.asked == []
    assert (await source(services)).health is SourceHealth.OK


async def test_an_app_that_came_after_the_report_began_is_not_called_unused(services: Services) -> None:
    late = App(app_id=app_id(20), first_seen=NOW + MINUTE, credentials=())
    await collect_usage(services, NOW, Ticks(2))
    await services.apps.save([late], NOW + MINUTE)
    await collect_usage(services, NOW + MINUTE)
    [app] = await stored(services, [20])
    assert app.sign_ins is UNKNOWN


async def test_apps_that_the_inventory_does_not_know_are_left_out(services: Services, reports: ScriptedReports) -> None:
    reports.rows[SIGN_INS] = [sign_in(99), {"appId": None}, sign_in(0)]
    await collect_usage(services, NOW)
    assert await services.apps.get([app_id(99)]) == {}
    assert (await signed_in(services))[0] == YESTERDAY


async def test_the_list_shows_the_last_use_and_apps_wait_to_be_judged(services: Services) -> None:
    await collect_usage(services, NOW)
    page = await services.app_list.page(AppQuery(), 50, None, NOW)
    assert sorted(row.display_name or "" for row in page.apps if row.last_used == YESTERDAY) == [
        f"App {number}" for number in range(5)
    ]
    assert await services.app_list.owned_by(["owner-3"]) == {"owner-3": (app_id(3),)}
    assert (await services.apps.all_unjudged()).keys() == {app_id(number)[0] for number in range(10)}
    assert not (await state(services)).list_is_stale


async def test_a_list_that_a_dead_run_left_stale_is_made_anew(services: Services) -> None:
    deadly = cast(AppList, DyingPort(services.app_list, "app_list", Death(at=1)))
    with pytest.raises(Died):
        await collect_usage(replace(services, app_list=deadly), NOW)
    assert (await state(services)).list_is_stale
    await collect_usage(services, NOW + 6 * MINUTE)
    page = await services.app_list.page(AppQuery(), 50, None, NOW)
    assert len([row for row in page.apps if row.last_used == YESTERDAY]) == 5
    assert not (await state(services)).list_is_stale


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("at", [2, 4, 7, 11])
async def test_what_a_dead_run_left_undone_the_next_one_does(services: Services, at: int, after: bool) -> None:
    death = Death(at=at, after=after)
    dying = replace(
        services,
        apps=cast(StoredApps, DyingPort(services.apps, "apps", death)),
        usage_reads=cast(UsageReads, DyingPort(services.usage_reads, "usage_reads", death)),
    )
    with pytest.raises(Died):
        await collect_usage(dying, NOW)
    await collect_usage(services, NOW + 6 * MINUTE)
    assert await signed_in(services) == [YESTERDAY] * 5 + [None] * 5
    assert await used(services) == [YESTERDAY] * 2 + [None] * 8


async def test_a_missing_permission_is_told_and_tried_again_after_a_quarter_of_an_hour(
    services: Services, reports: ScriptedReports
) -> None:
    def refuse(report: UsageReport, _link: str | None) -> None:
        if report is SIGN_INS:
            raise PermissionMissing("GET /beta/reports", ("AuditLog.Read.All",))

    reports.before = refuse
    await collect_usage(services, NOW)
    assert await signed_in(services) == [UNKNOWN] * 10
    assert (await used(services))[0] == YESTERDAY, "the other report is read all the same"
    part = (await state(services)).parts[SIGN_INS]
    assert (part.health, part.last_read) == (SourceHealth.PERMISSION_MISSING, None)
    found = await source(services)
    assert found.health is SourceHealth.PERMISSION_MISSING
    assert found.reason == "GET /beta/reports needs AuditLog.Read.All"
    await collect_usage(services, NOW + 14 * MINUTE)
    assert reports.asked.count((SIGN_INS, None)) == 1
    reports.before = lambda _report, _link: None
    await collect_usage(services, NOW + 15 * MINUTE)
    assert await signed_in(services) == [YESTERDAY] * 5 + [None] * 5
    assert (await source(services)).health is SourceHealth.OK


@pytest.mark.parametrize(
    ("fault", "health"),
    [
        (NotLicensed("needs a licence for Microsoft Entra ID P1"), SourceHealth.NOT_LICENSED),
        (NotFound("no such report"), SourceHealth.FAILING),
    ],
)
async def test_what_the_tenant_does_not_offer_is_told_and_tried_again_after_six_hours(
    services: Services, reports: ScriptedReports, fault: Exception, health: SourceHealth
) -> None:
    def refuse(_report: UsageReport, _link: str | None) -> None:
        raise fault

    reports.before = refuse
    await collect_usage(services, NOW)
    assert {part.health for part in (await state(services)).parts.values()} == {health}
    assert str(fault) in ((await source(services)).reason or "")
    assert await signed_in(services) == [UNKNOWN] * 10
    await collect_usage(services, NOW + 5 * HOUR)
    assert len(reports.asked) == 2
    await collect_usage(services, NOW + 6 * HOUR)
    assert len(reports.asked) == 4


async def test_an_outage_ends_the_run_and_is_waited_out(services: Services, reports: ScriptedReports) -> None:
    def fail(_report: UsageReport, link: str | None) -> None:
        if link == "2":
            raise Unavailable("throttled", retry_after=5 * MINUTE)

    reports.before = fail
    await collect_usage(services, NOW)
    assert (await signed_in(services))[:3] == [YESTERDAY, YESTERDAY, UNKNOWN]
    assert ((await source(services)).health, (await source(services)).reason) == (SourceHealth.FAILING, "throttled")
    await collect_usage(services, NOW + 4 * MINUTE)
    assert len(reports.asked) == 2
    reports.before = lambda _report, _link: None
    await collect_usage(services, NOW + 5 * MINUTE)
    assert reports.asked[2] == (SIGN_INS, "2")
    assert await signed_in(services) == [YESTERDAY] * 5 + [None] * 5
    assert (await source(services)).health is SourceHealth.OK


async def test_a_report_that_stops_coming_makes_nothing_unused(services: Services, reports: ScriptedReports) -> None:
    reports.rows = {SIGN_INS: [sign_in(number) for number in range(9)], CREDENTIALS: [use(0)]}
    await collect_usage(services, NOW)
    assert await unused(services, NOW) == [False] * 9 + [UNKNOWN], "the last was seen first a month ago"
    assert await unused_credentials(services, NOW) == [False] + [True] * 9

    def lose(_report: UsageReport, _link: str | None) -> None:
        raise PermissionMissing("GET /beta/reports", ("AuditLog.Read.All",))

    reports.before = lose
    for days in (8, 31, 91, 149):
        await collect_usage(services, NOW + days * DAY)
    later = NOW + 150 * DAY
    assert await unused(services, later) == await unused_credentials(services, later) == [UNKNOWN] * 10
    reports.before = lambda _report, _link: None
    await collect_usage(services, later)
    assert await unused(services, later) == [True] * 10
    page = await services.app_list.page(AppQuery(traits=frozenset({Trait.UNUSED})), 50, None, later)
    assert page.total == 10, "and the list says so at once"


async def test_a_report_is_noted_once_a_week_and_changes_nothing_on_the_list(
    services: Services, application: Application
) -> None:
    saves = SavedApps(application.connection)
    services = replace(services, apps=saves)
    await collect_usage(services, NOW)
    before, saves.saved = await stored(services), 0
    for hours in (6, 12, 84, 7 * 24):
        await collect_usage(services, NOW + hours * HOUR)
    assert (saves.saved, await stored(services)) == (0, before)
    await collect_usage(services, NOW + 7 * DAY + 6 * HOUR)
    assert saves.saved == 20, "each app once for each report"
    read = NOW + 7 * DAY + 6 * HOUR
    assert await stored(services) == [changed(app, use_read=read, credential_use_read=read) for app in before]


class SavedApps(TableApps):
    saved = 0

    async def save(self, apps: Sequence[App], now: datetime, since: Mapping[str, str | None] | None = None) -> set[str]:
        self.saved += len(apps)
        return await super().save(apps, now, since)


async def test_of_apps_whose_rows_cannot_be_read_nothing_is_said(services: Services, reports: ScriptedReports) -> None:
    reports.rows[SIGN_INS][3] = {"appId": app_id(3), "lastSignInActivity": {"lastSignInDateTime": "yesterday"}}
    reports.rows[SIGN_INS].append({"appId": app_id(7), "lastSignInActivity": {"lastSignInDateTime": 1772440000}})
    await collect_usage(services, NOW, Ticks(2))
    await collect_usage(services, NOW + 6 * MINUTE)
    told: list[object] = [YESTERDAY] * 5 + [None] * 5
    told[3] = told[7] = UNKNOWN
    assert await signed_in(services) == told
    part = (await state(services)).parts[SIGN_INS]
    assert (part.health, part.reason) == (
        SourceHealth.OK,
        "rows of 2 apps cannot be read, so of these the last use is not known",
    )


@pytest.mark.parametrize(
    ("rows", "health", "reason"),
    [
        ([], SourceHealth.OK, "the report has no rows"),
        ([sign_in(0), {"appId": None}], SourceHealth.FAILING, "1 rows do not tell which app"),
        (
            [{"appId": app_id(number), "lastSignInActivity": "x"} for number in range(100, 601)],
            SourceHealth.FAILING,
            "rows of more than 500 apps",
        ),
    ],
    ids=["empty", "nameless", "unreadable"],
)
async def test_the_silence_of_a_report_that_was_not_understood_says_nothing(
    services: Services,
    reports: ScriptedReports,
    rows: list[DirectoryObject],
    health: SourceHealth,
    reason: str,
) -> None:
    reports.rows[SIGN_INS] = rows
    await collect_usage(services, NOW)
    assert (await signed_in(services))[1:] == [UNKNOWN] * 9
    part = (await state(services)).parts[SIGN_INS]
    assert (part.health, part.last_read) == (health, NOW)
    assert (part.reason or "").startswith(reason)
    assert (await used(services))[0] == YESTERDAY, "the other report is read all the same"
    reports.rows[SIGN_INS] = [sign_in(0)]
    await collect_usage(services, NOW + 6 * HOUR)
    assert await signed_in(services) == [YESTERDAY] + [None] * 9
    assert (await state(services)).parts[SIGN_INS].reason is None


@pytest.mark.parametrize("fault", [Unavailable("500"), DeltaExpired("gone")], ids=str)
async def test_a_report_that_always_fails_does_not_keep_the_other_from_its_turn(
    services: Services, reports: ScriptedReports, fault: Exception
) -> None:
    def fail(report: UsageReport, link: str | None) -> None:
        if report is SIGN_INS and link == "2":
            raise fault

    reports.before = fail
    for quarter in range(12):
        await collect_usage(services, NOW + quarter * HOUR / 4)
    assert await used(services) == [YESTERDAY] * 2 + [None] * 8
    part = (await state(services)).parts[SIGN_INS]
    assert (part.health, part.reason, part.last_read) == (SourceHealth.FAILING, str(fault), None)
    assert (await source(services)).health is SourceHealth.FAILING
    tries = reports.asked.count((SIGN_INS, "2"))
    assert tries == 5
    reports.before = lambda _report, _link: None
    await collect_usage(services, NOW + 9 * HOUR)
    assert await signed_in(services) == [YESTERDAY] * 5 + [None] * 5
    assert (await source(services)).health is SourceHealth.OK


async def test_a_lost_link_begins_the_report_anew_but_not_at_once(services: Services, reports: ScriptedReports) -> None:
    def lose(_report: UsageReport, link: str | None) -> None:
        if link == "4":
            raise DeltaExpired("gone")

    reports.before = lose
    await collect_usage(services, NOW)
    await collect_usage(services, NOW)
    assert reports.asked == [(SIGN_INS, None), (SIGN_INS, "2"), (SIGN_INS, "4")]
    reports.before = lambda _report, _link: None
    await collect_usage(services, NOW + MINUTE)
    assert reports.asked[3] == (SIGN_INS, None)
    assert await signed_in(services) == [YESTERDAY] * 5 + [None] * 5


async def test_what_nobody_foresaw_is_told_by_its_kind_alone(services: Services, reports: ScriptedReports) -> None:
    def fail(_report: UsageReport, _link: str | None) -> None:
        raise ZeroDivisionError("\u202esecret")

    reports.before = fail
    await collect_usage(services, NOW)
    reason = (await source(services)).reason or ""
    assert reason.startswith("ZeroDivisionError in test_usage.py")
    assert "secret" not in reason


class RenamedApps(TableApps):
    """Whoever reads the first app finds two times that somebody else is faster to change it."""

    renames = 2

    async def versions(self, app_ids: Sequence[str]) -> dict[str, tuple[App, str]]:
        found = await super().versions(app_ids)
        if self.renames and app_id(0) in found:
            self.renames -= 1
            await self.save([changed(found[app_id(0)][0], display_name=f"Renamed {self.renames}")], NOW)
        return found


async def test_an_app_that_changes_meanwhile_keeps_both_changes(services: Services, application: Application) -> None:
    await collect_usage(replace(services, apps=RenamedApps(application.connection)), NOW)
    [app] = await stored(services, [0])
    assert app.display_name == "Renamed 0"
    assert isinstance(app.sign_ins, SignIns)


async def test_of_two_hosts_one_reads(services: Services, reports: ScriptedReports) -> None:
    assert await services.claims.claim(SOURCE, "another", NOW + HOUR, NOW)
    await collect_usage(services, NOW)
    assert reports.asked == []


@pytest.fixture
async def tenant(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[TenantServer]:
    simulated = generate(seed=7, apps=60, tenant_id=TENANT_ID, clock=ManualClock(NOW))
    async with serve(simulated, own_identities(simulated), seed=7) as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        yield server


async def test_the_reports_of_a_tenant_reach_its_apps(tenant: TenantServer, application: Application) -> None:
    connection = GraphConnection(tenant.address, READER_CLIENT_ID)
    services = replace(application.services, usage=GraphUsage(connection))
    activities = tenant.tenant.sign_in_activity
    seen = NOW - timedelta(days=30)
    there = [item["appId"] for item in tenant.tenant.service_principals.all()]
    await services.apps.save([App(app_id=each, first_seen=seen) for each in there], NOW)
    await services.inventory_reads.move(InventoryState(reads=1, last_full_read=NOW - HOUR), None)
    for run in range(10):
        await collect_usage(services, NOW + run * MINUTE)
    await connection.close()
    apps = await services.apps.get(there)
    assert {each for each, app in apps.items() if app.sign_ins is not None} == activities.keys() & set(there)
    assert activities.keys() & set(there)
    assert UNKNOWN not in [app.sign_ins for app in apps.values()]
