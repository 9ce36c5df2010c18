"""Graph's directory objects into Apps: service principals, applications, grants and app role assignments."""

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct

from shared.domain.apps import App, Origin
from shared.domain.directory import DirectoryKind
from shared.domain.known import UNKNOWN, Known
from shared.domain.microsoft import HOME_TENANTS
from shared.domain.privileges import Privilege
from shared.sources.errors import RecordError
from shared.sources.fields import Fields, guid, member, strings, text
from shared.sources.inventory_objects import by_kind
from shared.sources.inventory_parts import credentials_of, owners_of
from shared.sources.inventory_permissions import Apis, Held, apis_of, by_holder, held_permissions
from shared.sources.times import time_of

_PLATFORMS = ("web", "spa", "publicClient")


class AppObjects(Struct, frozen=True, kw_only=True):
    """All objects of one app. A half that is not there is empty; grants or assignments that were not read are None."""

    app_id: str
    principal: Fields
    registration: Fields
    grants: list[Fields] | None
    assignments: list[Fields] | None


def build_apps(objects: Iterable[Fields], tenant_id: str | None = None) -> dict[str, App]:
    """Apps by appId, from objects and pages of them in any order. Raises RecordError.

    A property that no object carries is unknown; so is what would come from a kind of object that is not in the input
    at all: permissions need both the grants and the app role assignments. A grant whose client's service principal is
    not in the input has no app to go to and is left out. ``tenant_id`` tells internal apps from external ones.
    """
    inventory = by_kind(objects)
    apis = apis_of(inventory.get(DirectoryKind.SERVICE_PRINCIPALS, []))
    principals = _by_app_id(inventory.get(DirectoryKind.SERVICE_PRINCIPALS, []))
    registrations = _by_app_id(inventory.get(DirectoryKind.APPLICATIONS, []))
    grants = by_holder(inventory.get(DirectoryKind.GRANTS, []), "clientId")
    assignments = by_holder(inventory.get(DirectoryKind.APP_ROLE_ASSIGNMENTS, []), "principalId")
    built = {}
    for app_id in dict.fromkeys([*principals, *registrations]):
        principal = principals.get(app_id, {})
        holder = text(principal, "id") or ""
        found = AppObjects(
            app_id=app_id,
            principal=principal,
            registration=registrations.get(app_id, {}),
            grants=grants.get(holder, []) if DirectoryKind.GRANTS in inventory else None,
            assignments=assignments.get(holder, []) if DirectoryKind.APP_ROLE_ASSIGNMENTS in inventory else None,
        )
        built[app_id] = build_app(found, apis, tenant_id)
    return built


def build_app(found: AppObjects, apis: Apis, tenant_id: str | None) -> App:
    """One app. Raises RecordError."""
    principal, registration = found.principal, found.registration
    halves = [half for half in (principal, registration) if half]
    held = held_permissions(found.grants or [], found.assignments or [], apis)
    has_grants = found.grants is not None
    has_permissions = has_grants and found.assignments is not None
    owners = owners_of(halves)
    return App(
        app_id=found.app_id,
        service_principal_id=text(principal, "id"),
        application_object_id=text(registration, "id"),
        display_name=text(principal, "displayName") or text(registration, "displayName"),
        enabled=_enabled(principal),
        origin=_origin(principal, registration, tenant_id),
        created=_created(halves),
        publisher_name=_publisher(halves, "displayName"),
        publisher_verified=_is_verified(halves),
        sign_in_audience=_first(halves, "signInAudience"),
        service_principal_type=_first([principal], "servicePrincipalType"),
        homepage=_homepage(principal, registration),
        reply_urls=_reply_urls(principal, registration),
        permissions=held.permissions if has_permissions else UNKNOWN,
        privilege=_highest(held) if has_permissions else UNKNOWN,
        credentials=credentials_of(halves),
        owner_count=len(owners) if isinstance(owners, tuple) else UNKNOWN,
        owners=owners,
        grants=held.grants if has_grants else UNKNOWN,
        consented_users=len(held.users) if has_grants else UNKNOWN,
        disabled_by_microsoft=_is_disabled_by_microsoft(halves),
        tags=tuple(strings(principal["tags"])) if "tags" in principal else UNKNOWN,
    )


def _by_app_id(items: list[Fields]) -> dict[str, Fields]:
    found: dict[str, Fields] = {}
    for item in items:
        app_id = guid(item.get("appId"))
        if app_id is None:
            raise RecordError("appId is missing or not a GUID")
        found[app_id] = item
    return found


def _first(halves: list[Fields], name: str) -> Known[str]:
    holders = [half for half in halves if name in half]
    return next((found for half in holders if (found := text(half, name))), None) if holders else UNKNOWN


def _enabled(principal: Fields) -> Known[bool]:
    value = principal.get("accountEnabled", UNKNOWN)
    return value if isinstance(value, bool) or value is UNKNOWN else None


def _is_disabled_by_microsoft(halves: list[Fields]) -> Known[bool]:
    """Null and ``NotDisabled`` both say no."""
    status = _first(halves, "disabledByMicrosoftStatus")
    return status if status is UNKNOWN else status not in {None, "NotDisabled"}


def _origin(principal: Fields, registration: Fields, tenant_id: str | None) -> Known[Origin]:
    """By the home tenant. A managed identity has none or this one, and a registration is always of this tenant."""
    owner = guid(principal.get("appOwnerOrganizationId"))
    if owner in HOME_TENANTS:
        return Origin.MICROSOFT
    if registration or text(principal, "servicePrincipalType") == "ManagedIdentity":
        return Origin.INTERNAL
    if tenant_id is None or "appOwnerOrganizationId" not in principal:
        return UNKNOWN
    if owner is None:
        return None
    return Origin.INTERNAL if owner == tenant_id.lower() else Origin.EXTERNAL


def _created(halves: list[Fields]) -> Known[datetime]:
    """The service principal's, which says since when the app is in this tenant; the registration's where it has none.

    Graph returns ``createdDateTime`` of service principals although its metadata does not declare it.
    """
    holders = [half for half in halves if "createdDateTime" in half]
    if not holders:
        return UNKNOWN
    return next((found for half in holders if (found := time_of(half, "createdDateTime"))), None)


def _publisher(halves: list[Fields], name: str) -> Known[str]:
    """Unverified apps have a ``verifiedPublisher`` of three nulls, not null."""
    holders = [half for half in halves if "verifiedPublisher" in half]
    if not holders:
        return UNKNOWN
    return next((found for half in holders if (found := text(member(half, "verifiedPublisher"), name))), None)


def _is_verified(halves: list[Fields]) -> Known[bool]:
    publisher_id = _publisher(halves, "verifiedPublisherId")
    return publisher_id if publisher_id is UNKNOWN else publisher_id is not None


def _homepage(principal: Fields, registration: Fields) -> Known[str]:
    if "homepage" not in principal and "web" not in registration:
        return UNKNOWN
    return text(principal, "homepage") or text(member(registration, "web"), "homePageUrl")


def _reply_urls(principal: Fields, registration: Fields) -> Known[tuple[str, ...]]:
    platforms = [name for name in _PLATFORMS if name in registration]
    if "replyUrls" not in principal and not platforms:
        return UNKNOWN
    urls = strings(principal.get("replyUrls"))
    for platform in platforms:
        urls += strings(member(registration, platform).get("redirectUris"))
    return tuple(dict.fromkeys(urls))


def _highest(held: Held) -> Privilege | None:
    """None for an app that holds no permission."""
    return max((permission.privilege for permission in held.permissions), key=lambda found: found.rank, default=None)
