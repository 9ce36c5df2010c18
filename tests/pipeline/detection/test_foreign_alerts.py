"""Alerts of Defender from their records to ours, on real storage."""

import asyncio
import json
from dataclasses import replace as rewired

import pytest

from shared.bootstrap import Application
from shared.domain.alert_queries import AlertQuery
from shared.domain.alerts import Alert, AlertStatus, Classification
from shared.domain.findings import Finding
from shared.domain.severities import Severity
from shared.domain.streams import Stream
from shared.pipeline.collection.ingest import ingest
from shared.pipeline.detection.deduplicate_alerts import raise_alerts
from shared.pipeline.detection.foreign_alerts import take_in_foreign_alerts
from shared.pipeline.services import Services
from shared.sources.records import read_bytes
from tests.domain.findings import app, event, finding
from tests.pipeline.routes import Channel
from tests.pipeline.worker import NOW, work

APP = "0e4c1f30-0000-4000-8000-000000000001"
SOURCE: str = Stream.DEFENDER_ALERTS


def record(changed: str = "2026-03-02T10:00:00.48Z", **changes: object) -> bytes:
    alert = {
        "id": "da1_1",
        "title": "Odd <b>app</b>",
        "severity": "high",
        "status": "new",
        "serviceSource": "microsoftAppGovernance",
        "detectionSource": "appGovernanceDetection",
        "mitreTechniques": ["T1098.003"],
        "createdDateTime": "2026-03-02T10:00:00.48Z",
        "lastUpdateDateTime": changed,
        "evidence": [{"@odata.type": "#microsoft.graph.security.oauthApplicationEvidence", "appId": APP}],
        **changes,
    }
    return json.dumps(alert).encode()


def ours() -> Finding:
    """A credential was added to the app an hour before: T1098.001."""
    return finding(event("ours", of=app(APP)))


@pytest.fixture
def channel() -> Channel:
    return Channel()


@pytest.fixture
def services(application: Application, channel: Channel) -> Services:
    return rewired(application.services, routes={channel.name: channel})


async def take_in(application: Application, services: Services, *records: bytes) -> None:
    await ingest(services, SOURCE, records, NOW)
    await work(application, services)


async def alerts(services: Services) -> dict[str, Alert]:
    page = await services.alert_list.page(AlertQuery(app_id=APP), 50, None)
    return {listed.alert.policy_id: listed.alert for listed in page.alerts}


async def test_an_alert_of_theirs_is_listed_told_and_resolved_with_theirs(
    application: Application, services: Services, channel: Channel
) -> None:
    await take_in(application, services, record())
    alert = (await alerts(services))["defender-alert"]
    assert (alert.title, alert.provider_alert_id) == ("Odd <b>app</b>", "da1_1")
    assert channel.told == [f"{alert.id}/1"]
    await take_in(
        application,
        services,
        record("2026-03-02T11:00:00Z", status="resolved", classification="falsePositive"),
        record("2026-03-02T10:30:00Z", severity="low"),
    )
    resolved = (await alerts(services))["defender-alert"]
    assert (resolved.status, resolved.classification) == (AlertStatus.RESOLVED, Classification.FALSE_POSITIVE)
    history = await services.alerts.history(alert.id)
    assert [(entry.actor, entry.action) for entry in history] == [
        ("Microsoft Defender", action) for action in ("created", "updated", "updated")
    ]
    assert channel.told == [f"{alert.id}/1"]


async def test_versions_that_are_taken_in_twice_at_once_and_again_leave_one_alert(
    application: Application, services: Services, channel: Channel
) -> None:
    events = [*read_bytes(record()), *read_bytes(record("2026-03-02T11:00:00Z", severity="low"))]
    await asyncio.gather(*(take_in_foreign_alerts(services, some, NOW, None) for some in (events, events[:1], events)))
    await take_in_foreign_alerts(services, events, NOW, None)
    await work(application, services)
    alert = (await alerts(services))["defender-alert"]
    assert (alert.evidence_count, alert.severity) == (2, Severity.LOW)
    assert channel.told == [f"{alert.id}/1"]


async def test_what_an_open_alert_of_ours_has_told_of_is_related_to_it_and_not_told_again(
    application: Application, services: Services, channel: Channel
) -> None:
    await raise_alerts(services, [ours()], NOW)
    await work(application, services)
    told = list(channel.told)
    await take_in(application, services, record())
    found = await alerts(services)
    theirs, mine = found["defender-alert"], found["credential-added"]
    assert (theirs.related_alert_id, theirs.incident_id) == (mine.id, mine.incident_id)
    assert len(told) == 1
    assert channel.told == told
