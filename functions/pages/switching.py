"""How an app can be switched from a page, and what stands in the way for good."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.domain.apps import App
from shared.domain.remediation_guards import GuardSettings, checks, first_obstacle, target_of_app
from shared.domain.remediation_records import RemediationQuery
from shared.domain.remediations import Obstacle, Remediation, RemediationAction, RemediationStatus
from shared.pipeline.inventory.app_list import completeness
from shared.pipeline.remediation.list_remediations import list_remediations
from shared.pipeline.services import Services

_LOOKED_AT = 10


@dataclass(frozen=True, kw_only=True)
class Switching:
    """``enabled`` is None where it is not known. ``active`` is the unfinished remediation, ``disabled_by`` the one by
    which the app is off now. ``obstacle`` lasts: asking again later would not help.
    """

    enabled: bool | None
    action: RemediationAction
    active: Remediation | None
    disabled_by: Remediation | None
    obstacle: Obstacle | None


async def find_switching(services: Services, app_id: str) -> Switching | None:
    """None for an app that the inventory does not know."""
    app = (await services.apps.get([app_id])).get(app_id)
    if app is None:
        return None
    found, known = await asyncio.gather(
        list_remediations(services, RemediationQuery(app_id=app_id), _LOOKED_AT, None), completeness(services)
    )
    return switching_of(app, found.remediations, services.guards, known.last_complete_read)


def switching_of(
    app: App, remediations: Sequence[Remediation], guards: GuardSettings, last_read: datetime | None
) -> Switching:
    """``remediations`` are the app's newest, the newest first; ``last_read`` is that of the directory as a whole."""
    latest = next((one for one in remediations if one.status is RemediationStatus.SUCCEEDED), None)
    enabled = _enabled(app, latest, last_read)
    action = RemediationAction.ENABLE if enabled is False else RemediationAction.DISABLE
    return Switching(
        enabled=enabled,
        action=action,
        active=next((one for one in remediations if not one.is_finished), None),
        disabled_by=latest if latest and not latest.target and enabled is False else None,
        obstacle=first_obstacle(checks(target_of_app(app), action, guards)),
    )


def _enabled(app: App, latest: Remediation | None, last_read: datetime | None) -> bool | None:
    """A switch that was confirmed after the directory was last read is newer than what the inventory knows."""
    if latest and latest.finished_date_time and (last_read is None or latest.finished_date_time > last_read):
        return latest.target
    return app.enabled if isinstance(app.enabled, bool) else None
