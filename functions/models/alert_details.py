"""What lies beneath an alert: its evidence and its history."""

from datetime import datetime
from typing import Any

import msgspec
from pydantic import JsonValue

from functions.models.alerts import ConditionResource
from functions.models.shapes import Sent
from shared.domain.alerts import EvidenceItem
from shared.domain.events import Event


class EvidenceResource(Sent):
    """One event, or the state of an app (then ``event`` is null and ``conditions`` say what was seen)."""

    event_id: str
    time: datetime | None
    step: str | None
    conditions: list[ConditionResource]
    event: dict[str, JsonValue] | None


class EvidenceList(Sent):
    """A page, oldest first; evidence without a time comes last."""

    value: list[EvidenceResource]
    next_link: str | None = None


class EditResource(Sent):
    property: str
    before: str | None
    after: str | None


class HistoryResource(Sent):
    """One change. ``previousHash`` and ``hash`` chain the entries, so that a change to any of them shows."""

    sequence: int
    time: datetime
    actor: str
    action: str
    edits: list[EditResource]
    reason: str | None
    previous_hash: str
    hash: str


class HistoryList(Sent):
    """All changes, oldest first. ``firstBroken`` is the sequence at which the chain does not hold, null if it does."""

    value: list[HistoryResource]
    first_broken: int | None


def evidence_resource(item: EvidenceItem) -> EvidenceResource:
    return EvidenceResource(
        event_id=item.event_id,
        time=item.time,
        step=item.evidence.step if item.evidence else None,
        conditions=[ConditionResource.model_validate(condition) for condition in item.conditions],
        event=_plain(item.evidence.event) if item.evidence else None,
    )


def _plain(event: Event) -> dict[str, JsonValue]:
    """The event as its JSON says it: by way of JSON, since pydantic takes no tuple for a list there."""
    return msgspec.json.decode(msgspec.json.encode(event), type=dict[str, Any])
