"""An event as a sentence, without markup: cards and pages say the same of it."""

from collections.abc import Iterator, Mapping
from string import Formatter
from typing import Final

from shared.domain.activities import Activity
from shared.domain.display import shown_name
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
    Activity.MAIL_DELETED: "{app} deleted mail of {mailbox}",
    Activity.MAIL_CHANGED: "{app} changed mail of {mailbox}",
    Activity.INBOX_RULE_CHANGED: "{app} changed the rules of the mailbox {mailbox}",
    Activity.FILE_CHANGED: "{app} changed files",
    Activity.FILE_DELETED: "{app} deleted files",
    Activity.FILE_SHARED: "{app} shared files",
    Activity.TEAMS_MESSAGE_READ: "{app} read messages in Teams",
    Activity.TEAMS_MESSAGE_SENT: "{app} sent messages in Teams",
    Activity.GRAPH_CALLED: "{app} called Microsoft Graph",
    Activity.RISK_DETECTED: "Microsoft detected a risk of {app}",
    Activity.RISK_CHANGED: "Microsoft changed what it holds of the risk of {app}",
    Activity.DEFENDER_ALERT: "Microsoft Defender raised an alert about {app}",
    Activity.AZURE_ROLE_ASSIGNED: "{actor} gave out an Azure role",
    Activity.AZURE_ROLE_REMOVED: "{actor} took an Azure role away",
    Activity.KEY_VAULT_CHANGED: "{actor} changed a key vault",
    Activity.VIRTUAL_MACHINE_CHANGED: "{actor} changed a virtual machine",
    Activity.AZURE_CHANGED: "{actor} changed something in Azure",
    Activity.OTHER: "{actor} did “{operation}” to {app}",
}


class Quoted(str):
    """A part of a sentence that the record gives: hostile, until whoever shows it makes it harmless."""

    __slots__ = ()


def plain_sentence(event: Event) -> str:
    """The sentence as one text, of some 1,500 characters at most. It quotes the record, so all of it is hostile."""
    return "".join(sentence_parts(event))


def sentence_parts(event: Event) -> Iterator[str]:
    """What happened, in order: our own words as ``str``, those of the record as ``Quoted``."""
    values = _values(event)
    for words, name, _, _ in Formatter().parse(_SENTENCES[event.activity]):
        yield words
        if name:
            yield from values[name]
    yield from _permissions(event)
    if isinstance(event.item_count, int):
        yield f", {event.item_count:,} item{'' if event.item_count == 1 else 's'}"
    if not event.succeeded:
        yield ": it failed"


def _values(event: Event) -> Mapping[str, tuple[str, ...]]:
    return {
        "actor": (_named(_actor(event), "somebody"),),
        "app": (_named(event.app.display_name or event.app.key, "an app"),),
        "resource": (_named(event.resource.display_name or event.resource.app_id, "an API"),),
        "role": (_named(event.app_role, "that the record does not name"),),
        "user": (_named(event.user, "a user"),),
        "directory_role": (_named(event.directory_role, "that the record does not name"),),
        "mailbox": (_named(event.mailbox, "a mailbox"),),
        "credentials": tuple(_credentials(event)),
        "operation": (_quoted(event.operation, 300),),
    }


def _actor(event: Event) -> str | None:
    actor = event.actor
    return actor.name or (actor.app.display_name if actor.app else None) or actor.id


def _named(name: object, otherwise: str) -> str:
    return _quoted(shown_name(name, otherwise), 120) if isinstance(name, str) and name else otherwise


def _quoted(text: str, most: int) -> Quoted:
    return Quoted(text if len(text) <= most else text[:most] + "…")


def _permissions(event: Event) -> Iterator[str]:
    if isinstance(event.scopes, PermissionChange):
        yield from _listed(": added ", event.scopes.added)
        yield from _listed(", removed " if event.scopes.added else ": removed ", event.scopes.removed)
    if event.consent_type == "AllPrincipals":
        yield ", for the whole tenant"


def _listed(before: str, names: tuple[str, ...]) -> Iterator[str]:
    for name in names[:_MOST_LISTED]:
        yield before
        yield _quoted(name, 80)
        before = ", "
    if len(names) > _MOST_LISTED:
        yield f" and {len(names) - _MOST_LISTED} more"


def _credentials(event: Event) -> Iterator[str]:
    added = event.credentials_added
    if added is UNKNOWN or not added:
        yield "a credential"
        return
    before = ""
    for one in added[:_MOST_LISTED]:
        yield f"{before}a {one.kind.value} ("
        yield _quoted(shown_name(one.display_name or one.subject or one.key_id, "unnamed"), 80)
        yield ")"
        before = ", "
