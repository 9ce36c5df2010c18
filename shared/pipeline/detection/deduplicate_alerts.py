"""Where alerts are de-duplicated: many findings, however often and in whatever order they come, one alert.

``shared/domain/episodes.py`` decides; this module repeats *read, decide, commit* until the stored series holds every
piece of evidence. Commits are conditional on what was read, so of two hosts one wins and the other reads again.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from shared.domain.alerts import Alert, fingerprint_of
from shared.domain.candidates import candidates_of
from shared.domain.episodes import next_change
from shared.domain.errors import Conflict, Unavailable
from shared.domain.findings import Finding
from shared.domain.watch import Watch
from shared.pipeline.detection.routes_of_alert import routes_of
from shared.pipeline.services import DetectionServices

_MOST_ROUNDS = 200
"""Commits of 90 pieces of evidence and lost races together; a series that needs more is retried with its chunk."""


async def raise_alerts(
    services: DetectionServices, findings: Iterable[Finding], now: datetime, watch: Watch | None = None
) -> None:
    """Bring every series up to date with these findings. May be repeated: what is held already changes nothing.

    ``watch`` tells evidence from before the tenant was watched, of which nobody is told one by one.
    """
    by_fingerprint: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        by_fingerprint[fingerprint_of(finding.policy_id, finding.group)].append(finding)
    for fingerprint, found in by_fingerprint.items():
        for alert_id in await _raise(services, fingerprint, found, now, watch):
            await services.queue.settle(alert_id)


async def _raise(
    services: DetectionServices, fingerprint: str, findings: Sequence[Finding], now: datetime, watch: Watch | None
) -> list[str]:
    """Returns the alerts that need settling.

    The latest alert is among them even if nothing was new: a worker that died right after its commit never said so.
    """
    candidates = candidates_of(findings)
    touched: dict[str, None] = {}

    def routes_for(alert: Alert) -> list[str]:
        return routes_of(services, alert)

    for _ in range(_MOST_ROUNDS):
        series = await services.alerts.series(fingerprint)
        change = next_change(series, candidates, routes_for, now, watch)
        if change is None:
            return list(touched) or ([series.alert.id] if series.alert else [])
        await services.intents.open(change.alert.id, now)
        try:
            await services.alerts.commit(change)
        except Conflict:
            continue
        touched[change.alert.id] = None
    raise Unavailable(f"series {fingerprint} was not up to date after {_MOST_ROUNDS} commits")
