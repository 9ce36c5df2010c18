"""What a run found, in numbers."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from tests.soak.contents import Contents


@dataclass(kw_only=True)
class Figures:
    """Counts that add up over campaigns; ``recoveries`` are seconds from a death until no work was left."""

    kills_of_the_host: int = 0
    kills_of_the_feeder: int = 0
    kills_amid_work: int = 0
    rounds: int = 0
    events: int = 0
    events_lost: int = 0
    events_doubled: int = 0
    chunks_not_evaluated: int = 0
    alerts: int = 0
    alerts_lost: int = 0
    alerts_doubled: int = 0
    alerts_that_differ: int = 0
    list_rows_wrong: int = 0
    poison_messages: int = 0
    deliveries: int = 0
    deliveries_lost: int = 0
    deliveries_not_recorded: int = 0
    deliveries_repeated: int = 0
    claims_that_ran_out: int = 0
    recoveries: list[float] = field(default_factory=list)

    def count(self, found: Contents, expected: Contents, told: Mapping[str, int]) -> None:
        """Compare what a disturbed account holds, and what its receiver was told, with an undisturbed one."""
        self.events += len(expected.events)
        self.events_lost += (expected.events - found.events).total()
        self.events_doubled += (found.events - expected.events).total()
        self.chunks_not_evaluated += found.waiting_chunks
        self.alerts += len(expected.alerts)
        self.alerts_lost += len(expected.alerts.keys() - found.alerts.keys())
        self.alerts_doubled += len(found.alerts.keys() - expected.alerts.keys())
        both = expected.alerts.keys() & found.alerts.keys()
        self.alerts_that_differ += sum(found.alerts[alert] != expected.alerts[alert] for alert in both)
        self.list_rows_wrong += len(found.wrong_list_rows)
        self.deliveries += len(expected.deliveries)
        self.deliveries_lost += len(expected.deliveries - told.keys())
        self.deliveries_not_recorded += len(found.unsent)
        self.deliveries_repeated += Counter(told).total() - len(told)

    @property
    def faults(self) -> dict[str, int]:
        """What must be zero and is not."""
        return {name: count for name in _MUST_BE_ZERO if (count := getattr(self, name))}

    @property
    def wrong_alerts(self) -> int:
        return self.alerts_lost + self.alerts_doubled + self.alerts_that_differ

    @property
    def kills(self) -> int:
        return self.kills_of_the_host + self.kills_of_the_feeder

    def add(self, other: "Figures") -> None:
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))

    def __str__(self) -> str:
        counts = ", ".join(
            f"{each.name.replace('_', ' ')} {getattr(self, each.name)}"
            for each in fields(self)
            if each.name != "recoveries"
        )
        if not self.recoveries:
            return counts
        mean = sum(self.recoveries) / len(self.recoveries)
        return f"{counts}, mean recovery {mean:.1f} s, worst recovery {max(self.recoveries):.1f} s"


_MUST_BE_ZERO = (
    "events_lost",
    "events_doubled",
    "chunks_not_evaluated",
    "alerts_lost",
    "alerts_doubled",
    "alerts_that_differ",
    "list_rows_wrong",
    "poison_messages",
    "deliveries_lost",
    "deliveries_not_recorded",
)
