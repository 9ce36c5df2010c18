"""What two states of an app differ in, told for its timeline.

A fact that was not known and now is, or the other way round, is no change of the app: nobody saw it happen. Names that
come from outside are shown as ``display`` shows them; of credentials the value is not even known.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final, NamedTuple

from msgspec import UnsetType

from shared.domain.apps import App, ConsentGrant, Credential, DirectoryRole, Permission
from shared.domain.display import inert, shown_name
from shared.domain.known import UNKNOWN, Known
from shared.domain.microsoft import API_NAMES, MICROSOFT_GRAPH
from shared.domain.timeline import TimelineEntry, TimelineKind

_MOST_SAID = 8
"""Parts that a sentence names."""
_MOST_KEPT = 200
"""Parts that an entry keeps of those that came, and of those that went."""
_MOST_CHARACTERS = 200
_MAY_BE_MORE = 20
"""Graph expands so many owners at most. One who is not among them may be an owner all the same."""

_SWITCHES: Final = {
    "enabled": ("Enabled", "Disabled"),
    "disabledByMicrosoft": ("Disabled by Microsoft", "No longer disabled by Microsoft"),
    "publisherVerified": ("Publisher verified", "Publisher no longer verified"),
}
"""What is said when it becomes true, and false."""
_VALUES: Final = {
    "displayName": "Name",
    "publisherName": "Publisher",
    "certification": "Certification",
    "signInAudience": "Sign-in audience",
    "homepage": "Homepage",
}


class _Change(NamedTuple):
    what: str
    sentence: str
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


type _Parts = Mapping[object, str]
"""How each part is shown, by what makes it the same part in both states."""


def changes_between(before: App | None, after: App, now: datetime, version: str | None) -> list[TimelineEntry]:
    """One entry for each property that differs, as of ``now``; of an app that was not known, that it was seen.

    ``version`` is that of the state before: told again from the same state, the entries have the same ids.
    """
    changes = [_first_seen(after)] if before is None else _changes(before, after)
    return [
        TimelineEntry(
            app_id=after.app_id,
            time=now,
            id=_id_of(after.app_id, change.what, version),
            kind=TimelineKind.CHANGE,
            what=change.what,
            sentence=change.sentence,
            added=change.added[:_MOST_KEPT],
            removed=change.removed[:_MOST_KEPT],
        )
        for change in changes
    ]


def _id_of(app_id: str, what: str, version: str | None) -> str:
    return hashlib.sha256(json.dumps(["change", app_id, what, version]).encode()).hexdigest()[:32]


def _first_seen(app: App) -> _Change:
    since = f", in the tenant since {app.created:%Y-%m-%d}" if isinstance(app.created, datetime) else ""
    return _Change("firstSeen", f"Seen for the first time{since}")


def _changes(before: App, after: App) -> Iterator[_Change]:
    yield from _presence(before, after)
    facts_before, facts_after = _facts(before), _facts(after)
    for what, (on, off) in _SWITCHES.items():
        old, new = facts_before[what], facts_after[what]
        if isinstance(old, bool) and isinstance(new, bool) and old is not new:
            yield _Change(what, on if new else off)
    for what, name in _VALUES.items():
        old, new = facts_before[what], facts_after[what]
        if isinstance(old, str | None) and isinstance(new, str | None) and old != new:
            yield _Change(what, f"{name} changed from {_value(old)} to {_value(new)}")
    for what, name, parts_of in _LISTS:
        yield from _difference(what, name, *parts_of(before, after))
    yield from _users(before.consented_users, after.consented_users)


def _facts(app: App) -> dict[str, object]:
    return {
        "enabled": app.enabled,
        "disabledByMicrosoft": app.disabled_by_microsoft,
        "publisherVerified": app.publisher_verified,
        "displayName": app.display_name or UNKNOWN,  # no app is without: it was not told
        "publisherName": app.publisher_name,
        "certification": app.certification,
        "signInAudience": app.sign_in_audience,
        "homepage": app.homepage,
    }


def _presence(before: App, after: App) -> Iterator[_Change]:
    if before.deleted is None and after.deleted is not None:
        yield _Change("deleted", "Deleted")
    elif before.deleted is not None and after.deleted is None:
        is_same = before.service_principal_id == after.service_principal_id
        yield _Change("deleted", "Restored" if is_same else "Added to the tenant again")
    elif before.service_principal_id is None and after.service_principal_id is not None:
        yield _Change("servicePrincipalId", "Added to the tenant")
    elif after.service_principal_id not in {None, before.service_principal_id}:
        yield _Change("servicePrincipalId", "It is another service principal now (deleted and added again)")
    old, new = before.application_object_id, after.application_object_id
    if old is not None and old != new and before.deleted is after.deleted is None:
        which = "It is another registration now (deleted and added again)" if new else "Its registration was deleted"
        yield _Change("applicationObjectId", which)


def _users(before: object, after: object) -> Iterator[_Change]:
    if isinstance(before, int) and isinstance(after, int) and before != after:
        count, which = abs(after - before), "more" if after > before else "fewer"
        users = "user" if count == 1 else "users"
        yield _Change("consentedUsers", f"{count:,} {users} {which} consented: {after:,} in all")


def _difference(what: str, name: str, before: _Parts, after: _Parts) -> Iterator[_Change]:
    added = tuple(after[each] for each in after if each not in before)
    removed = tuple(before[each] for each in before if each not in after)
    if added or removed:
        said = [f"{verb}: {_listed(parts)}" for verb, parts in (("added", added), ("removed", removed)) if parts]
        yield _Change(what, f"{name} {'; '.join(said)}", added, removed)


def _listed(parts: tuple[str, ...]) -> str:
    more = len(parts) - _MOST_SAID
    return ", ".join(parts[:_MOST_SAID]) + (f" and {more:,} more" if more > 0 else "")


def _permissions(before: App, after: App) -> tuple[_Parts, _Parts]:
    """What is held at an API that is not known may be any other of its kind, so then that kind is not compared."""
    held = before.permissions, after.permissions
    vague = {each.kind for side in held for each in side or () if each.resource_app_id is None}

    def parts(permissions: Iterable[Permission]) -> _Parts:
        return {
            (each.kind, each.resource_app_id, each.name): _permission(each.name, each.kind, each.resource_app_id)
            for each in permissions
            if each.kind not in vague
        }

    return _both(*held, parts)


def _consents(before: App, after: App) -> tuple[_Parts, _Parts]:
    granted = before.grants, after.grants
    is_vague = any(each.resource_app_id is None for side in granted for each in side or ())

    def parts(grants: Iterable[ConsentGrant]) -> _Parts:
        return {
            (each.consent_type, each.resource_app_id, scope): _permission(
                scope, "all users" if each.consent_type == "AllPrincipals" else "some users", each.resource_app_id
            )
            for each in grants
            for scope in each.scopes
            if not is_vague
        }

    return _both(*granted, parts)


def _permission(name: str, held: str, api_id: str | None) -> str:
    api = "" if api_id == MICROSOFT_GRAPH else f", {API_NAMES.get(api_id or '', api_id)}"
    return f"{_shown(name)} ({held}{api})"


def _credentials(before: App, after: App) -> tuple[_Parts, _Parts]:
    def parts(credentials: Iterable[Credential]) -> _Parts:
        return {each.key_id or (each.kind, each.display_name, each.start): _credential(each) for each in credentials}

    return _both(before.credentials, after.credentials, parts)


def _credential(credential: Credential) -> str:
    key_id = f" ({_shown(credential.key_id)})" if credential.key_id else ""
    kind = "credential" if credential.kind.value == "unknown" else credential.kind.value
    return f"{kind} {_shown(shown_name(credential.display_name, 'without a name'))}{key_id}"


def _owners(before: App, after: App) -> tuple[_Parts, _Parts]:
    if any(len(side or ()) >= _MAY_BE_MORE for side in (before.owners, after.owners)):
        return {}, {}
    return _both(
        before.owners, after.owners, lambda owners: {each.id: _shown(shown_name(each.name, each.id)) for each in owners}
    )


def _directory_roles(before: App, after: App) -> tuple[_Parts, _Parts]:
    def parts(roles: Iterable[DirectoryRole]) -> _Parts:
        return {(each.template_id, each.scope, each.group_id): _directory_role(each) for each in roles}

    return _both(before.directory_roles, after.directory_roles, parts)


def _directory_role(role: DirectoryRole) -> str:
    scope = "" if role.scope == "/" else f" over {_shown(role.scope)}"
    through = f" through the group {_shown(role.group_id)}" if role.group_id else ""
    return f"{_shown(role.name or role.template_id)}{scope}{through}"


def _reply_urls(before: App, after: App) -> tuple[_Parts, _Parts]:
    return _both(before.reply_urls, after.reply_urls, lambda urls: {each: _shown(each) for each in urls})


def _both[T](
    before: Known[tuple[T, ...]], after: Known[tuple[T, ...]], parts: Callable[[Iterable[T]], _Parts]
) -> tuple[_Parts, _Parts]:
    if isinstance(before, UnsetType) or isinstance(after, UnsetType):
        return {}, {}
    return parts(before or ()), parts(after or ())


def _value(text: str | None) -> str:
    return f"“{_shown(text)}”" if text else "nothing"


def _shown(text: str) -> str:
    return inert(text, _MOST_CHARACTERS)


_LISTS: Final = (
    ("permissions", "Permissions", _permissions),
    ("grants", "Consents", _consents),
    ("credentials", "Credentials", _credentials),
    ("owners", "Owners", _owners),
    ("directoryRoles", "Directory roles", _directory_roles),
    ("replyUrls", "Reply URLs", _reply_urls),
)
