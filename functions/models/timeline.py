"""The life of an app."""

from datetime import datetime

from functions.models.shapes import Sent
from shared.domain.timeline import TimelineEntry, TimelineKind


class TimelineEntryResource(Sent):
    """One thing that happened. ``what`` is an activity or the property that changed; ``sentence`` is plain text.

    ``added`` and ``removed`` are what came and went. ``reference`` is the id of the event, alert or remediation.
    """

    id: str
    date_time: datetime
    kind: TimelineKind
    what: str
    sentence: str
    actor: str | None
    added: list[str]
    removed: list[str]
    reference: str | None


class Timeline(Sent):
    """A page, newest first."""

    value: list[TimelineEntryResource]
    next_link: str | None = None


def timeline_entry_resource(entry: TimelineEntry) -> TimelineEntryResource:
    return TimelineEntryResource(
        id=entry.id,
        date_time=entry.time,
        kind=entry.kind,
        what=entry.what,
        sentence=entry.sentence,
        actor=entry.actor,
        added=list(entry.added),
        removed=list(entry.removed),
        reference=entry.reference,
    )
