"""Changing alerts on real storage: with history, in the list at once, and without losing anybody's change."""

import asyncio
from dataclasses import replace as rewired

import pytest
from msgspec.structs import replace

from shared.bootstrap import Application
from shared.domain.alert_queries import AlertQuery
from shared.domain.alerts import Alert, AlertStatus
from shared.domain.errors import Conflict
from shared.domain.history import first_broken
from shared.domain.roles import Caller
from shared.domain.triage import IllegalTransition, TriageChanges, TriageRefused
from shared.pipeline.deduplicate_alerts import raise_alerts
from shared.pipeline.services import Services
from shared.pipeline.triage import StaleEtag, UnknownAlert, update_alert
from shared.storage.alert_list import TableAlertList
from tests.domain.findings import event, finding
from tests.pipeline.worker import NOW

ADA = Caller(id="ada-id", name="ada@example.com", is_user=True, roles=frozenset())
ASSIGN = TriageChanges(assigned_to="ada@example.com", reason="My week.")


async def raised(services: Services) -> str:
    """The id of a new alert."""
    await raise_alerts(services, [finding(event("e1"))], NOW)
    [listed] = (await services.alert_list.page(AlertQuery(), 10, None)).alerts or [None]
    return listed.alert.id if listed else await _unlisted(services)


async def _unlisted(services: Services) -> str:
    from shared.domain.alerts import fingerprint_of

    only = finding(event("e1"))
    series = await services.alerts.series(fingerprint_of(only.policy_id, only.group))
    assert series.alert is not None
    return series.alert.id
