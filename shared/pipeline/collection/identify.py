"""Whose events they are: by aliases and the inventory, and where these do not know, by asking the directory."""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from shared.domain.activities import OUTSIDE_DIRECTORY, Activity
from shared.domain.app_references import AppReference
from shared.domain.apps import App
from shared.domain.errors import Conflict, NotFound, NotLicensed, PermissionMissing, Refused, Unavailable
from shared.domain.events import Event
from shared.pipeline.detection.judge import apps_of, resolved_by_aliases
from shared.pipeline.services import Services

_MOST_FETCHED = 20
"""Apps that one chunk may ask for at once. During a first read nearly all are unknown, and soon will be known."""
_NO_CHANGES = OUTSIDE_DIRECTORY | {
    Activity.POLICY_CHANGED,
    Activity.DIRECTORY_ROLE_ASSIGNED,
    Activity.DIRECTORY_ROLE_REMOVED,
    Activity.OTHER,
}
"""What leaves every app as it was."""
_UNREADABLE = (Conflict, NotFound, NotLicensed, PermissionMissing, Refused, Unavailable)
_log = logging.getLogger(__name__)


class Identified(Struct, frozen=True, kw_only=True):
    """An event as the archive holds it, the same with its identities filled in, and its app in the inventory."""

    archived: Event
    event: Event
    app: App | None

    @property
    def is_known(self) -> bool:
        """Whether more cannot be known of the event's app: the inventory has it, or the record names none."""
        return self.app is not None or self.event.app.key is None


async def look_up(services: Services, events: Sequence[Event]) -> list[Identified]:
    """By what is stored."""
    resolved = await resolved_by_aliases(services, events)
    apps = await apps_of(services, resolved)
    return [
        Identified(archived=archived, event=_named(archived, event, app), app=app)
        for archived, event in zip(events, resolved, strict=True)
        for app in [apps.get(event.app.app_id or "")]
    ]


def _named(archived: Event, event: Event, app: App | None) -> Event:
    """A record that tells no name gets the inventory's: the one that its alias was taught may be of long ago."""
    if archived.app.display_name or app is None or not app.display_name:
        return event
    return replace(event, app=replace(event.app, display_name=app.display_name))


async def identify(services: Services, events: Sequence[Event], now: datetime) -> list[Identified]:
    """By what is stored and, for some of those that are unknown, by reading their apps from the directory now.

    A directory that cannot be read is no failure: the events stay unknown.
    """
    found = await look_up(services, events)
    missing = sorted(_missing(found))
    if services.refresh is None or not missing:
        return found
    try:
        await services.refresh(missing[:_MOST_FETCHED], now)
    except _UNREADABLE as error:
        _log.warning("apps could not be fetched", extra={"apps": len(missing), "reason": str(error)})
        return found
    return await look_up(services, events)


async def want_changed_apps(services: Services, events: Iterable[Event]) -> None:
    """Tell the inventory, where there is one, which apps have changed: no delta tells of role assignments or owners."""
    changed = {_id_of(event.app) for event in events if event.activity not in _NO_CHANGES}
    wanted = sorted(filter(None, changed))
    if services.refresh is not None and wanted:
        await services.app_requests.want(wanted)


def _missing(found: Iterable[Identified]) -> set[str]:
    """Ids of the apps that are unknown, and of acting apps without an appId."""
    apps = [one.event.app for one in found if not one.is_known]
    acting = [one.event.actor.app for one in found if one.event.actor.app and one.event.actor.app.app_id is None]
    return set(filter(None, map(_id_of, [*apps, *acting])))


def _id_of(app: AppReference) -> str | None:
    return app.service_principal_id or app.application_object_id or app.app_id
