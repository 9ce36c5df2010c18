"""What clients asked for, for tests and measurements."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class RequestCounts:
    """Requests of known callers, those inside batches too. Endpoints are like ``GET /servicePrincipals/{id}``."""

    requests: Counter[str] = field(default_factory=Counter)
    # Resource units, by which the directory throttles.
    units: Counter[str] = field(default_factory=Counter)
    # Calls that count against the five in ten seconds of audit logs and reports.
    reports: int = 0
    # Calls before the ``Retry-After`` of an earlier answer had passed.
    early: int = 0

    def told(self) -> dict[str, Any]:
        """The same as JSON."""
        return {
            "requests": dict(self.requests),
            "units": dict(self.units),
            "reports": self.reports,
            "early": self.early,
        }
