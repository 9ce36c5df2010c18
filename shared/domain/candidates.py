"""Candidates: the evidence of findings, piece by piece, as an alert may take it up.

Each piece has an id and a hash of its material. The id names the event, so that no event counts twice; the material is
what it did, so that the next event which does the same is known to be nothing new. A finding on the state of an app has
no events: its conditions and their outcomes are its one piece of evidence.
"""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import chain

import msgspec

from shared.domain.alerts import EvidenceItem
from shared.domain.events import Event
from shared.domain.findings import Evidence, Finding

UNDATED = datetime.max.replace(tzinfo=UTC)
"""Stands for the time of what has none, which comes last."""


class Candidate(msgspec.Struct, frozen=True):
    """One piece of evidence and the finding it comes from."""

    item: EvidenceItem
    finding: Finding

    @property
    def order(self) -> tuple[datetime, str]:
        """Oldest first."""
        return (self.item.time or UNDATED, self.item.event_id)


def candidates_of(findings: Iterable[Finding]) -> list[Candidate]:
    """All evidence of findings of one series, oldest first, each event once."""
    distinct: dict[str, Candidate] = {}
    for candidate in sorted(chain.from_iterable(map(_candidates, findings)), key=lambda candidate: candidate.order):
        distinct.setdefault(candidate.item.event_id, candidate)
    return list(distinct.values())


def _candidates(finding: Finding) -> list[Candidate]:
    items = [_event_item(evidence) for evidence in finding.evidence] or [_state_item(finding)]
    return [Candidate(item, finding) for item in items]


def _event_item(evidence: Evidence) -> EvidenceItem:
    return EvidenceItem(
        event_id=evidence.event.id,
        time=evidence.event.time,
        material=_material(evidence.event),
        evidence=evidence,
        conditions=evidence.conditions,
    )


def _state_item(finding: Finding) -> EvidenceItem:
    """The state of an app as evidence: the same conditions with the same outcomes are the same evidence, as long as
    they hold. Once they did not, they are evidence anew, though nothing materially new.

    Values seen are left out, since an age would make new evidence of every day.
    """
    state = _digest([(result.condition, result.outcome) for result in finding.conditions])
    event_id = f"state:{state}:{finding.occurrence}" if finding.occurrence else f"state:{state}"
    return EvidenceItem(event_id=event_id, time=finding.observed, material=state, conditions=finding.conditions)


def _material(event: Event) -> str:
    """A hash of what the event did, blind to its id and time."""
    facts = (
        event.activity,
        event.actor.id or (event.actor.app.key if event.actor.app else None),
        event.app.key,
        event.resource.app_id or event.resource.service_principal_id,
        sorted(event.scopes.added) if event.scopes else [],
        event.app_role or None,
        sorted((c.kind, c.issuer or "", c.subject or "") for c in event.credentials_added or ()),
        event.directory_role or None,
        event.client.country or None,
        event.mailbox or None,
    )
    return _digest(facts)


def _digest(facts: object) -> str:
    return hashlib.blake2b(msgspec.json.encode(facts), digest_size=8).hexdigest()
