"""What a caller may change about alerts."""

from typing import Annotated, Any, Self

from msgspec import UNSET
from pydantic import Field, StringConstraints, model_validator

from functions.models.problems import Problem
from functions.models.shapes import Body, Moment, Sent, ShortText
from shared.domain.alerts import AlertStatus, Classification, Determination
from shared.domain.triage import TriageChanges


def _unset() -> Any:
    """Defaults are not validated, so an absent member is told from null without a union that callers would see."""
    return UNSET


LongText = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=4000, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]+$"
    ),
]
"""Of several lines, with no other control characters: JSON writes each of those as six."""


class AlertChanges(Body):
    """Absent members stay as they are; null clears, where null is allowed."""

    status: AlertStatus = Field(default_factory=_unset)
    classification: Classification = Field(default_factory=_unset)
    determination: Determination = Field(default_factory=_unset)
    assigned_to: ShortText | None = Field(default_factory=_unset)
    snoozed_until_date_time: Moment | None = Field(default_factory=_unset, description="At most 90 days ahead")


class AlertUpdate(AlertChanges):
    """Changes to one alert. ``comment`` is shown with the alert, ``reason`` in its history."""

    comment: LongText | None = None
    reason: LongText | None = None

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if not self.model_fields_set - {"reason"}:
            raise ValueError("name at least one thing to change")
        return self

    def triage_changes(self) -> TriageChanges:
        return _triage_changes(self, self.comment, self.reason)


class BulkUpdate(Body):
    """The same changes to several alerts, each by itself: some may fail while others succeed."""

    ids: Annotated[list[ShortText], Field(min_length=1, max_length=100)]
    changes: AlertChanges = Field(default_factory=AlertChanges)
    comment: LongText | None = None
    reason: LongText | None = None

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if not self.changes.model_fields_set and self.comment is None:
            raise ValueError("name at least one thing to change")
        return self

    def triage_changes(self) -> TriageChanges:
        return _triage_changes(self.changes, self.comment, self.reason)


class BulkResult(Sent):
    """What became of one alert: ``status`` is what a request for it alone would have been answered with."""

    id: str
    status: int
    etag: Annotated[str | None, Field(alias="@odata.etag")] = None
    problem: Problem | None = None


class BulkResultList(Sent):
    """One result for each id, in the order of the request; an id that was sent twice is changed once."""

    value: list[BulkResult]


def _triage_changes(changes: AlertChanges, comment: str | None, reason: str | None) -> TriageChanges:
    return TriageChanges(
        status=changes.status,
        classification=changes.classification,
        determination=changes.determination,
        assigned_to=changes.assigned_to,
        snoozed_until_date_time=changes.snoozed_until_date_time,
        comment=comment,
        reason=reason,
    )
