"""The alerts of a simulation, counted: by day and app, with a few of them as examples."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from shared.domain.alerts import fingerprint_of
from shared.domain.findings import Evidence, Finding
from shared.domain.simulations import (
    MOST_EVIDENCE,
    MOST_EXAMPLES,
    AppCount,
    ExampleAlert,
    ExampleEvidence,
)


@dataclass(slots=True)
class _Series:
    """One alert. ``finding`` and ``evidence`` are those it began with, where it is an example."""

    first: datetime
    last: datetime
    matches: int = 0
    finding: Finding | None = None
    evidence: tuple[Evidence, ...] = ()


@dataclass(slots=True)
class _OfApp:
    app_id: str | None
    display_name: str | None
    first_day: date
    alerts: int = 0
    matches: int = 0


class AlertTally:
    """Alerts by series, as fingerprints name them."""

    def __init__(self) -> None:
        self.matches = 0
        self.alerts_by_day: Counter[date] = Counter()
        self.matches_by_day: Counter[date] = Counter()
        self._series: dict[str, _Series] = {}
        self._apps: dict[str | None, _OfApp] = {}

    @property
    def alerts(self) -> int:
        return len(self._series)

    @property
    def apps(self) -> list[AppCount]:
        """Those with most alerts first, then those with most matches."""
        counted = [
            AppCount(
                app_id=one.app_id,
                display_name=one.display_name,
                alerts=one.alerts,
                matches=one.matches,
                first_day=one.first_day,
            )
            for one in self._apps.values()
        ]
        return sorted(counted, key=lambda one: (-one.alerts, -one.matches, one.first_day, one.app_id or ""))

    @property
    def examples(self) -> tuple[ExampleAlert, ...]:
        """Those that began first."""
        return tuple(_example(one, one.finding) for one in self._series.values() if one.finding is not None)

    def knows(self, finding: Finding) -> bool:
        return _name_of(finding) in self._series

    def add(self, finding: Finding, evidence: tuple[Evidence, ...], at: datetime) -> None:
        """``evidence`` is what is new of the finding's; none where it is on the state of an app, which counts as one.

        ``at`` is when it was found.
        """
        times = [item.event.time or at for item in evidence] or [at]
        name = _name_of(finding)
        series = self._series.get(name)
        of_app = self._of_app(finding, at)
        if series is None:
            series = self._series[name] = _Series(first=min(times), last=max(times))
            if len(self._series) <= MOST_EXAMPLES:
                series.finding, series.evidence = finding, evidence[:MOST_EVIDENCE]
            self.alerts_by_day[at.date()] += 1
            of_app.alerts += 1
        elif series.finding is not None and len(series.evidence) < MOST_EVIDENCE:
            series.evidence = (*series.evidence, *evidence)[:MOST_EVIDENCE]
        series.first, series.last = min(series.first, *times), max(series.last, *times)
        series.matches += len(times)
        of_app.matches += len(times)
        of_app.first_day = min(of_app.first_day, at.date())
        self.matches += len(times)
        self.matches_by_day.update(time.date() for time in times)

    def _of_app(self, finding: Finding, at: datetime) -> _OfApp:
        app = finding.app
        found = self._apps.get(app.key)
        if found is None:
            shown = app.app_id or app.service_principal_id or app.application_object_id
            found = self._apps[app.key] = _OfApp(shown, app.display_name, at.date())
        found.display_name = found.display_name or app.display_name
        return found


def _name_of(finding: Finding) -> str:
    return fingerprint_of(finding.policy_id, finding.group)


def _example(series: _Series, finding: Finding) -> ExampleAlert:
    return ExampleAlert(
        title=finding.title,
        severity=finding.severity,
        app_id=finding.app.app_id,
        display_name=finding.app.display_name,
        first=series.first,
        last=series.last,
        matches=series.matches,
        conditions=finding.conditions,
        evidence=tuple(_shown(series.evidence)),
    )


def _shown(evidence: Iterable[Evidence]) -> Iterable[ExampleEvidence]:
    for item in evidence:
        yield ExampleEvidence(
            event_id=item.event.id,
            time=item.event.time,
            activity=item.event.activity,
            step=item.step,
            conditions=item.conditions,
        )
