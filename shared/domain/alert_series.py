"""What the pipeline and the alert store hand each other: a series as stored, a change to it, and versions.

Versions are opaque: whoever writes hands back the version it read, and learns of a lost race by ``Conflict``.
"""

from collections.abc import Mapping

from msgspec import Struct

from shared.domain.alerts import Alert, Delivery, EvidenceItem, HistoryEntry


class Series(Struct, frozen=True, kw_only=True):
    """One fingerprint as stored: the alert of its latest episode, that alert's last history entry, and evidence.

    ``evidence`` maps event id to material hash for *all* episodes: what an earlier episode holds never opens another.
    ``version`` is None for a series that does not exist yet.
    """

    version: str | None = None
    alert: Alert | None = None
    evidence: Mapping[str, str] = {}
    last_history: HistoryEntry | None = None


class AlertChange(Struct, frozen=True, kw_only=True):
    """What one commit writes of one series: all in one partition, so all or nothing. At most 90 evidence items."""

    alert: Alert
    expected_version: str | None
    evidence: tuple[EvidenceItem, ...] = ()
    history: tuple[HistoryEntry, ...] = ()
    deliveries: tuple[Delivery, ...] = ()


class VersionedAlert(Struct, frozen=True, kw_only=True):
    """An alert with its ETag, and the version of its series for the next commit."""

    alert: Alert
    etag: str
    series_version: str
    last_history: HistoryEntry | None = None


class VersionedDelivery(Struct, frozen=True, kw_only=True):
    delivery: Delivery
    version: str


class EvidencePage(Struct, frozen=True, kw_only=True):
    items: tuple[EvidenceItem, ...]
    next: str | None
