"""What records teach about which object id belongs to which app, and applying it."""

from collections.abc import Callable, Iterable

from msgspec.structs import replace

from shared.domain.app_references import Alias, AppReference, Resolution
from shared.domain.events import Event
from shared.sources.fields import guid

type Lookup = Callable[[str], Alias | None]
"""What is known of an object id; None if nothing is."""


def aliases_of(events: Iterable[Event]) -> tuple[Alias, ...]:
    """The pairs of object id and appId that stand in one and the same record, each once.

    A record pairs them for a service principal that was added, consented to, granted a role or signed in, for an
    application that got an owner, and for the API of a grant. Nothing is inferred from names, times or correlation.
    """
    aliases: dict[tuple[str, str], Alias] = {}
    for event in events:
        for app_id, object_id, name in _pairs(event):
            app, owned = guid(app_id), guid(object_id)
            if app and owned and app != owned:
                aliases.setdefault((owned, app), Alias(object_id=owned, app_id=app, display_name=name))
    return tuple(aliases.values())


def resolve(event: Event, lookup: Lookup) -> Event:
    """The event with appId and name of its app, its acting app and its API filled in, as far as ``lookup`` knows them.

    A name only shows people which app it is: nothing is ever joined by it.
    """
    app = _resolved(event.app, lookup)
    acting = _resolved(event.actor.app, lookup) if event.actor.app else None
    resource = event.resource
    if resource.app_id is None and resource.service_principal_id:
        alias = lookup(resource.service_principal_id)
        resource = replace(resource, app_id=alias.app_id) if alias else resource
    actor = event.actor if acting is event.actor.app else replace(event.actor, app=acting)
    return replace(event, app=app, actor=actor, resource=resource)


def object_ids_of(event: Event) -> set[str]:
    """The object ids that ``resolve`` would look up: none, for most events."""
    acting, resource = event.actor.app, event.resource
    if (
        event.app.app_id
        and (acting is None or acting.app_id)
        and (resource.app_id or not resource.service_principal_id)
    ):
        return set()
    apps = [app for app in (event.app, acting) if app is not None and app.app_id is None]
    ids = {object_id for app in apps for object_id in (app.service_principal_id, app.application_object_id)}
    if event.resource.app_id is None:
        ids.add(event.resource.service_principal_id)
    return {object_id for object_id in ids if object_id}


def _pairs(event: Event) -> Iterable[tuple[str | None, str | None, str | None]]:
    for app in (event.app, event.actor.app):
        if app is not None:
            yield app.app_id, app.service_principal_id, app.display_name
            yield app.app_id, app.application_object_id, app.display_name
    yield event.resource.app_id, event.resource.service_principal_id, event.resource.display_name


def _resolved(app: AppReference, lookup: Lookup) -> AppReference:
    if app.app_id is not None:
        return app
    for object_id in (app.service_principal_id, app.application_object_id):
        alias = lookup(object_id) if object_id else None
        if alias:
            name = app.display_name or alias.display_name
            return replace(app, app_id=alias.app_id, display_name=name, resolution=Resolution.RESOLVED)
    return app
