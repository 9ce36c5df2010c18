"""What was there before the tenant was watched is told once, as a digest, and only when all of it was judged."""

from datetime import UTC, datetime, timedelta

from shared.bootstrap import Application
from shared.domain.alert_queries import AlertQuery
from shared.domain.alerts import Alert
from shared.domain.app_summaries import AppSummary
from shared.domain.built_in import BUILT_IN, FIRST_READ
from shared.domain.severities import Severity
from shared.pipeline.delivery.settle import settle
from shared.pipeline.detection.deduplicate_alerts import raise_alerts
from shared.pipeline.operation.tell_first_read import tell_first_read
from shared.pipeline.services import Services
from tests.domain.findings import app, event, finding
from tests.pipeline.routes import Receiver, with_route

STARTED = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
NOW = STARTED + timedelta(minutes=5)


async def settled(services: Services) -> None:
    for alert_id in [one async for one in services.intents.older_than(NOW + timedelta(hours=1))]:
        await settle(services, alert_id, NOW)


async def digests(services: Services) -> list[Alert]:
    page = await services.alert_list.page(AlertQuery(policy_id=FIRST_READ), 10, None)
    return [listed.alert for listed in page.alerts]


async def test_findings_from_before_are_told_as_one_digest_that_is_as_grave_as_the_gravest(
    application: Application,
) -> None:
    receiver = Receiver()
    services = with_route(application.services, receiver)
    watch = await services.watch.begin(STARTED)
    for number in range(3):
        found = finding(event(f"e{number}", of=app(f"app-{number}")), policy=f"policy-{number % 2}")
        await raise_alerts(services, [found], NOW, watch)
    await services.watch.note_first_read_judged(NOW)
    await settled(services)
    assert receiver.received == []

    assert await tell_first_read(services, NOW)
    assert await tell_first_read(services, NOW)
    await settled(services)
    [digest] = await digests(services)
    assert digest.severity is Severity.HIGH
    assert digest.title == "The tenant was read for the first time: 3 high found"
    assert receiver.received == [f"{digest.id}/1"]


async def test_the_digest_names_the_riskiest_apps_and_counts_those_that_are_risky(application: Application) -> None:
    services = application.services
    scores = {"risky": 70, "riskier": 93, "calm": 69, "unread": None}
    await services.app_list.update([AppSummary(app_id=name, risk=score) for name, score in scores.items()], {})
    await services.watch.begin(STARTED)
    await services.watch.note_first_read_judged(NOW)
    assert await tell_first_read(services, NOW)
    await settled(services)
    [digest] = await digests(services)
    assert digest.title == "The tenant was read for the first time: nothing found, 2 apps of risk 70 and above"
    told = [one.condition for one in digest.conditions if one.condition.startswith("risk of app")]
    assert told == ["risk of app riskier", "risk of app risky", "risk of app calm"]
    assert BUILT_IN[FIRST_READ].triage[0] == "Open the apps above, riskiest first."


async def test_the_digest_waits_until_the_first_read_was_judged_and_listed(application: Application) -> None:
    services = application.services
    assert not await tell_first_read(services, NOW)
    watch = await services.watch.begin(STARTED)
    await raise_alerts(services, [finding(event("e1"))], STARTED, watch)
    assert not await tell_first_read(services, NOW)
    await services.watch.note_first_read_judged(NOW)
    assert not await tell_first_read(services, NOW)
    await settled(services)
    assert await tell_first_read(services, NOW)


async def test_a_tenant_in_order_is_told_of_as_well(application: Application) -> None:
    services = application.services
    await services.watch.begin(STARTED)
    await services.watch.note_first_read_judged(NOW)
    assert await tell_first_read(services, NOW)
    await settled(services)
    [digest] = await digests(services)
    assert (digest.severity, digest.historical) == (Severity.INFORMATIONAL, False)
