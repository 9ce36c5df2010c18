"""The life of one app, as far as the service saw it: what was done to it, how it changed, what was found and done."""

import hashlib
import json
from datetime import datetime
from enum import StrEnum
from typing import Final

from msgspec import Struct

from shared.domain.activities import Activity
from shared.domain.display import inert
from shared.domain.event_sentences import plain_sentence
from shared.domain.events import Event, PermissionChange, Resource, Source

_CHANGE_NOTHING: Final = frozenset(
    {
        Activity.SIGN_IN,
        Activity.MAIL_ACCESSED,
        Activity.MAIL_SENT,
        Activity.FILE_ACCESSED,
        Activity.FILE_DOWNLOADED,
    }
)
_MOST_CHARACTERS = 2000
"""Of a sentence: an event's has some 1,500, before what hides is shown."""
_MOST_PARTS = 200
_LONGEST_PART = 300


class TimelineKind(StrEnum):
    """``event`` is a record of the audit log, ``change`` what two states of the inventory differ in."""

    EVENT = "event"
    CHANGE = "change"
    ALERT = "alert"
    REMEDIATION = "remediation"


class TimelineEntry(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """One thing that happened. ``id`` is the same whenever the same thing is told, so that telling twice adds nothing.

    ``what`` is an activity (``consent.granted``), or the property that changed (``permissions``). ``sentence`` is plain
    text; names in it come from outside and are shown as such. ``added`` and ``removed`` are the parts that came and
    went: of an event, names of permissions as the record tells them. ``api`` is whose they are: an appId, ``object:ID``
    where the record tells the service principal only, None where it tells none or several. ``actor`` is who did it,
    None where nobody is named. The ``app_id`` of an event is ``object:ID`` where the app was not known when it was
    told.
    """

    app_id: str
    time: datetime
    id: str
    kind: TimelineKind
    what: str
    sentence: str
    actor: str | None = None
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    reference: str | None = None
    api: str | None = None


class TimelinePage(Struct, frozen=True, kw_only=True):
    """Newest first; ``next`` is where the next page begins, None on the last."""

    entries: tuple[TimelineEntry, ...]
    next: str | None


def changes_app(event: Event) -> bool:
    """Whether it is an audit of an app that was changed, or was to be."""
    is_audit = event.source is Source.DIRECTORY_AUDITS
    return is_audit and event.app.key is not None and event.activity not in _CHANGE_NOTHING


def event_entry(event: Event, collected: datetime) -> TimelineEntry:
    """For an event with an app. ``collected`` stands in for the time of a record that has none."""
    added, removed = _permissions(event) if event.succeeded else ((), ())
    return TimelineEntry(
        app_id=event.app.key or "",
        time=event.time or collected,
        id=hashlib.sha256(json.dumps(["event", event.id, event.activity]).encode()).hexdigest()[:32],
        kind=TimelineKind.EVENT,
        what=event.activity,
        sentence=inert(plain_sentence(event), _MOST_CHARACTERS),
        actor=_actor(event),
        added=added,
        removed=removed,
        reference=event.id[:_LONGEST_PART],
        api=_api(event.resource) if added or removed else None,
    )


def _api(resource: Resource) -> str | None:
    """Never by its name, which others may give to an API of their own."""
    if resource.app_id:
        return resource.app_id.lower()
    return f"object:{resource.service_principal_id.lower()}" if resource.service_principal_id else None


def _actor(event: Event) -> str | None:
    app = event.actor.app
    name = event.actor.name or (app.display_name if app else None) or event.actor.id
    return inert(name) if name else None


def _permissions(event: Event) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if isinstance(event.scopes, PermissionChange):
        return _bounded(event.scopes.added), _bounded(event.scopes.removed)
    role = _bounded((event.app_role,)) if isinstance(event.app_role, str) else ()
    if event.activity is Activity.APP_ROLE_GRANTED:
        return role, ()
    return ((), role) if event.activity is Activity.APP_ROLE_REVOKED else ((), ())


def _bounded(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name[:_LONGEST_PART] for name in names[:_MOST_PARTS])
