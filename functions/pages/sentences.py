"""An event as a sentence, and its facts as a table: what an analyst reads first, and what he checks it with."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec
from markupsafe import Markup, escape

from functions.pages.untrusted import text
from shared.domain.activities import Activity
from shared.domain.events import Event, PermissionChange
from shared.domain.known import UNKNOWN

_MOST_LISTED = 8

_SENTENCES: Final[Mapping[Activity, str]] = {
    Activity.CONSENT_GRANTED: "{actor} consented to {app}",
    Activity.CONSENT_REVOKED: "{actor} took back the consent to {app}",
    Activity.GRANT_ADDED: "{actor} granted {app} delegated permissions of {resource}",
    Activity.GRANT_CHANGED: "{actor} changed the delegated permissions of {app} at {resource}",
    Activity.GRANT_REVOKED: "{actor} took delegated permissions of {resource} from {app}",
    Activity.APP_ROLE_GRANTED: "{actor} granted {app} the application permission {role} of {resource}",
    Activity.APP_ROLE_REVOKED: "{actor} took the application permission {role} of {resource} from {app}",
    Activity.APP_ROLE_ASSIGNED_TO_USER: "{actor} assigned {user} to {app}",
    Activity.CREDENTIAL_ADDED: "{actor} added {credentials} to {app}",
    Activity.CREDENTIAL_REMOVED: "{actor} removed a credential from {app}",
    Activity.FEDERATED_CREDENTIAL_ADDED: "{actor} let {app} be signed in to from outside: {credentials}",
    Activity.FEDERATED_CREDENTIAL_REMOVED: "{actor} removed a federated credential from {app}",
    Activity.PERMISSIONS_REQUESTED: "{actor} changed the permissions that {app} asks for",
    Activity.APP_ADDED: "{actor} registered {app}",
    Activity.APP_UPDATED: "{actor} changed the registration of {app}",
    Activity.APP_DELETED: "{actor} deleted {app}",
    Activity.APP_RESTORED: "{actor} restored {app}",
    Activity.SERVICE_PRINCIPAL_ADDED: "{actor} added {app} to the tenant",
    Activity.SERVICE_PRINCIPAL_UPDATED: "{actor} changed {app}",
    Activity.SERVICE_PRINCIPAL_REMOVED: "{actor} removed {app} from the tenant",
    Activity.OWNER_ADDED: "{actor} made {user} an owner of {app}",
    Activity.OWNER_REMOVED: "{actor} removed {user} from the owners of {app}",
    Activity.DIRECTORY_ROLE_ASSIGNED: "{actor} gave {app} the directory role {directory_role}",
    Activity.DIRECTORY_ROLE_REMOVED: "{actor} took the directory role {directory_role} from {app}",
    Activity.POLICY_CHANGED: "{actor} changed a policy of the tenant",
    Activity.SIGN_IN: "{app} signed in",
    Activity.MAIL_ACCESSED: "{app} read mail of {mailbox}",
    Activity.MAIL_SENT: "{app} sent mail as {mailbox}",
    Activity.FILE_ACCESSED: "{app} opened files",
    Activity.FILE_DOWNLOADED: "{app} downloaded files",
    Activity.OTHER: "{actor} did “{operation}” to {app}",
}


def sentence(event: Event) -> Markup:
    """What happened, in a sentence; every name in it is text from the record."""
    said = escape(_SENTENCES[event.activity]).format(
        actor=_named(_actor(event), "somebody"),
        app=_named(event.app.display_name or event.app.key, "an app"),
        resource=_named(event.resource.display_name or event.resource.app_id, "an API"),
        role=_named(event.app_role, "that the record does not name"),
        user=_named(event.user, "a user"),
        directory_role=_named(event.directory_role, "that the record does not name"),
        mailbox=_named(event.mailbox, "a mailbox"),
        credentials=_credentials(event),
        operation=text(event.operation),
    )
    said += Markup("").join(_permissions(event))
    if isinstance(event.item_count, int):
        said += f", {event.item_count:,} items"
    return said + (Markup("") if event.succeeded else Markup(": <strong>it failed</strong>"))


def facts(event: Event) -> list[tuple[str, str]]:
    """All that is known of the event, by the names that the API gives, in its order."""
    document: dict[str, Any] = msgspec.to_builtins(event)
    return list(_flattened("", document))


def _actor(event: Event) -> str | None:
    actor = event.actor
    return actor.name or (actor.app.display_name if actor.app else None) or actor.id


def _named(name: object, otherwise: str) -> Markup:
    return text(name, 120) if isinstance(name, str) and name else escape(otherwise)


def _permissions(event: Event) -> Iterator[Markup]:
    if isinstance(event.scopes, PermissionChange):
        yield from _listed(": added {}", event.scopes.added)
        yield from _listed(", removed {}" if event.scopes.added else ": removed {}", event.scopes.removed)
    if event.consent_type == "AllPrincipals":
        yield Markup(", for the whole tenant")


def _listed(form: str, names: tuple[str, ...]) -> Iterator[Markup]:
    if names:
        more = len(names) - _MOST_LISTED
        shown = Markup(", ").join(text(name, 80) for name in names[:_MOST_LISTED])
        yield escape(form).format(shown) + (f" and {more} more" if more > 0 else "")


def _credentials(event: Event) -> Markup:
    added = event.credentials_added
    if added is UNKNOWN or not added:
        return Markup("a credential")
    named = (
        Markup("a {} ({})").format(one.kind.value, text(one.display_name or one.subject or one.key_id or "unnamed", 80))
        for one in added[:_MOST_LISTED]
    )
    return Markup(", ").join(named)


def _flattened(name: str, value: Any) -> Iterator[tuple[str, str]]:
    match value:
        case dict():
            for key, inner in value.items():
                yield from _flattened(f"{name}.{key}" if name else key, inner)
        case list() | tuple() if any(isinstance(inner, dict) for inner in value):
            for place, inner in enumerate(value, start=1):
                yield from _flattened(f"{name} {place}", inner)
        case list() | tuple():
            yield name, ", ".join(map(str, value)) or "none"
        case None:
            yield name, "none"
        case _:
            yield name, str(value)
