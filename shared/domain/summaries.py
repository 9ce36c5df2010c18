"""A summary: what a route is told at once of the alerts that had no place for a card of their own."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from shared.domain.alerts import Alert, Delivery
from shared.domain.severities import Severity

MOST_NAMED = 10
_MOST_CHARACTERS = 200
"""Of a text that an attacker may have chosen; a hundred thousand of these rows may wait."""


class HeldDelivery(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """A delivery that waits for the next summary, with no more of its alert than the summary tells."""

    alert_id: str
    sequence: int
    severity: Severity
    policy_id: str
    title: str
    created_date_time: datetime


class Summary(Struct, frozen=True, kw_only=True):
    """One summary card. ``by_severity`` and ``by_policy`` count deliveries, most grave and most frequent first.

    ``more``: others wait for the next summary.
    """

    total: int
    by_severity: tuple[tuple[Severity, int], ...]
    by_policy: tuple[tuple[str, int], ...]
    gravest: tuple[HeldDelivery, ...]
    first: datetime
    last: datetime
    more: bool


def held_of(alert: Alert, delivery: Delivery) -> HeldDelivery:
    return HeldDelivery(
        alert_id=alert.id,
        sequence=delivery.sequence,
        severity=alert.severity,
        policy_id=alert.policy_id,
        title=alert.title[:_MOST_CHARACTERS],
        created_date_time=alert.created_date_time,
    )


def summary_of(held: Sequence[HeldDelivery], *, more: bool) -> Summary:
    """Of at least one delivery."""
    severities = Counter(one.severity for one in held)
    gravest = sorted(held, key=lambda one: (-one.severity.rank, one.created_date_time, one.alert_id))[:MOST_NAMED]
    created = [one.created_date_time for one in held]
    return Summary(
        total=len(held),
        by_severity=tuple(sorted(severities.items(), key=lambda count: -count[0].rank)),
        by_policy=tuple(Counter(one.policy_id for one in held).most_common()),
        gravest=tuple(gravest),
        first=min(created),
        last=max(created),
        more=more,
    )
