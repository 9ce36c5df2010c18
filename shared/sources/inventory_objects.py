"""Graph's directory objects: taking them out of pages, and telling their kinds apart."""

from collections.abc import Iterable, Mapping

from shared.domain.directory import DirectoryKind
from shared.sources.errors import RecordError, shown
from shared.sources.fields import Fields, members, text

type Inventory = Mapping[DirectoryKind, list[Fields]]
"""Objects by kind. A kind that is not a key was not read at all; one with an empty list was, and there is none."""

_TYPES = {
    "#microsoft.graph.serviceprincipal": DirectoryKind.SERVICE_PRINCIPALS,
    "#microsoft.graph.application": DirectoryKind.APPLICATIONS,
    "#microsoft.graph.oauth2permissiongrant": DirectoryKind.GRANTS,
    "#microsoft.graph.approleassignment": DirectoryKind.APP_ROLE_ASSIGNMENTS,
}
_COLLECTIONS = {
    **{kind.value.lower(): kind for kind in set(_TYPES.values())},
    "approleassignedto": DirectoryKind.APP_ROLE_ASSIGNMENTS,
}
_KEYS = (
    (DirectoryKind.GRANTS, {"clientId", "scope"}),
    (DirectoryKind.APP_ROLE_ASSIGNMENTS, {"appRoleId", "principalId"}),
    (DirectoryKind.SERVICE_PRINCIPALS, {"appId", "servicePrincipalType"}),
    (DirectoryKind.SERVICE_PRINCIPALS, {"appId", "accountEnabled"}),
    (DirectoryKind.SERVICE_PRINCIPALS, {"appId", "appOwnerOrganizationId"}),
    (DirectoryKind.SERVICE_PRINCIPALS, {"appId", "servicePrincipalNames"}),
    (DirectoryKind.APPLICATIONS, {"appId", "signInAudience"}),
    (DirectoryKind.APPLICATIONS, {"appId", "requiredResourceAccess"}),
    (DirectoryKind.APPLICATIONS, {"appId", "publisherDomain"}),
    (DirectoryKind.APPLICATIONS, {"appId", "identifierUris"}),
)
"""Keys that only one kind has, tried in this order: ``signInAudience`` is a service principal's as well."""


def by_kind(objects: Iterable[Fields]) -> Inventory:
    """Objects and pages of objects, sorted by kind. Raises RecordError for an object of another kind.

    A page says in its context what it holds, even if that is nothing. Objects that delta queries report as removed
    are left out.
    """
    found: dict[DirectoryKind, list[Fields]] = {}
    for item in objects:
        if "value" in item and "appId" not in item:
            kind = _kind_of_page(item)
            if kind is not None:
                found.setdefault(kind, [])
            for member in members(item, "value"):
                _add(found, member, kind)
        else:
            _add(found, item, None)
    return found


def _add(found: dict[DirectoryKind, list[Fields]], item: Fields, kind_of_page: DirectoryKind | None) -> None:
    if "@removed" in item:
        return
    kind = _kind_of_object(item) or kind_of_page
    if kind is None:
        raise RecordError(f"not a kind of object that is known (keys: {', '.join(map(shown, list(item)[:5]))})")
    found.setdefault(kind, []).append(item)


def _kind_of_object(item: Fields) -> DirectoryKind | None:
    told = _TYPES.get((text(item, "@odata.type") or "").lower())
    return told or next((kind for kind, keys in _KEYS if keys <= item.keys()), None)


def _kind_of_page(page: Fields) -> DirectoryKind | None:
    """From a context such as ``…/$metadata#servicePrincipals(id,appId)`` or ``…('id')/appRoleAssignedTo``."""
    collection = (text(page, "@odata.context") or "").rpartition("#")[2].rpartition("/")[2]
    return _COLLECTIONS.get(collection.partition("(")[0].lower())
