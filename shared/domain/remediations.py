"""The Remediation: one app switched off or on at a person's word, with the state before it and a way back.

Rule 1: every change of ``status`` goes through ``moved``, which reads ``TRANSITIONS``; what is finished stays so.
Rule 2: an app has at most one unfinished remediation.
Rule 3: an undo is a remediation of its own. Its target is the state before, not the opposite of the verb: an app that
was disabled already, is disabled again and undone stays disabled.
Rule 4: what wrote nothing has nothing to undo, and an undo itself is not undone: ask for the remediation anew.
"""

import hashlib
from datetime import datetime
from enum import StrEnum
from typing import Any

from msgspec import Struct
from msgspec.structs import replace


class RemediationAction(StrEnum):
    DISABLE = "disable"
    ENABLE = "enable"


class RemediationStatus(StrEnum):
    REQUESTED = "requested"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    """It could not be done or not be confirmed. If a write was begun, it may have taken effect."""
    REFUSED = "refused"
    """A guard stood in the way, and nothing was written."""


_REQUESTED, _RUNNING = RemediationStatus.REQUESTED, RemediationStatus.RUNNING
FINISHED = frozenset({RemediationStatus.SUCCEEDED, RemediationStatus.FAILED, RemediationStatus.REFUSED})

TRANSITIONS: dict[RemediationStatus, frozenset[RemediationStatus]] = {
    _REQUESTED: frozenset({_RUNNING, RemediationStatus.REFUSED}),
    _RUNNING: FINISHED,
    **dict.fromkeys(FINISHED, frozenset[RemediationStatus]()),
}


class Obstacle(Struct, frozen=True, kw_only=True, rename="camel"):
    """Why a remediation was not made: a stable code for programs, a sentence, and what to do about it."""

    code: str
    message: str
    advice: str


class Remediation(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """One remediation. Times are UTC, from the clock of the writer.

    ``enabled_before`` is the app's ``accountEnabled`` in the snapshot, ``enabled_after`` as it was read last.
    ``changed`` is None until it is known; ``reads`` counts those that were to confirm the write. ``claimed_until``
    keeps two hosts from carrying it out at once; past it, the host is taken to have died. ``policy_id`` is the policy
    that asked for it, in that version; None at a person's word.
    """

    id: str
    app_id: str
    service_principal_id: str
    app_display_name: str | None = None
    action: RemediationAction
    reason: str
    requested_by: str
    requested_date_time: datetime
    alert_id: str | None = None
    policy_id: str | None = None
    policy_version: int | None = None
    undoes: str | None = None
    undone_by: str | None = None
    status: RemediationStatus = RemediationStatus.REQUESTED
    obstacle: Obstacle | None = None
    enabled_before: bool | None = None
    enabled_after: bool | None = None
    changed: bool | None = None
    snapshot_date_time: datetime | None = None
    write_begun_date_time: datetime | None = None
    written_date_time: datetime | None = None
    finished_date_time: datetime | None = None
    attempts: int = 0
    reads: int = 0
    not_before: datetime | None = None
    claimed_until: datetime | None = None
    last_error: str | None = None
    audit_event_ids: tuple[str, ...] = ()

    @property
    def target(self) -> bool:
        """What ``accountEnabled`` is to be."""
        return self.action is RemediationAction.ENABLE

    @property
    def is_finished(self) -> bool:
        return self.status in FINISHED

    @property
    def may_have_written(self) -> bool:
        return self.write_begun_date_time is not None and self.changed is not False


class IllegalMove(Exception):
    """The life of a remediation has no such step: a bug, for people never ask for one."""


type Snapshot = dict[str, Any]
"""The service principal as Graph tells of it, with its grants, assignments and owners."""


class StepName(StrEnum):
    SNAPSHOT = "snapshot"
    WRITE = "write"
    CONFIRM = "confirm"


class Step(Struct, frozen=True, kw_only=True):
    """One step of carrying out. ``done`` is None for one that is not done, or was not needed."""

    name: StepName
    done: datetime | None


def moved(remediation: Remediation, status: RemediationStatus) -> Remediation:
    """The remediation with that status; staying is no step. Raises IllegalMove."""
    if status is not remediation.status and status not in TRANSITIONS[remediation.status]:
        raise IllegalMove(f"a remediation cannot go from {remediation.status.value} to {status.value}")
    return replace(remediation, status=status)


def steps_of(remediation: Remediation) -> tuple[Step, ...]:
    confirmed = remediation.finished_date_time if remediation.status is RemediationStatus.SUCCEEDED else None
    return (
        Step(name=StepName.SNAPSHOT, done=remediation.snapshot_date_time),
        Step(name=StepName.WRITE, done=remediation.written_date_time),
        Step(name=StepName.CONFIRM, done=confirmed),
    )


def app_hash(app_id: str) -> str:
    """Names the app in the ids of its remediations."""
    return hashlib.sha256(f"app:{app_id}".encode()).hexdigest()[:32]


def remediation_id_of(app_id: str, number: int) -> str:
    return f"{app_hash(app_id)}-{number}"


def split_remediation_id(remediation_id: str) -> tuple[str, int] | None:
    """The app's hash and the number, or None if it cannot be an id (callers answer 404)."""
    named, dash, number = remediation_id.partition("-")
    well_formed = len(named) == 32 and all(c in "0123456789abcdef" for c in named)
    if not (dash and well_formed and number.isascii() and number.isdigit() and len(number) <= 6):
        return None
    return (named, int(number)) if str(int(number)) == number else None
