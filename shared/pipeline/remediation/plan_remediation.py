"""What a remediation would do and whether a guard stands in its way. Writes nothing and asks the directory nothing."""

from datetime import datetime
from typing import Final

from msgspec import Struct

from shared.domain.apps import App
from shared.domain.remediation_guards import GuardCheck, check, checks, first_obstacle, target_of_app
from shared.domain.remediations import Obstacle, RemediationAction
from shared.pipeline.remediation.errors import AlertOfAnotherApp, UnknownAlertNamed, UnknownApp
from shared.pipeline.remediation.guards import guards_now
from shared.pipeline.remediation.services import RemediationServices
from shared.sources.fields import object_id

_MEANING: Final = {
    RemediationAction.DISABLE: (
        "Nobody can get a new token for the app in this tenant from then on, neither users nor the app itself.",
        "Tokens issued before live on, for about 90 minutes.",
        "Those under continuous access evaluation live up to 24 hours, unless the change ends them at once.",
        "Its permissions, credentials and consents stay as they are: undoing this brings all of it back.",
    ),
    RemediationAction.ENABLE: (
        "The app can get tokens in this tenant again at once, with all permissions that it still holds.",
        "Credentials that it had before work again: remove those that may be known to others first.",
    ),
}


class RemediationPlan(Struct, frozen=True, kw_only=True):
    """``enabled`` is the app's ``accountEnabled`` as the inventory knows it, None where it does not; ``last_read`` is
    when that was complete last.
    """

    app: App
    action: RemediationAction
    checks: tuple[GuardCheck, ...]
    enabled: bool | None
    last_read: datetime | None
    meaning: tuple[str, ...]

    @property
    def obstacle(self) -> Obstacle | None:
        return first_obstacle(self.checks)

    @property
    def target(self) -> bool:
        return self.action is RemediationAction.ENABLE


async def plan_remediation(
    services: RemediationServices, app_id: str, action: RemediationAction, now: datetime, alert_id: str | None = None
) -> RemediationPlan:
    """``app_id`` may be the object id of the app's service principal too, in either case.

    Raises UnknownApp, and what ``refuse_unfit_alert`` raises.
    """
    app = await _find(services, app_id)
    await refuse_unfit_alert(services, app, alert_id)
    target = target_of_app(app)
    stop = (await services.stop_switch.read()).switch
    guards = await guards_now(services)
    has_room = await services.ceiling.has_room(guards.ceiling_per_hour, now)
    answers = (
        *checks(target, action, guards),
        check("notYetRead", passed=target.is_known),
        check("notSetUp", passed=guards.is_set_up),
        check("stopped", passed=not stop.stopped),
        check("ceilingReached", passed=has_room),
        check("active", passed=(await services.remediations.of_app(app.app_id)).active is None),
    )
    return RemediationPlan(
        app=app,
        action=action,
        checks=answers,
        enabled=target.enabled,
        last_read=(await services.inventory_reads.state()).state.last_complete_read,
        meaning=_MEANING[action],
    )


async def refuse_unfit_alert(services: RemediationServices, app: App, alert_id: str | None) -> None:
    """Raises UnknownAlertNamed, and AlertOfAnotherApp where the alert is about one that is known by its appId."""
    if alert_id is None:
        return
    found = await services.alerts.get(alert_id)
    if found is None:
        raise UnknownAlertNamed
    about = found.alert.app.app_id
    if about is not None and about.lower() != app.app_id.lower():
        raise AlertOfAnotherApp


async def _find(services: RemediationServices, named: str) -> App:
    named = object_id(named) or ""
    found = await services.apps.get([named])
    if not found:
        aliases = await services.aliases.lookup([named])
        found = await services.apps.get([alias.app_id for alias in aliases.values()])
    for app in found.values():
        return app
    raise UnknownApp(named)
