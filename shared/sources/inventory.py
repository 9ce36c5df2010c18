"""Graph's directory objects into Apps: service principals, applications, grants and app role assignments."""

from collections.abc import Iterable
from datetime import datetime

from shared.domain.apps import App, Credential, Origin
from shared.domain.events import CredentialKind
from shared.domain.known import UNKNOWN, Known
from shared.domain.microsoft import HOME_TENANTS
from shared.domain.privileges import Privilege
from shared.sources.errors import RecordError
from shared.sources.fields import Fields, guid, member, members, strings, text
from shared.sources.inventory_objects import Inventory, InventoryKind, by_kind
from shared.sources.inventory_permissions import Held, held_permissions
from shared.sources.times import time_of

_CREDENTIALS = {
    "passwordCredentials": CredentialKind.SECRET,
    "keyCredentials": CredentialKind.CERTIFICATE,
    "federatedIdentityCredentials": CredentialKind.FEDERATED,
}
_PLATFORMS = ("web", "spa", "publicClient")


def build_apps(objects: Iterable[Fields], tenant_id: str | None = None) -> dict[str, App]:
    """Apps by appId, from objects and pages of them in any order. Raises RecordError.

    A property that no object carries is unknown; so is what would come from a kind of object that is not in the input
    at all: permissions need both the grants and the app role assignments. A grant whose client's service principal is
    not in the input has no app to go to and is left out. ``tenant_id`` tells internal apps from external ones.
    """
    inventory = by_kind(objects)
    held = held_permissions(inventory)
    principals = _by_app_id(inventory.get(InventoryKind.SERVICE_PRINCIPALS, []))
    registrations = _by_app_id(inventory.get(InventoryKind.APPLICATIONS, []))
    return {
        app_id: _app(app_id, principals.get(app_id, {}), registrations.get(app_id, {}), inventory, held, tenant_id)
        for app_id in dict.fromkeys([*principals, *registrations])
    }


def _by_app_id(items: list[Fields]) -> dict[str, Fields]:
    found: dict[str, Fields] = {}
    for item in items:
        app_id = guid(item.get("appId"))
        if app_id is None:
            raise RecordError("appId is missing or not a GUID")
        found[app_id] = item
    return found


def _app(
    app_id: str,
    principal: Fields,
    registration: Fields,
    inventory: Inventory,
    held: dict[str, Held],
    tenant_id: str | None,
) -> App:
    halves = [half for half in (principal, registration) if half]
    own = held.get(text(principal, "id") or "", Held())
    has_permissions = {InventoryKind.GRANTS, InventoryKind.APP_ROLE_ASSIGNMENTS} <= inventory.keys()
    return App(
        app_id=app_id,
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
        permissions=own.permissions if has_permissions else UNKNOWN,
        privilege=_highest(own) if has_permissions else UNKNOWN,
        credentials=_credentials(halves),
        owner_count=_owner_count(halves),
        consented_users=len(own.users) if InventoryKind.GRANTS in inventory else UNKNOWN,
    )


def _first(halves: list[Fields], name: str) -> Known[str]:
    holders = [half for half in halves if name in half]
    return next((found for half in holders if (found := text(half, name))), None) if holders else UNKNOWN


def _enabled(principal: Fields) -> Known[bool]:
    value = principal.get("accountEnabled", UNKNOWN)
    return value if isinstance(value, bool) or value is UNKNOWN else None


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


def _credentials(halves: list[Fields]) -> Known[tuple[Credential, ...]]:
    """Of both halves. A certificate that signs and verifies stands twice under one key id; it counts once."""
    if not any(name in half for half in halves for name in _CREDENTIALS):
        return UNKNOWN
    found = [
        Credential(
            key_id=text(item, "keyId") or text(item, "id"),
            kind=kind,
            display_name=text(item, "displayName") or text(item, "name"),
            start=time_of(item, "startDateTime"),
            end=time_of(item, "endDateTime"),
        )
        for half in halves
        for name, kind in _CREDENTIALS.items()
        for item in members(half, name)
    ]
    return tuple({credential.key_id or credential: credential for credential in found}.values())


def _owner_count(halves: list[Fields]) -> Known[int]:
    """Owners of either half, if they were expanded. Graph expands at most 20 of each: 20 may mean more."""
    if not any("owners" in half for half in halves):
        return UNKNOWN
    return len({text(owner, "id") for half in halves for owner in members(half, "owners")})


def _highest(held: Held) -> Privilege | None:
    """None for an app that holds no permission."""
    return max((permission.privilege for permission in held.permissions), key=lambda found: found.rank, default=None)
