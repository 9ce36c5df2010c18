"""Chunks, matches and alerts for tests, built from the few facts a test is about."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from shared.domain.alert_series import AlertChange, Series
from shared.domain.alerts import Alert, alert_id_of, fingerprint_of
from shared.domain.candidates import candidates_of
from shared.domain.episodes import next_change
from shared.domain.events import Event
from shared.domain.findings import Evidence
from shared.domain.ledger import Chunk, ChunkState
from shared.domain.matches import Match
from shared.domain.severities import Severity
from tests.domain.findings import app, event, finding

START = datetime(2026, 3, 2, 9, tzinfo=UTC)


def chunk(sequence: int = 1, source: str = "graph", events: int = 1) -> Chunk:
    return Chunk(
        source=source,
        sequence=sequence,
        state=ChunkState.COLLECTED,
        rows=events + 2,
        events=events,
        duplicates=1,
        rejected=1,
        raw_path=f"raw/{source}/{sequence}",
        events_path=f"events/{source}/{sequence}",
        collected=START + timedelta(minutes=sequence),
    )


def match(event_id: str, minutes: float = 0, group: str = "app-1", state_version: str = "s1") -> Match:
    return Match(
        policy_id="mass-mail-read",
        state_version=state_version,
        group=(group,),
        time=START + timedelta(minutes=minutes),
        event_id=event_id,
        step="read",
        evidence=Evidence(event=event(event_id, minutes)),
    )


def change_of(
    series: Series, events: Sequence[Event], routes: Sequence[str] = (), now: datetime = START
) -> AlertChange:
    """The next commit that the domain's rules make of these events."""
    change = next_change(series, candidates_of([finding(*events)]), lambda _: routes, now)
    assert change is not None
    return change


FINGERPRINT = fingerprint_of("credential-added", ("app-1",))


def alert(number: int = 1, created: datetime = START, policy: str = "credential-added") -> Alert:
    """A new alert of a series of its own; the tests replace what they are about."""
    fingerprint = fingerprint_of(policy, (str(number),))
    return Alert(
        id=alert_id_of(fingerprint, 1),
        fingerprint=fingerprint,
        episode=1,
        incident_id="b" * 32,
        policy_id=policy,
        policy_version=1,
        title="Credential added",
        severity=Severity.HIGH,
        app=app(),
        created_date_time=created,
        last_update_date_time=created,
    )
