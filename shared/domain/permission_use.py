"""Whether an app uses its permissions, and what would suffice.

Where requests to Microsoft Graph are collected, they tell it. A permission is used where a request that it could have
allowed succeeded within 90 days; several may have allowed one, and all of them count. It is unused where there was none
in the last 90 days, or for as long as it was held, but at least 30 days; every request of that time must have been
collected, and each of this kind must be one that a permission held explains. Of Exchange and SharePoint, data that was
touched lately is a use of what allows that; where none was, the logs prove nothing, since not all of it is logged.

All else rests on the report of sign-in activity. It tells when an app last signed in for a user, and as itself: all
delegated permissions are used in the one way, all application permissions in the other. So an app that no longer signs
in in a way has no use for any of that kind. A sign-in does not say what was wanted, not even where there is but one of
the kind: it may have been for another API. So nothing is called used by it.

By sign-ins nothing is called unused that was held for less than 90 days, or for a time that is not known. Graph does
not date delegated permissions: one is taken to be held for as long as the service has seen no change of the app.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Final, NamedTuple

from msgspec import Struct

from shared.domain.apps import App, Permission, PermissionKind, SignIns
from shared.domain.events import Service
from shared.domain.known import UNKNOWN, Known
from shared.domain.microsoft import API_NAMES, DATA_APIS, EXCHANGE_ONLINE, MICROSOFT_GRAPH, SHAREPOINT_ONLINE
from shared.domain.permission_activity import PermissionActivity
from shared.domain.permission_paths import NAMED
from shared.domain.permission_paths.activity import use_key
from shared.domain.permission_table.coverage import covering
from shared.domain.report_age import is_believed

UNUSED_AFTER_DAYS = 90
WATCHED_FOR_DAYS = 30
"""For how long at least all requests must have been collected before a permission without any is called unused."""

SIGN_IN_SCOPES = frozenset({"openid", "profile", "email", "offline_access", "User.Read"})
"""Delegated permissions by which users sign in. They are no access to data, and never to be removed."""

_DAY = timedelta(days=1)
_UNUSED_AFTER = timedelta(days=UNUSED_AFTER_DAYS)
_WATCHED_FOR = timedelta(days=WATCHED_FOR_DAYS)
_SERVICES: Final[Mapping[str, frozenset[Service]]] = {
    EXCHANGE_ONLINE: frozenset({Service.EXCHANGE}),
    SHAREPOINT_ONLINE: frozenset({Service.SHAREPOINT, Service.ONEDRIVE}),
}
_TO_MAIL = ("mail.", "full_access", "ews.", "imap.", "pop.")
"""How the permissions of Exchange begin by which what its log tells of can be done: of calendars it tells little."""
_WAYS = {PermissionKind.APPLICATION: "as itself", PermissionKind.DELEGATED: "for a user"}


class PermissionUse(Struct, frozen=True, kw_only=True):
    """``used``: whether it was used within 90 days, UNKNOWN where nothing that was read can tell.

    ``last_used`` is the latest sign of use, where there is one. ``basis`` says in a few words what that
    rests on. ``covered_by`` names another permission of the app that allows all that this one does.
    """

    permission: Permission
    used: Known[bool] = UNKNOWN
    last_used: datetime | None = None
    basis: str = ""
    covered_by: str | None = None


class Sufficient(Struct, frozen=True, kw_only=True):
    """What the app could do with. ``keep`` and ``remove`` are names of permissions; ``reason`` says why.

    Where the app holds several of one name, their kind and API stand behind it.
    """

    keep: tuple[str, ...]
    remove: tuple[str, ...]
    reason: str


def permission_use(app: App, now: datetime) -> tuple[PermissionUse, ...] | None:
    """One for each permission; None where those are not known."""
    held = app.permissions
    if held is UNKNOWN or held is None:
        return None
    return tuple(_use(app, permission, held, now) for permission in held)


def is_overprivileged(app: App, now: datetime) -> Known[bool]:
    """Whether it holds a permission to Microsoft 365 data that is told to be unused."""
    uses = permission_use(app, now)
    if uses is None:
        return UNKNOWN if app.permissions is UNKNOWN else False
    reaching = [use for use in uses if _may_reach_data(use.permission)]
    if any(use.used is False and use.permission.resource_app_id in DATA_APIS for use in reaching):
        return True
    return False if all(use.used is True for use in reaching) else UNKNOWN


def signs_in(permission: Permission) -> bool:
    """Whether it is one by which users sign in, whichever API it stands at."""
    return permission.kind is PermissionKind.DELEGATED and permission.name in SIGN_IN_SCOPES


def sufficient(app: App, now: datetime) -> Sufficient | None:
    """None where it needs all it has, or nothing can tell.

    What is unused goes first: a permission is not given up for another one that goes itself.
    """
    held = app.permissions or ()
    uses = permission_use(app, now) or ()
    needless = [use for use in uses if use.used is False and not signs_in(use.permission)]
    unused = [use.permission for use in needless]
    wanted = [permission for permission in held if permission not in unused]
    covered = [permission for permission in wanted if covering(permission, wanted)]
    if not unused and not covered:
        return None
    return Sufficient(
        keep=tuple(_label(permission, held) for permission in wanted if permission not in covered),
        remove=tuple(_label(permission, held) for permission in (*unused, *covered)),
        reason="; ".join([*_why_unused(needless), *_why_covered(covered, wanted)]),
    )


class _Sign(NamedTuple):
    used: Known[bool]
    last: datetime | None
    basis: str


def _use(app: App, permission: Permission, held: tuple[Permission, ...], now: datetime) -> PermissionUse:
    sign = _by_requests(app, permission, now) or _by_data(app, permission, now) or _by_sign_ins(app, permission, now)
    wider = covering(permission, held)
    return PermissionUse(
        permission=permission,
        used=sign.used,
        last_used=sign.last,
        basis=sign.basis,
        covered_by=wider.name if wider else None,
    )


def _by_requests(app: App, permission: Permission, now: datetime) -> _Sign | None:
    """None where they do not tell."""
    told = app.permission_use
    if not told or permission.resource_app_id != MICROSOFT_GRAPH:
        return None
    last = told.last_used.get(use_key(permission))
    if last and _is_before_grant(last, permission):
        last = None
    if last and now - last < _UNUSED_AFTER:
        return _Sign(True, last, "a request that it could have allowed succeeded")
    since = _watched_since(app, permission, told, now)
    if since is None:
        return None
    days = (now - since).days
    return _Sign(False, last, f"has made no request to Microsoft Graph in {days} days that takes this")


def _watched_since(app: App, permission: Permission, told: PermissionActivity, now: datetime) -> datetime | None:
    """Since when all that it could have allowed is known to have been collected; None: not for long enough."""
    held_since = _held_since(app, permission)
    if held_since is None or told.since is None or permission.name not in NAMED or signs_in(permission):
        return None
    start = max(held_since, now - _UNUSED_AFTER)
    unexplained = told.unexplained.get(permission.kind)
    is_watched = told.since <= start and now - start >= _WATCHED_FOR and is_believed(told.through, now)
    return start if is_watched and (unexplained is None or unexplained < start) else None


def _by_data(app: App, permission: Permission, now: datetime) -> _Sign | None:
    """None where data of the service was not touched lately, or the permission does not lead to it."""
    api = permission.resource_app_id or ""
    if not app.permission_use or (api == EXCHANGE_ONLINE and not permission.name.lower().startswith(_TO_MAIL)):
        return None
    touched = [day for service, day in app.permission_use.services.items() if service in _SERVICES.get(api, ())]
    last = datetime.combine(max(touched), time(), UTC) if touched else None
    if last is None or now - last >= _UNUSED_AFTER or _is_before_grant(last + _DAY, permission):
        return None
    return _Sign(True, last, f"data of {API_NAMES[api]} was touched, which it could have allowed")


def _by_sign_ins(app: App, permission: Permission, now: datetime) -> _Sign:
    if app.sign_ins is UNKNOWN:
        return _Sign(UNKNOWN, None, "no report of sign-in activity has told of this app yet")
    way = _WAYS[permission.kind]
    last = _last_sign_in(app.sign_ins, permission.kind)
    if last and now - last < _UNUSED_AFTER:
        return _Sign(UNKNOWN, None, f"signs in {way}, which does not tell what it uses")
    if not is_believed(app.use_read, now):
        return _Sign(UNKNOWN, None, "the report of sign-in activity has not been read lately")
    since = _held_since(app, permission)
    if since is None:
        return _Sign(UNKNOWN, None, "how long it has been held is not known")
    if now - since < _UNUSED_AFTER:
        return _Sign(UNKNOWN, None, f"held for less than {UNUSED_AFTER_DAYS} days")
    return _Sign(False, last, f"has not signed in {way} for {UNUSED_AFTER_DAYS} days")


def _last_sign_in(sign_ins: SignIns | None, kind: PermissionKind) -> datetime | None:
    if sign_ins is None:
        return None
    return sign_ins.application_client if kind is PermissionKind.APPLICATION else sign_ins.delegated_client


def _held_since(app: App, permission: Permission) -> datetime | None:
    """When it was granted, at the latest; None where that is not known.

    A delegated permission may be much younger than its app. A new one is a change of the app, so it has been held since
    the last change that the service saw, or since it saw the app first.
    """
    if permission.granted is None and permission.kind is PermissionKind.DELEGATED:
        return app.first_seen and max(app.first_seen, app.modified or app.first_seen)
    return permission.granted or app.in_tenant_since


def _is_before_grant(moment: datetime, permission: Permission) -> bool:
    """What happened then was allowed by another permission, or by this one before it was given anew."""
    return permission.granted is not None and moment < permission.granted


def _may_reach_data(permission: Permission) -> bool:
    """Also where the API is not known."""
    if signs_in(permission):
        return False
    return permission.resource_app_id is None or permission.resource_app_id in DATA_APIS


def _why_unused(uses: list[PermissionUse]) -> list[str]:
    return [f"it {basis}" for basis in dict.fromkeys(use.basis for use in uses)]


def _why_covered(covered: list[Permission], wanted: list[Permission]) -> list[str]:
    pairs = ((permission, covering(permission, wanted)) for permission in covered)
    return [f"{wider.name} allows all of {permission.name}" for permission, wider in pairs if wider]


def _label(permission: Permission, held: tuple[Permission, ...]) -> str:
    if sum(other.name == permission.name for other in held) == 1:
        return permission.name
    api = permission.resource_app_id
    return f"{permission.name} ({permission.kind}, {API_NAMES.get(api or '', api or 'API not known')})"
