"""The ways out to people. The HTTP client of a route is imported only where there is one."""

from collections.abc import Callable, Sequence
from typing import Protocol

from shared.domain.severities import Severity
from shared.pipeline.ports import Route
from shared.settings import Settings, TeamsSettings

type TriageSteps = Callable[[str], Sequence[str]]
"""Of a policy, by its id."""


class Closable(Protocol):
    async def close(self) -> None: ...


class ClosableRoute(Route, Closable, Protocol):
    """A way out that keeps a connection."""


def build_routes(settings: Settings, triage_steps: TriageSteps) -> list[ClosableRoute]:
    routes: list[ClosableRoute] = []
    if settings.webhook is not None:
        from shared.outputs.webhook import Webhook

        webhook = settings.webhook
        routes.append(Webhook(webhook.url, webhook.secret, webhook.allowed_hosts, webhook.minimum_severity))
    if settings.teams is not None:
        routes.extend(_teams(settings.teams, settings.dashboard_url, triage_steps))
    return routes


def _teams(teams: TeamsSettings, dashboard_url: str, triage_steps: TriageSteps) -> list[ClosableRoute]:
    """One channel for all, or two: then high alerts go to the second one only."""
    from shared.outputs.teams import TeamsRoute

    channels = [("teams", teams.url, (teams.minimum_severity, Severity.MEDIUM if teams.urgent_url else Severity.HIGH))]
    if teams.urgent_url:
        channels.append(("teams-urgent", teams.urgent_url, (Severity.HIGH, Severity.HIGH)))
    return [
        TeamsRoute(name, url, teams.allowed_hosts, severities, dashboard_url, triage_steps)
        for name, url, severities in channels
    ]
