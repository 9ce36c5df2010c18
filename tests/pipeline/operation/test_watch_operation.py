"""Conditions of the service's own work: one alert an occurrence, resolved by itself, opened again by the next."""

from datetime import UTC, datetime, timedelta

from shared.bootstrap import Application
from shared.domain.alerts import Alert, AlertStatus, fingerprint_of
from shared.domain.built_in import OperatorKind
from shared.domain.operator_conditions import OperatorCondition
from shared.domain.roles import Caller, Role
from shared.domain.triage import TriageChanges
from shared.pipeline.detection.triage import update_alert
from shared.pipeline.operation.watch_operation import watch_operation
from shared.pipeline.services import Services
from tests.pipeline.routes import Receiver, with_route

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
STALE = OperatorCondition(kind=OperatorKind.SOURCE_STALE, subject="directoryAudits", detail="no read since 08:50")
LEE = Caller(id="lee", name="Lee", is_user=True, roles=frozenset({Role.SECURITY_ADMINISTRATOR}))


async def alert_of(services: Services) -> Alert:
    alert = (await services.alerts.series(fingerprint_of(STALE.kind, (STALE.subject,)))).alert
    assert alert is not None
    return alert


async def actions(services: Services) -> list[str]:
    return [entry.action for entry in await services.alerts.history((await alert_of(services)).id)]


async def test_a_condition_that_lasts_is_one_alert_that_is_told_once(application: Application) -> None:
    services = with_route(application.services, Receiver())
    await watch_operation(services, [STALE], NOW)
    await watch_operation(services, [STALE], NOW + MINUTE)
    alert = await alert_of(services)
    assert (alert.status, alert.evidence_count) == (AlertStatus.NEW, 1)
    assert alert.title == "A source has gone quiet: directoryAudits"
    assert len(await services.alerts.deliveries(alert.id)) == 1


async def test_a_condition_that_ended_resolves_its_alert_and_the_next_occurrence_opens_it_again(
    application: Application,
) -> None:
    services = application.services
    await watch_operation(services, [STALE], NOW)
    await watch_operation(services, [], NOW + MINUTE)
    assert (await alert_of(services)).status is AlertStatus.RESOLVED
    await watch_operation(services, [], NOW + 2 * MINUTE)
    await watch_operation(services, [STALE], NOW + 3 * MINUTE)
    assert (await alert_of(services)).status is AlertStatus.NEW
    assert await actions(services) == ["created", "updated", "reopened"]


async def test_what_a_person_resolved_stays_resolved_while_the_condition_lasts(application: Application) -> None:
    services = application.services
    await watch_operation(services, [STALE], NOW)
    alert = await alert_of(services)
    await update_alert(services, alert.id, TriageChanges(status=AlertStatus.RESOLVED), LEE, None, NOW + MINUTE)
    await watch_operation(services, [STALE], NOW + 2 * MINUTE)
    await watch_operation(services, [], NOW + 3 * MINUTE)
    assert (await alert_of(services)).status is AlertStatus.RESOLVED
    assert await actions(services) == ["created", "updated"]


async def test_a_death_between_the_alert_and_forgetting_the_condition_is_made_good(application: Application) -> None:
    services = application.services
    await watch_operation(services, [STALE], NOW)
    [known] = await services.conditions.open()
    await watch_operation(services, [], NOW + MINUTE)
    await services.conditions.begin(known.kind, known.subject, known.since)  # as if it had not been forgotten
    await watch_operation(services, [], NOW + 2 * MINUTE)
    assert await services.conditions.open() == []
    assert await actions(services) == ["created", "updated"]
