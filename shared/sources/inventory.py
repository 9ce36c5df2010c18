"""Graph's directory objects into Apps: service principals, registrations, and what hangs on them."""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from shared.domain.apps import App, Origin
from shared.domain.directory import DirectoryKind
from shared.domain.known import UNKNOWN, Known
from shared.domain.people import Person
from shared.domain.privileges import Privilege
from shared.sources import inventory_fields as fields
from shared.sources.errors import RecordError
from shared.sources.fields import Fields, guid, strings, text
from shared.sources.inventory_objects import by_kind
from shared.sources.inventory_parts import credentials_of, directory_roles_of, owners_of
from shared.sources.inventory_people import consenting_users
from shared.sources.inventory_permissions import Apis, Held, apis_of, by_holder, held_permissions


class AppObjects(Struct, frozen=True, kw_only=True):
    """All objects of one app. What was not read is None; a half that was, and is not there, is empty.

    ``people`` are the marked users, and others whom the service knows.
    """

    app_id: str
    principal: Fields
    registration: Fields | None
    grants: list[Fields] | None
    assignments: list[Fields] | None
    role_assignments: list[Fields] | None = None
    people: Mapping[str, Person] | None = None


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
    principal, registration = found.principal, found.registration or {}
    halves = [half for half in (principal, registration) if half]
    held = held_permissions(found.grants or [], found.assignments or [], apis)
    has_grants = found.grants is not None
    has_permissions = has_grants and found.assignments is not None
    origin = fields.origin(principal, registration, tenant_id)
    # An app of this tenant has another half, which nobody read: what both tell is not known by one.
    is_whole = found.registration is not None or origin is not Origin.INTERNAL
    owners = owners_of(halves, found.people) if is_whole else UNKNOWN
    return App(
        app_id=found.app_id,
        service_principal_id=text(principal, "id"),
        application_object_id=text(registration, "id"),
        display_name=text(principal, "displayName") or text(registration, "displayName"),
        enabled=fields.is_enabled(principal),
        origin=origin,
        home_tenant_id=fields.home_tenant_id(principal, registration, tenant_id),
        created=fields.created(halves),
        registered=fields.registered(registration),
        publisher_name=fields.publisher(halves, "displayName"),
        publisher_verified=fields.is_verified(halves),
        certification=fields.certification(registration),
        sign_in_audience=fields.first(halves, "signInAudience"),
        service_principal_type=fields.first([principal], "servicePrincipalType"),
        homepage=fields.homepage(principal, registration),
        reply_urls=fields.reply_urls(principal, registration) if is_whole else UNKNOWN,
        links=fields.links(halves),
        permissions=held.permissions if has_permissions else UNKNOWN,
        privilege=_highest(held) if has_permissions else UNKNOWN,
        credentials=credentials_of(principal, registration) if is_whole else UNKNOWN,
        owner_count=len(owners) if isinstance(owners, tuple) else UNKNOWN,
        owners=owners,
        grants=held.grants if has_grants else UNKNOWN,
        consented_users=len(held.users) if has_grants else UNKNOWN,
        priority_users=_priority_users(held, found.people) if has_grants and found.people is not None else UNKNOWN,
        has_priority_accounts=_has_priority_accounts(found.people),
        privileged_users=_privileged_users(held, found.people) if _tells_privileges(found) else UNKNOWN,
        consenting_users=consenting_users(held.users, found.people or {}) if has_grants else UNKNOWN,
        consenting_roles=_consenting_roles(held, found.people) if _tells_privileges(found) else UNKNOWN,
        directory_roles=UNKNOWN if found.role_assignments is None else directory_roles_of(found.role_assignments),
        disabled_by_microsoft=fields.is_disabled_by_microsoft(halves),
        tags=tuple(sorted(set(strings(principal["tags"])))) if "tags" in principal else UNKNOWN,
    )


def _by_app_id(items: list[Fields]) -> dict[str, Fields]:
    found: dict[str, Fields] = {}
    for item in items:
        app_id = guid(item.get("appId"))
        if app_id is None:
            raise RecordError("appId is missing or not a GUID")
        found[app_id] = item
    return found


def _highest(held: Held) -> Privilege | None:
    """None for an app that holds no permission."""
    return max((permission.privilege for permission in held.permissions), key=lambda found: found.rank, default=None)


def _tells_privileges(found: AppObjects) -> bool:
    return found.grants is not None and found.people is not None and found.role_assignments is not None


def _priority_users(held: Held, people: Mapping[str, Person] | None) -> int:
    return sum(person.priority for person in _consenting(held, people))


def _has_priority_accounts(people: Mapping[str, Person] | None) -> Known[bool]:
    return UNKNOWN if people is None else any(person.priority for person in people.values())


def _privileged_users(held: Held, people: Mapping[str, Person] | None) -> int:
    return sum(bool(person.roles) for person in _consenting(held, people))


def _consenting_roles(held: Held, people: Mapping[str, Person] | None) -> tuple[str, ...]:
    return tuple(sorted({role for person in _consenting(held, people) for role in person.roles}))


def _consenting(held: Held, people: Mapping[str, Person] | None) -> list[Person]:
    """The marked ones among those who consented."""
    return [people[user.lower()] for user in held.users if user.lower() in people] if people else []
