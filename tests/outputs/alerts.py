"""An alert for tests of the ways out, built from the few facts a test is about."""

from datetime import UTC, datetime
from typing import Any

from shared.domain.alerts import Alert, Delivery
from shared.domain.severities import Severity
from tests.domain.findings import app

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def alert(severity: Severity = Severity.HIGH, **facts: Any) -> Alert:
    defaults: dict[str, Any] = {
        "id": "a" * 32 + "-1",
        "fingerprint": "a" * 32,
        "episode": 1,
        "incident_id": "b" * 32,
        "policy_id": "credential-added",
        "policy_version": 1,
        "title": "Credential added",
        "app": app(),
        "created_date_time": NOW,
        "last_update_date_time": NOW,
    }
    return Alert(severity=severity, **{**defaults, **facts})


def delivery(route: str = "teams", reason: str = "created") -> Delivery:
    return Delivery(route=route, sequence=1, reason=reason)
