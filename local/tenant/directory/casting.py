"""Chooses who of a tenant's users plays which person of a scenario."""

from collections.abc import Iterable, Mapping

from local.tenant.directory.cast import PersonPart
from local.tenant.directory.collections import Object
from local.tenant.directory.tenant import Tenant


def choose_people(tenant: Tenant, people: Mapping[str, PersonPart]) -> dict[str, Object]:
    """Another user for each person, the same whenever it is asked of the same tenant. Raises ValueError."""
    chosen: dict[str, Object] = {}
    for name, part in people.items():
        taken = {user["id"] for user in chosen.values()}
        found = next((user for user in _fitting(tenant, part) if user["id"] not in taken), None)
        if found is None:
            raise ValueError(f"the tenant has nobody to play {name}")
        chosen[name] = found
    return chosen


def role_id_of_name(tenant: Tenant, name: str) -> str:
    """The id of the definition of a directory role: of a built-in one, its template's."""
    return _id_of(tenant.role_definitions.all(), name)


def group_id_of_name(tenant: Tenant, name: str) -> str:
    return _id_of(tenant.groups.all(), name)


def _fitting(tenant: Tenant, part: PersonPart) -> Iterable[Object]:
    assignments = tenant.role_assignments.all()
    if part.role:
        role_id = role_id_of_name(tenant, part.role)
        holders = (one["principalId"] for one in assignments if one["roleDefinitionId"] == role_id)
        return (user for holder in holders if (user := tenant.users.get(holder)))
    if part.group:
        members = tenant.transitive_members_of(group_id_of_name(tenant, part.group))
        return (user for member in members if (user := tenant.users.get(member["id"])))
    privileged = {one["principalId"] for one in assignments}
    return (user for user in tenant.users.all() if _account(user) == part.account and user["id"] not in privileged)


def _account(user: Object) -> str:
    if user["userType"] == "Guest":
        return "guest"
    return "employee" if user["accountEnabled"] else "disabled"


def _id_of(named: Iterable[Object], name: str) -> str:
    return str(next(one["id"] for one in named if one["displayName"] == name))
