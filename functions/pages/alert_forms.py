"""What the page of an alert reads, and what its triage form sends."""

from enum import StrEnum
from typing import Annotated

from msgspec import UNSET, UnsetType
from pydantic import AfterValidator, Field, StringConstraints

from functions.models.alert_updates import LongText
from functions.models.shapes import Parameters
from functions.pages.forms import Form
from shared.domain.alerts import AlertStatus, Classification, Determination
from shared.domain.lifecycle import DETERMINATIONS
from shared.domain.roles import Caller
from shared.domain.triage import TriageChanges

_JOINT = ":"


class AlertPageParameters(Parameters):
    """``cursor`` is that of the evidence; ``saved`` tells whoever comes from the form that it is done."""

    cursor: Annotated[str, StringConstraints(min_length=1, max_length=4096)] | None = None
    saved: bool = False


class Assignment(StrEnum):
    KEEP = "keep"
    ME = "me"
    NOBODY = "nobody"


def verdict(classification: Classification, determination: Determination) -> str:
    """Both in one value, so that a form without a script cannot send two that do not go together."""
    return f"{classification.value}{_JOINT}{determination.value}"


_VERDICTS = {
    verdict(classification, determination): (classification, determination)
    for classification, fitting in DETERMINATIONS.items()
    for determination in fitting
}


def _is_offered(value: str) -> str:
    if value not in _VERDICTS:
        raise ValueError("is not one of those that the form offers")
    return value


class TriageForm(Form):
    """``etag`` and ``seen`` say which version of the alert the page showed: its ETag and its last history entry."""

    etag: Annotated[str, StringConstraints(min_length=1, max_length=256)]
    seen: Annotated[int, Field(ge=0)] = 0
    status: AlertStatus
    verdict: Annotated[str, AfterValidator(_is_offered)]
    assignment: Assignment = Assignment.KEEP
    comment: LongText | None = None
    reason: LongText | None = None

    def triage_changes(self, caller: Caller) -> TriageChanges:
        """What is sent as it was changes nothing."""
        classification, determination = _VERDICTS[self.verdict]
        assigned: dict[Assignment, str | UnsetType | None] = {
            Assignment.KEEP: UNSET,
            Assignment.ME: caller.name,
            Assignment.NOBODY: None,
        }
        return TriageChanges(
            status=self.status,
            classification=classification,
            determination=determination,
            assigned_to=assigned[self.assignment],
            comment=self.comment,
            reason=self.reason,
        )
