"""A finding: one match of a policy, with every condition and the value it saw."""

from datetime import datetime

from msgspec import Struct

from shared.domain.app_references import AppReference
from shared.domain.events import Event
from shared.domain.severities import Severity


class ConditionResult(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """One condition of a policy and what it saw. ``outcome`` is true, false or unknown; values are shown as text.

    ``measure`` is the number in ``seen`` of a condition on several events, such as how many there are; else None.
    """

    condition: str
    outcome: str
    seen: str
    measure: float | None = None


class Evidence(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """One event that supports a finding; ``step`` names its part in a sequence."""

    event: Event
    step: str | None = None
    conditions: tuple[ConditionResult, ...] = ()


class Finding(Struct, frozen=True, kw_only=True):
    """What the engine says to the alerts.

    ``group`` holds the values the policy groups ``by``, in the policy's order: with the policy's id they name the
    series of alerts. ``conditions`` explains a policy that judges an app (then ``evidence`` is empty), or what a window
    or sequence asks of its events together; the conditions on each event stand with its evidence. ``occurrence`` counts
    how often the state of an app came to match before: each time is evidence of its own.
    """

    policy_id: str
    policy_version: int
    title: str
    severity: Severity
    group: tuple[str, ...]
    app: AppReference
    observed: datetime | None
    evidence: tuple[Evidence, ...] = ()
    conditions: tuple[ConditionResult, ...] = ()
    occurrence: int = 0
