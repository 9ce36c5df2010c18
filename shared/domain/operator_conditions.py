"""Conditions of the service's own work, and how they become alerts."""

from datetime import datetime, timedelta

from msgspec import Struct

from shared.domain.app_references import AppReference
from shared.domain.built_in import BUILT_IN, OperatorKind
from shared.domain.findings import ConditionResult, Finding


class OperatorCondition(Struct, frozen=True, kw_only=True):
    """What is wrong now. ``subject`` tells conditions of one kind apart; ``detail`` is free of secrets.

    Nobody is told of it before it has lasted for ``patience``.
    """

    kind: OperatorKind
    subject: str
    detail: str
    patience: timedelta = timedelta(0)


class OpenCondition(Struct, frozen=True, kw_only=True):
    """A condition that was found and has not ended."""

    kind: OperatorKind
    subject: str
    since: datetime


def finding_of(condition: OperatorCondition, since: datetime) -> Finding:
    """The same occurrence gives the same evidence however long it lasts; a new occurrence gives new evidence."""
    text = BUILT_IN[condition.kind]
    return Finding(
        policy_id=condition.kind,
        policy_version=1,
        title=f"{text.title}: {condition.subject}",
        severity=text.severity,
        group=(condition.subject,),
        app=AppReference(),
        observed=since,
        conditions=(
            ConditionResult(
                condition=f"{condition.kind} since {since.isoformat()}", outcome="true", seen=condition.detail
            ),
        ),
    )
