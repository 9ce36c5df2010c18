"""The Alert: one episode of a series of findings, and all that is written about it.

A fingerprint names the series (one policy, one group of values); ``fingerprint-episode`` names the alert. Property
names and values follow Microsoft Graph's ``alert`` (alerts_v2), so that readers and automations know them.
"""

import hashlib
import json
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from shared.domain.app_references import AppReference
from shared.domain.findings import ConditionResult, Evidence
from shared.domain.severities import Severity


class AlertStatus(StrEnum):
    NEW = "new"
    IN_PROGRESS = "inProgress"
    RESOLVED = "resolved"


class Classification(StrEnum):
    UNKNOWN = "unknown"
    FALSE_POSITIVE = "falsePositive"
    TRUE_POSITIVE = "truePositive"
    INFORMATIONAL_EXPECTED_ACTIVITY = "informationalExpectedActivity"


class Determination(StrEnum):
    UNKNOWN = "unknown"
    MALWARE = "malware"
    PHISHING = "phishing"
    UNWANTED_SOFTWARE = "unwantedSoftware"
    MULTI_STAGED_ATTACK = "multiStagedAttack"
    COMPROMISED_ACCOUNT = "compromisedAccount"
    MALICIOUS_USER_ACTIVITY = "maliciousUserActivity"
    SECURITY_TESTING = "securityTesting"
    CONFIRMED_ACTIVITY = "confirmedActivity"
    LINE_OF_BUSINESS_APPLICATION = "lineOfBusinessApplication"
    NOT_MALICIOUS = "notMalicious"
    NOT_ENOUGH_DATA_TO_VALIDATE = "notEnoughDataToValidate"
    OTHER = "other"


class Comment(Struct, frozen=True, kw_only=True, rename="camel"):
    comment: str
    created_by_display_name: str
    created_date_time: datetime


class ProviderState(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """What another product's alert said when it was last taken in, in its own words; ``updated`` orders versions."""

    updated: datetime
    status: str | None = None
    classification: str | None = None
    determination: str | None = None
    techniques: tuple[str, ...] = ()


class Alert(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """One alert. Times are UTC; activity times come from the evidence, the others from the clock of the writer.

    The earliest evidence gives title, app, ``summary`` and ``conditions``: the order of arrival changes nothing, and
    ``first_event_id`` says which it is. ``joint_conditions`` are those on several events together, each with the
    largest measure that was seen. ``historical``: all evidence is from before the tenant was watched.

    ``provider_*`` are of the alert of another product that this one stands for; its address may be anything. Of such
    an alert, ``related_alert_id`` is one of ours that had told of the same before.

    ``condition_holds`` is False once the state of the app that the alert tells of is gone, since
    ``condition_ended_date_time``; True once it came back; None as long as it never ended.
    """

    id: str
    fingerprint: str
    episode: int
    incident_id: str
    policy_id: str
    policy_version: int
    title: str
    severity: Severity
    app: AppReference
    created_date_time: datetime
    last_update_date_time: datetime
    status: AlertStatus = AlertStatus.NEW
    classification: Classification = Classification.UNKNOWN
    determination: Determination = Determination.UNKNOWN
    assigned_to: str | None = None
    comments: tuple[Comment, ...] = ()
    snoozed_until_date_time: datetime | None = None
    resolved_date_time: datetime | None = None
    first_activity_date_time: datetime | None = None
    last_activity_date_time: datetime | None = None
    first_event_id: str = ""
    summary: str = ""
    """The earliest event as a sentence: hostile text, since it quotes the record. Empty without an event."""

    historical: bool = False
    evidence_count: int = 0
    conditions: tuple[ConditionResult, ...] = ()
    joint_conditions: tuple[ConditionResult, ...] = ()
    provider_alert_id: str | None = None
    provider_alert_url: str | None = None
    provider_state: ProviderState | None = None
    related_alert_id: str | None = None
    condition_holds: bool | None = None
    condition_ended_date_time: datetime | None = None


class EvidenceItem(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """One piece of evidence as stored with the alert: an event, or the state of an app (then ``event`` is None).

    ``material`` is a hash of what the event did, without its id and time: two events that differ only in those are
    not materially new to each other.
    """

    event_id: str
    time: datetime | None
    material: str
    evidence: Evidence | None = None
    conditions: tuple[ConditionResult, ...] = ()


class PropertyEdit(Struct, frozen=True, kw_only=True, rename="camel"):
    property: str
    before: str | None
    after: str | None


class HistoryEntry(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """Who changed the alert, when, why and from what. Entries of one alert are chained by their hashes."""

    sequence: int
    time: datetime
    actor: str
    action: str
    edits: tuple[PropertyEdit, ...] = ()
    reason: str | None = None
    previous_hash: str = ""
    hash: str = ""
    content: str = ""
    """The digest of what is kept beside the entry and stands under its hash by it; empty where nothing is."""


class DeliveryState(StrEnum):
    PENDING = "pending"
    SENT = "sent"
    HELD = "held"
    """The route had no place for a card of its own: it is told in the next summary, and the outbox is done with it."""
    FAILED = "failed"


class Delivery(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """A row of the outbox: the alert is to be told to one route, for one reason, once.

    ``sequence`` is that of the history entry that caused it, so the same cause never makes two deliveries.
    ``claimed_until`` keeps two hosts from sending at once; past it, the sender is taken to have died.
    """

    route: str
    sequence: int
    reason: str
    state: DeliveryState = DeliveryState.PENDING
    attempts: int = 0
    not_before: datetime | None = None
    claimed_until: datetime | None = None
    sent_date_time: datetime | None = None
    last_error: str | None = None


def fingerprint_of(policy_id: str, group: tuple[str, ...]) -> str:
    """The name of the series: the policy and the values it groups by, without its version and without time."""
    return hashlib.sha256(json.dumps([policy_id, *group]).encode()).hexdigest()[:32]


def alert_id_of(fingerprint: str, episode: int) -> str:
    return f"{fingerprint}-{episode}"


def split_alert_id(alert_id: str) -> tuple[str, int] | None:
    """Fingerprint and episode of an alert id, or None if it cannot be one (callers answer 404)."""
    fingerprint, dash, episode = alert_id.partition("-")
    well_formed = len(fingerprint) == 32 and all(c in "0123456789abcdef" for c in fingerprint)
    if not (dash and well_formed and episode.isascii() and episode.isdigit() and len(episode) <= 6):
        return None
    return (fingerprint, int(episode)) if str(int(episode)) == episode else None


def incident_id_of(app: AppReference, fingerprint: str) -> str:
    """One incident per app from the first day. An alert that names no app is an incident of its own."""
    return hashlib.sha256(f"incident:{app.key or fingerprint}".encode()).hexdigest()[:32]
