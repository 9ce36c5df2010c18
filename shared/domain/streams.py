"""The streams: each way in which a log is read, with a cursor, a ledger and a switch of its own.

A log may come by more than one stream: what happens to mail is told by the Management Activity API, by the audit search
and by hunting. ``STREAMS`` says what each brings, what it takes, and which of them exclude each other.
"""

from datetime import timedelta
from enum import StrEnum

from msgspec import Struct

from shared.domain.passes import DIRECTORY_SCHEDULE, Cadence, PassKind, Schedule


class Family(StrEnum):
    """What is throttled together, and is therefore read by one timer (one instance, one pace)."""

    REPORTS = "reports"
    """Five requests in ten seconds."""
    IDENTITY_PROTECTION = "identityProtection"
    """One request a second, of the whole tenant."""
    SECURITY = "security"
    """150 requests a minute."""
    HUNTING = "hunting"
    """At least 45 queries a minute, and a share of processor time."""
    AUDIT_SEARCH = "auditSearch"
    OFFICE = "office"
    """The Office 365 Management Activity API: 2,000 requests a minute."""
    LOG_ANALYTICS = "logAnalytics"
    AZURE = "azure"


class Stream(StrEnum):
    """The values name the stream in settings, in the ledger and on the coverage page."""

    DIRECTORY_AUDITS = "directoryAudits"
    INTERACTIVE_SIGN_INS = "interactiveSignIns"
    NON_INTERACTIVE_SIGN_INS = "nonInteractiveSignIns"
    SERVICE_PRINCIPAL_SIGN_INS = "servicePrincipalSignIns"
    MANAGED_IDENTITY_SIGN_INS = "managedIdentitySignIns"
    GRAPH_ACTIVITY = "graphActivity"
    """GraphApiAuditEvents, by hunting."""
    GRAPH_ACTIVITY_LOGS = "graphActivityLogs"
    """MicrosoftGraphActivityLogs, from Log Analytics."""
    CLOUD_APP_EVENTS = "cloudAppEvents"
    EXCHANGE_AUDITS = "exchangeAudits"
    SHAREPOINT_AUDITS = "sharePointAudits"
    GENERAL_AUDITS = "generalAudits"
    ENTRA_AUDITS = "entraAudits"
    AUDIT_SEARCH = "auditSearch"
    RISKY_SERVICE_PRINCIPALS = "riskyServicePrincipals"
    RISK_DETECTIONS = "riskDetections"
    DEFENDER_ALERTS = "defenderAlerts"
    AZURE_ACTIVITY = "azureActivity"


class StreamFacts(Struct, frozen=True, kw_only=True):
    """What is known of a stream before it is read.

    ``excludes`` are streams that tell the same and must not be on beside it. ``optional``: without it all else is as
    current. ``stale_after`` is how long a complete read may be ago.
    """

    family: Family
    schedule: Schedule = DIRECTORY_SCHEDULE
    excludes: frozenset[Stream] = frozenset()
    optional: bool = True
    stale_after: timedelta = timedelta(minutes=30)


class LogPage(Struct, frozen=True, kw_only=True):
    """One page of a log: records as JSON bytes, each for the parsers to judge. ``next_link`` is None at the end.

    A link is opaque text of the reader's own: an address, or where in a window it stands.
    """

    records: tuple[bytes, ...]
    next_link: str | None = None


_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
_AT_EVERY_RUN = timedelta(0)
_DEEP = Cadence(6 * _HOUR, 26 * _HOUR)


def _schedule(recent: Cadence, catch_up: Cadence, first_read: timedelta, retention: timedelta = 30 * _DAY) -> Schedule:
    cadences = {PassKind.RECENT: recent, PassKind.CATCH_UP: catch_up, PassKind.DEEP: _DEEP}
    return Schedule(cadences=cadences, retention=retention, first_read=first_read)


def _by_arrival(deep: Cadence, retention: timedelta, first_read: timedelta) -> Schedule:
    """What has arrived stays where it is: one wide pass is enough for what was listed late."""
    cadences = {PassKind.RECENT: Cadence(_AT_EVERY_RUN, 10 * _MINUTE), PassKind.DEEP: deep}
    return Schedule(cadences=cadences, retention=retention, first_read=first_read, by_arrival=True)


_RECENT_HALF_HOUR = Cadence(_AT_EVERY_RUN, 30 * _MINUTE)
_SIGN_INS = StreamFacts(
    family=Family.REPORTS,
    schedule=Schedule(cadences=DIRECTORY_SCHEDULE.cadences, retention=30 * _DAY, first_read=7 * _DAY),
)
_NON_INTERACTIVE = StreamFacts(
    family=Family.REPORTS,
    # Five requests in ten seconds are 1.8 million records an hour, and large tenants have millions a day.
    schedule=Schedule(cadences=DIRECTORY_SCHEDULE.cadences, retention=30 * _DAY, first_read=_DAY),
)
_HUNTING = _schedule(_RECENT_HALF_HOUR, Cadence(_HOUR, 6 * _HOUR), first_read=7 * _DAY)
_GRAPH_HUNTING = _schedule(_RECENT_HALF_HOUR, Cadence(_HOUR, 6 * _HOUR), first_read=_DAY)
_LOG_ANALYTICS = _schedule(_RECENT_HALF_HOUR, Cadence(30 * _MINUTE, 2 * _HOUR), first_read=_DAY)
_AZURE = _schedule(_RECENT_HALF_HOUR, Cadence(_HOUR, 6 * _HOUR), first_read=7 * _DAY, retention=90 * _DAY)
_SEARCHED = Schedule(
    cadences={PassKind.RECENT: Cadence(_HOUR, 3 * _HOUR), PassKind.DEEP: _DEEP},
    retention=180 * _DAY,
    first_read=7 * _DAY,
)
"""A search takes minutes, and few may run at once."""
_ARRIVED = _by_arrival(Cadence(6 * _HOUR, 7 * _HOUR), retention=7 * _DAY, first_read=7 * _DAY)
_CHANGED = _by_arrival(_DEEP, retention=30 * _DAY, first_read=30 * _DAY)
"""Of what is read by its last update."""
_HOURS = 3 * _HOUR
_MANAGEMENT = frozenset({Stream.EXCHANGE_AUDITS, Stream.SHAREPOINT_AUDITS, Stream.GENERAL_AUDITS, Stream.ENTRA_AUDITS})
_OFFICE = StreamFacts(
    family=Family.OFFICE, schedule=_ARRIVED, excludes=frozenset({Stream.AUDIT_SEARCH}), stale_after=_HOURS
)

STREAMS: dict[Stream, StreamFacts] = {
    Stream.DIRECTORY_AUDITS: StreamFacts(family=Family.REPORTS, optional=False, stale_after=10 * _MINUTE),
    Stream.SERVICE_PRINCIPAL_SIGN_INS: _SIGN_INS,
    Stream.MANAGED_IDENTITY_SIGN_INS: _SIGN_INS,
    Stream.INTERACTIVE_SIGN_INS: _SIGN_INS,
    Stream.NON_INTERACTIVE_SIGN_INS: _NON_INTERACTIVE,
    Stream.GRAPH_ACTIVITY: StreamFacts(
        family=Family.HUNTING,
        schedule=_GRAPH_HUNTING,
        excludes=frozenset({Stream.GRAPH_ACTIVITY_LOGS}),
        stale_after=_HOURS,
    ),
    Stream.CLOUD_APP_EVENTS: StreamFacts(family=Family.HUNTING, schedule=_HUNTING, stale_after=_HOURS),
    Stream.GRAPH_ACTIVITY_LOGS: StreamFacts(
        family=Family.LOG_ANALYTICS,
        schedule=_LOG_ANALYTICS,
        excludes=frozenset({Stream.GRAPH_ACTIVITY}),
        stale_after=_HOURS,
    ),
    Stream.EXCHANGE_AUDITS: _OFFICE,
    Stream.SHAREPOINT_AUDITS: _OFFICE,
    Stream.GENERAL_AUDITS: _OFFICE,
    Stream.ENTRA_AUDITS: _OFFICE,
    Stream.AUDIT_SEARCH: StreamFacts(
        family=Family.AUDIT_SEARCH, schedule=_SEARCHED, excludes=_MANAGEMENT, stale_after=_HOURS
    ),
    Stream.RISKY_SERVICE_PRINCIPALS: StreamFacts(family=Family.IDENTITY_PROTECTION, schedule=_CHANGED),
    Stream.RISK_DETECTIONS: StreamFacts(family=Family.IDENTITY_PROTECTION, schedule=_CHANGED),
    Stream.DEFENDER_ALERTS: StreamFacts(family=Family.SECURITY, schedule=_CHANGED),
    Stream.AZURE_ACTIVITY: StreamFacts(family=Family.AZURE, schedule=_AZURE, stale_after=_HOURS),
}
"""Of streams that are equally urgent, the first one here is read first."""

UNIFIED = frozenset({*_MANAGEMENT, Stream.AUDIT_SEARCH, Stream.CLOUD_APP_EVENTS})
"""Streams that bring records of the unified audit log, and so each other's."""

SAME_IDS = frozenset({Stream.GRAPH_ACTIVITY, Stream.GRAPH_ACTIVITY_LOGS})
"""Two ways to one log: each record has the same id in both, and where one takes over from the other both tell some."""

TWINS = frozenset({*UNIFIED, Stream.DIRECTORY_AUDITS})
"""Streams of which one may tell what another has told: the directory's audits are in the unified log too."""
