"""What people change about an alert, as a pure function: the alert after it, and the edits for its history."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import replace

from shared.domain.alerts import Alert, AlertStatus, Classification, Comment, Determination, PropertyEdit
from shared.domain.episodes import next_version_time
from shared.domain.lifecycle import DETERMINATIONS, Mover, next_status

LONGEST_SNOOZE = timedelta(days=90)
MOST_COMMENTS = 50
MOST_COMMENT_CHARACTERS = 64_000
"""An alert is one table row, of at most a megabyte; the history keeps the text of every comment as well."""

_EDITED = {
    "status": "status",
    "classification": "classification",
    "determination": "determination",
    "assigned_to": "assignedTo",
    "snoozed_until_date_time": "snoozedUntilDateTime",
}
"""What a person may change, and what the API calls it."""


class TriageRefused(Exception):
    """The change makes no sense for this alert as it is now. The message says why, in the caller's words."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class TriageChanges(Struct, frozen=True, kw_only=True):
    """What to change; ``UNSET`` leaves a property as it is, None clears it. Times are UTC.

    ``comment`` is added to the alert; ``reason`` goes into the history only.
    """

    status: AlertStatus | UnsetType = UNSET
    classification: Classification | UnsetType = UNSET
    determination: Determination | UnsetType = UNSET
    assigned_to: str | UnsetType | None = UNSET
    snoozed_until_date_time: datetime | UnsetType | None = UNSET
    comment: str | None = None
    reason: str | None = None


class Triaged(Struct, frozen=True):
    """The alert after a change and what was changed; no edits means that it was so already."""

    alert: Alert
    edits: tuple[PropertyEdit, ...]


def triage(alert: Alert, changes: TriageChanges, author: str, now: datetime) -> Triaged:
    """Apply ``changes`` in the name of ``author``. Raises TriageRefused and IllegalTransition."""
    after = replace(
        alert,
        status=next_status(alert.status, _or(changes.status, alert.status), Mover.PERSON),
        classification=_or(changes.classification, alert.classification),
        determination=_determination(alert, changes),
        assigned_to=_or(changes.assigned_to, alert.assigned_to),
        snoozed_until_date_time=_snoozed_until(alert, changes, now),
        comments=_comments(alert, changes, author, now),
    )
    edits = tuple(_edits(alert, after, changes.comment))
    if not edits:
        return Triaged(alert, ())
    return Triaged(
        replace(
            after, resolved_date_time=_resolved(alert, after, now), last_update_date_time=next_version_time(alert, now)
        ),
        edits,
    )


def _or[T](changed: T | UnsetType, kept: T) -> T:
    return kept if isinstance(changed, UnsetType) else changed


def _determination(alert: Alert, changes: TriageChanges) -> Determination:
    """A new classification takes back a determination that does not go with it, unless the caller names another."""
    classification = _or(changes.classification, alert.classification)
    allowed = DETERMINATIONS[classification]
    if not isinstance(changes.determination, UnsetType):
        if changes.determination not in allowed:
            fitting = ", ".join(sorted(one.value for one in allowed))
            raise TriageRefused(
                "determination",
                f"{changes.determination.value} does not go with {classification.value}; these do: {fitting}",
            )
        return changes.determination
    return alert.determination if alert.determination in allowed else Determination.UNKNOWN


def _snoozed_until(alert: Alert, changes: TriageChanges, now: datetime) -> datetime | None:
    until = _or(changes.snoozed_until_date_time, alert.snoozed_until_date_time)
    if until is not None and until != alert.snoozed_until_date_time and not now < until <= now + LONGEST_SNOOZE:
        raise TriageRefused("snoozedUntilDateTime", f"must lie ahead, at most {LONGEST_SNOOZE.days} days")
    return until


def _comments(alert: Alert, changes: TriageChanges, author: str, now: datetime) -> tuple[Comment, ...]:
    if changes.comment is None:
        return alert.comments
    if len(alert.comments) >= MOST_COMMENTS:
        raise TriageRefused("comment", f"an alert holds at most {MOST_COMMENTS} comments")
    if sum(len(made.comment) for made in alert.comments) + len(changes.comment) > MOST_COMMENT_CHARACTERS:
        raise TriageRefused(
            "comment", f"the comments of an alert hold at most {MOST_COMMENT_CHARACTERS:,} characters together"
        )
    comment = Comment(comment=changes.comment, created_by_display_name=author, created_date_time=now)
    return (*alert.comments, comment)


def _resolved(before: Alert, after: Alert, now: datetime) -> datetime | None:
    if after.status is not AlertStatus.RESOLVED:
        return None
    return before.resolved_date_time if before.status is AlertStatus.RESOLVED else now


def _edits(before: Alert, after: Alert, comment: str | None) -> Iterator[PropertyEdit]:
    for name, shown_as in _EDITED.items():
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            yield PropertyEdit(property=shown_as, before=_text(old), after=_text(new))
    if comment is not None:
        yield PropertyEdit(property="comments", before=None, after=comment)


def _text(value: str | datetime | None) -> str | None:
    return value.isoformat() if isinstance(value, datetime) else value and str(value)
