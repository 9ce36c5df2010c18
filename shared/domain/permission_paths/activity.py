"""From the requests of some days to what they tell of the permissions that an app holds."""

from collections.abc import Iterable
from datetime import date, datetime

from msgspec.structs import replace

from shared.domain.app_use import MOST_REQUESTS, AppUse, UseOfDay
from shared.domain.apps import Permission, PermissionKind
from shared.domain.events import Service
from shared.domain.known import Known
from shared.domain.permission_activity import PermissionActivity
from shared.domain.permission_paths import allowing, exercised


def use_key(permission: Permission) -> str:
    """How ``PermissionActivity.last_used`` names it."""
    return f"{permission.kind} {permission.name}"


def permission_activity(
    days: Iterable[UseOfDay],
    held: tuple[Permission, ...],
    watched: PermissionActivity,
    known: Known[PermissionActivity],
) -> PermissionActivity:
    """``watched`` says what was collected, and by what. What was ``known`` of earlier days is kept."""
    used = dict(known.last_used) if known else {}
    unexplained = dict(known.unexplained) if known else {}
    services = dict(known.services) if known else {}
    for each in days:
        for request, time in each.use.requests.items():
            for name in _told_by(request, held):
                _keep_latest(unexplained if name in set(PermissionKind) else used, name, time)
        if len(each.use.requests) >= MOST_REQUESTS:  # Others may have been left out, and nobody knows which.
            for kind in PermissionKind:
                _keep_latest(unexplained, kind, max(each.use.requests.values()))
        for service in _touched(each.use):
            _keep_latest(services, service, each.day)
    return replace(watched, since=_since(watched, known), last_used=used, unexplained=unexplained, services=services)


def _since(watched: PermissionActivity, known: Known[PermissionActivity]) -> datetime | None:
    """Two spans without a gap are one where they meet: what is told of the collection may not reach far back."""
    if watched.since is None or not known or known.since is None or known.through < watched.since:
        return watched.since
    return min(watched.since, known.since)


def _told_by(request: str, held: tuple[Permission, ...]) -> tuple[str, ...]:
    """Keys of the permissions that could have allowed it; its kind alone where none can be named.

    A request is written ``GET /users/{id}/messages application``.
    """
    target, _, kind = request.rpartition(" ")
    method, _, path = target.partition(" ")
    if kind not in set(PermissionKind):
        return tuple(PermissionKind)
    allowed = exercised(method, path, PermissionKind(kind), held)
    if not allowed and allowing(method, path) != frozenset():
        return (kind,)
    return tuple(map(use_key, allowed))


def _touched(use: AppUse) -> Iterable[Service]:
    return (service for service, touched in use.services.items() if touched.events)


def _keep_latest[K, T: (date, datetime)](found: dict[K, T], name: K, time: T) -> None:
    known = found.get(name)
    found[name] = time if known is None else max(known, time)
