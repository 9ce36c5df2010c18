"""The timeline of an app: its audits, changes, alerts and remediations in one order, each once."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from shared.bootstrap import Application, build
from shared.domain.activities import Activity
from shared.domain.alerts import Alert
from shared.domain.app_references import Alias, AppReference
from shared.domain.apps import App, Permission, PermissionKind
from shared.domain.events import Actor, ActorKind, Event, PermissionChange, Resource, Source
from shared.domain.history import next_entry
from shared.domain.ledger import Chunk, ChunkState
from shared.domain.microsoft import EXCHANGE_ONLINE, MICROSOFT_GRAPH
from shared.domain.privileges import Privilege
from shared.domain.remediation_records import RecordedChange, RemediationChange
from shared.domain.remediations import Remediation, RemediationAction, RemediationStatus, remediation_id_of
from shared.domain.severities import Severity
from shared.domain.timeline import TimelineEntry, TimelineKind
from shared.pipeline.detection.evaluate import evaluate
from shared.pipeline.inventory.app_timeline import app_timeline, grant_of, granted_by
from shared.pipeline.services import Services
from shared.settings import read_settings
from tests.pipeline.conftest import IDENTIFIERS

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
APP = "6f0b1c2d-0000-4000-8000-000000000001"
OTHER = "6f0b1c2d-0000-4000-8000-000000000002"
PRINCIPAL = "5f0e2a10-0000-4000-8000-000000000001"
"""The app's service principal."""


@pytest.fixture
async def application(connection_string: str, unique: Callable[[str], str]) -> AsyncIterator[Application]:
    """A whole process: what is judged and remediated belongs to the timeline too."""
    settings = read_settings({**IDENTIFIERS, "DataStorage": connection_string})
    built = build(settings, prefix=unique("l"))
    yield built
    await built.close()


@pytest.fixture
async def services(application: Application) -> Services:
    services = application.services
    await services.apps.save([App(app_id=APP, service_principal_id=PRINCIPAL, display_name="Payroll")], NOW)
    return services


def change(number: int, app_id: str = APP, minutes: int | None = None) -> TimelineEntry:
    return TimelineEntry(
        app_id=app_id,
        time=NOW + (number if minutes is None else minutes) * MINUTE,
        id=f"c{number:04}",
        kind=TimelineKind.CHANGE,
        what="enabled",
        sentence="Disabled",
    )


def alert(number: int, minutes: int) -> Alert:
    time = NOW + minutes * MINUTE
    return Alert(
        id=f"{number:032x}-1",
        fingerprint=f"{number:032x}",
        episode=1,
        incident_id="incident-1",
        policy_id="credential-added",
        policy_version=1,
        title="Credential added to Pay\u202eroll",
        severity=Severity.HIGH,
        app=AppReference(app_id=APP),
        created_date_time=time,
        last_update_date_time=time,
    )


async def remediate(services: Services, number: int, minutes: int) -> None:
    """As if it had been asked for and done."""
    made = Remediation(
        id=remediation_id_of(APP, number),
        app_id=APP,
        service_principal_id=PRINCIPAL,
        action=RemediationAction.DISABLE,
        reason="It reads all mail.",
        requested_by="ada@contoso.example",
        requested_date_time=NOW + minutes * MINUTE,
        status=RemediationStatus.SUCCEEDED,
    )
    entry = next_entry(None, NOW, "ada", "requested", (), made.reason)
    app = await services.remediations.of_app(APP)
    await services.remediations.commit(
        RemediationChange(app=app, records=(RecordedChange(remediation=made, entry=entry),))
    )
    await services.remediation_list.project(made)


async def all_pages(services: Services, top: int, app_id: str = APP) -> list[TimelineEntry]:
    entries: list[TimelineEntry] = []
    after = None
    for _ in range(200):
        page = await app_timeline(services, app_id, top, after)
        assert len(page.entries) <= top
        entries += page.entries
        after = page.next
        if after is None:
            return entries
    raise AssertionError("the pages have no end")


def event(
    event_id: str, activity: Activity, minutes: int = 0, of: AppReference | None = None, actor: str = "ann"
) -> Event:
    return Event(
        id=event_id,
        source=Source.DIRECTORY_AUDITS,
        activity=activity,
        operation=activity.value,
        time=NOW + minutes * MINUTE,
        actor=Actor(kind=ActorKind.USER, id=actor, name=f"{actor}@contoso.example"),
        app=of or AppReference(app_id=APP, service_principal_id=PRINCIPAL),
    )


async def judge(services: Services, *events: Event, sequence: int = 1) -> None:
    """As if these events were collected, and their chunk judged."""
    path = await services.archive.write_events("test", sequence, NOW, events)
    cursor = await services.ledger.cursor("test")
    chunk = Chunk(source="test", sequence=sequence, state=ChunkState.COLLECTED, events_path=path, collected=NOW)
    await services.ledger.commit(chunk, {each.id: each.time for each in events}, cursor, "")
    await evaluate(services, "test", sequence, NOW)


@pytest.mark.parametrize("top", [1, 2, 3, 50])
async def test_all_that_happened_is_in_one_order_on_pages_of_any_size(services: Services, top: int) -> None:
    await services.timelines.add([change(1), change(4), change(6), change(7)])
    for number, minutes in ((1, 2), (2, 6), (3, 8)):
        await services.alert_list.project(alert(number, minutes), "etag")
    for number, minutes in ((1, 3), (2, 9)):
        await remediate(services, number, minutes)
    shown = await all_pages(services, top)
    assert [(int((entry.time - NOW) / MINUTE), entry.kind.value) for entry in shown] == [
        (9, "remediation"),
        (8, "alert"),
        (7, "change"),
        *((6, kind) for kind in ("alert", "change")),
        (4, "change"),
        (3, "remediation"),
        (2, "alert"),
        (1, "change"),
    ]
    assert shown[0].actor == "ada@contoso.example"
    assert shown[0].sentence == "ada@contoso.example asked for it to be disabled (succeeded): It reads all mail."
    assert shown[1].sentence == "Alert of high severity: Credential added to Pay⟨U+202E⟩roll"
    assert shown[1].reference == alert(3, 8).id


@pytest.mark.parametrize("top", [1, 2, 7])
async def test_entries_of_one_moment_are_neither_lost_nor_repeated(services: Services, top: int) -> None:
    await services.timelines.add([change(number, minutes=0) for number in range(5)])
    for number in range(5):
        await services.alert_list.project(alert(number, 0), "etag")
    shown = await all_pages(services, top)
    assert len({entry.id for entry in shown}) == len(shown) == 10


async def test_what_happens_between_two_pages_moves_none_of_the_rest(services: Services) -> None:
    await services.timelines.add([change(number) for number in range(6)])
    first = await app_timeline(services, APP, 3, None)
    await services.timelines.add([change(9)])
    await services.alert_list.project(alert(1, 10), "etag")
    rest = await app_timeline(services, APP, 10, first.next)
    assert [entry.id for entry in rest.entries] == ["c0002", "c0001", "c0000"]
    assert rest.next is None


async def test_a_page_of_another_app_or_of_nobody_is_refused(services: Services) -> None:
    await services.timelines.add([change(number) for number in range(3)])
    page = await app_timeline(services, APP, 1, None)
    for after in (page.next, "", "nonsense", "{}", "x" * 5000):
        with pytest.raises(ValueError, match="not a page token"):
            await app_timeline(services, OTHER, 1, after)


async def test_an_app_of_which_nothing_is_known_has_an_empty_timeline(services: Services) -> None:
    page = await app_timeline(services, OTHER, 10, None)
    assert (page.entries, page.next) == ((), None)


async def test_audits_of_an_app_are_recorded_also_where_no_rule_looks(services: Services) -> None:
    assert Activity.APP_RESTORED not in services.rules().activities
    await judge(
        services,
        event("e1", Activity.APP_RESTORED, 1),
        event("e2", Activity.CREDENTIAL_ADDED, 2),
        replace(event("e3", Activity.APP_UPDATED, 3), succeeded=False),
    )
    shown = [entry for entry in await all_pages(services, 50) if entry.kind is TimelineKind.EVENT]
    assert [(entry.what, entry.reference) for entry in shown] == [
        ("app.updated", "e3"),
        ("credential.added", "e2"),
        ("app.restored", "e1"),
    ]
    assert shown[0].sentence == "ann@contoso.example changed the registration of Payroll: it failed"
    assert {entry.actor for entry in shown} == {"ann@contoso.example"}


async def test_use_of_an_app_and_audits_of_none_are_not_recorded(services: Services) -> None:
    await judge(
        services,
        replace(event("e1", Activity.MAIL_ACCESSED), source=Source.UNIFIED_AUDIT_LOG),
        replace(event("e2", Activity.SIGN_IN), source=Source.SIGN_INS),
        event("e3", Activity.POLICY_CHANGED, of=AppReference(display_name="Payroll")),
    )
    assert [entry for entry in await all_pages(services, 50) if entry.kind is TimelineKind.EVENT] == []


async def test_judging_a_chunk_again_adds_nothing(services: Services) -> None:
    audit = event("e1", Activity.APP_RESTORED)
    await judge(services, audit)
    await judge(services, audit, sequence=2)
    assert len(await all_pages(services, 50)) == 1


async def test_an_event_whose_app_was_not_known_is_in_its_timeline_once_it_is(services: Services) -> None:
    unknown = "5f0e2a10-0000-4000-8000-000000000002"
    nameless = AppReference(service_principal_id=unknown)
    await judge(services, event("e1", Activity.APP_RESTORED, 1, nameless))
    assert await all_pages(services, 50, OTHER) == []
    await services.apps.save([App(app_id=OTHER, service_principal_id=unknown)], NOW)
    await services.aliases.learn([Alias(unknown, OTHER)])
    again = [event("e1", Activity.APP_RESTORED, 1, nameless), event("e2", Activity.APP_RESTORED, 2, nameless)]
    await judge(services, *again, sequence=2)
    for top in (1, 50):
        assert [entry.reference for entry in await all_pages(services, top, OTHER)] == ["e2", "e1"]


async def test_hostile_names_are_shown_in_a_sentence_of_one_line(services: Services) -> None:
    await judge(services, event("e1", Activity.APP_RESTORED, actor="a\u202en\nn"))
    [entry] = await all_pages(services, 50)
    assert "⟨U+202E⟩" in entry.sentence
    assert entry.sentence.isprintable()


async def test_each_permission_names_who_granted_it_last(services: Services) -> None:
    mail = PermissionChange(after=("Mail.Read",))
    files = PermissionChange(before=("Mail.Read",), after=("Mail.Read", "Files.Read"))
    await judge(
        services,
        replace(event("e1", Activity.CONSENT_GRANTED, 1, actor="ann"), scopes=mail),
        replace(event("e2", Activity.GRANT_CHANGED, 2, actor="ben"), scopes=files),
        replace(event("e3", Activity.CONSENT_GRANTED, 3, actor="cem"), scopes=mail),
        replace(event("e4", Activity.APP_ROLE_GRANTED, 4, actor="dee"), app_role="Mail.Read"),
        replace(event("e5", Activity.APP_ROLE_GRANTED, 5, actor="eve"), app_role="Mail.Read", succeeded=False),
        replace(event("e6", Activity.GRANT_REVOKED, 6, actor="fay"), scopes=PermissionChange(before=("Files.Read",))),
    )
    granted = await granted_by(services, APP)
    assert {key: entry.actor for key, entry in granted.items()} == {
        (PermissionKind.DELEGATED, None, "Mail.Read"): "cem@contoso.example",
        (PermissionKind.DELEGATED, None, "Files.Read"): "ben@contoso.example",
        (PermissionKind.APPLICATION, None, "Mail.Read"): "dee@contoso.example",
    }


async def test_permissions_of_one_name_at_two_apis_are_not_mixed_up(services: Services) -> None:
    graph = "5f0e2a10-0000-4000-8000-00000000000a"
    await services.aliases.learn([Alias(graph, MICROSOFT_GRAPH)])
    role = replace(event("e1", Activity.APP_ROLE_GRANTED, 1, actor="ann"), app_role="Mail.Read")
    await judge(
        services,
        replace(role, resource=Resource(service_principal_id=graph)),
        replace(role, id="e2", actor=Actor(kind=ActorKind.USER, name="ben"), resource=Resource(app_id=EXCHANGE_ONLINE)),
        replace(role, id="e3", actor=Actor(kind=ActorKind.USER, name="cem"), app_role="Mail.Send"),
    )

    def held(name: str, api: str) -> Permission:
        return Permission(name=name, kind=PermissionKind.APPLICATION, privilege=Privilege.HIGH, resource_app_id=api)

    def granter(permission: Permission, *others: Permission) -> str | None:
        entry = grant_of(permission, (permission, *others), grants)
        return entry.actor if entry else None

    grants = await granted_by(services, APP)
    at_graph, at_exchange = held("Mail.Read", MICROSOFT_GRAPH), held("Mail.Read", EXCHANGE_ONLINE)
    assert granter(at_graph, at_exchange) == "ann@contoso.example"
    assert granter(at_exchange, at_graph) == "ben"
    sending = held("Mail.Send", MICROSOFT_GRAPH)
    assert granter(sending, at_graph) == "cem"
    assert granter(sending, held("Mail.Send", EXCHANGE_ONLINE)) is None
