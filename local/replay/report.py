"""What a replay tells: a table for people, JSON Lines for programs."""

from collections.abc import Iterator

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from local.replay.journal import Journal
from local.replay.replay import Counts
from local.severity_styles import SEVERITY_STYLES
from shared.domain.alerts import Alert, EvidenceItem
from shared.domain.app_references import Resolution
from shared.domain.display import inert


def alert_lines(journal: Journal) -> Iterator[bytes]:
    """One JSON object a line, oldest activity first."""
    for alert in journal.alerts():
        yield msgspec.json.encode(_as_object(alert, journal)) + b"\n"


def print_alerts(console: Console, journal: Journal) -> int:
    """Prints the table and returns the number of alerts."""
    table = Table(title="Alerts", show_lines=False)
    for column in ("severity", "first activity (UTC)", "alert", "app", "evidence"):
        table.add_column(column, overflow="fold")
    for alert in journal.alerts():
        first = alert.first_activity_date_time
        table.add_row(
            Text(alert.severity, style=SEVERITY_STYLES[alert.severity]),
            first.strftime("%Y-%m-%d %H:%M:%S") if first else "undated",
            Text(inert(alert.title)),
            Text(identity_in_words(alert)),
            str(alert.evidence_count),
        )
    if table.row_count:
        console.print(table)
    return table.row_count


def print_counts(console: Console, counts: Counts, reasons: dict[tuple[str, str], int]) -> None:
    console.print(
        f"{counts.records:,} records: {counts.events:,} events, {counts.duplicates:,} seen twice, "
        f"{counts.malformed:,} malformed or not understood; {counts.judged:,} events judged."
    )
    for (policy_id, reason), times in sorted(reasons.items(), key=lambda entry: -entry[1])[:10]:
        console.print(Text(f"not evaluated {times:,} times: {policy_id} ({inert(reason)})", style="dim"))


def identity_in_words(alert: Alert) -> str:
    """Which app, and how sure: unresolved and guessed identities say so."""
    app = alert.app
    name = inert(app.display_name or "no name")
    if app.resolution is Resolution.RESOLVED:
        return f"{name} ({app.app_id})"
    object_id = app.service_principal_id or app.application_object_id
    if app.resolution is Resolution.BY_NAME:
        return f"{name} (probably {app.app_id}: joined by display name, a guess; object {inert(object_id or '?')})"
    return f"{name} (identity unresolved; object {inert(object_id)})" if object_id else f"{name} (identity unresolved)"


def _as_object(alert: Alert, journal: Journal) -> dict[str, object]:
    return {
        "id": alert.id,
        "policyId": alert.policy_id,
        "title": alert.title,
        "severity": alert.severity,
        "appId": alert.app.app_id,
        "appDisplayName": alert.app.display_name,
        "servicePrincipalId": alert.app.service_principal_id,
        "applicationObjectId": alert.app.application_object_id,
        "identity": alert.app.resolution,
        "incidentId": alert.incident_id,
        "firstActivityDateTime": alert.first_activity_date_time,
        "lastActivityDateTime": alert.last_activity_date_time,
        "evidenceCount": alert.evidence_count,
        "evidence": [_evidence(item) for item in journal.evidence_of(alert)],
    }


def _evidence(item: EvidenceItem) -> dict[str, object]:
    told: dict[str, object] = {"time": item.time, "conditions": item.conditions}
    if item.evidence is not None:
        told |= {"eventId": item.event_id, "step": item.evidence.step, "event": item.evidence.event}
    return told
