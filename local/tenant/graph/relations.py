"""What hangs on an application or service principal: owners, grants and assignments."""

from collections.abc import Callable

from local.tenant.directory.collections import Object
from local.tenant.directory.tenant import Tenant
from local.tenant.graph.query import check_names
from local.tenant.graph.replicas import Replicas
from local.tenant.graph.schema import kind
from local.tenant.graph.shapes import limited, project, typed
from local.tenant.graph.tokens import Caller

_READS_USERS = frozenset({"Directory.Read.All", "Directory.ReadWrite.All", "User.Read.All", "User.ReadWrite.All"})

KINDS = {
    "owners": "directoryObject",
    "appRoleAssignedTo": "appRoleAssignment",
    "appRoleAssignments": "appRoleAssignment",
    "oauth2PermissionGrants": "oAuth2PermissionGrant",
}
"""The relations, and what they lead to."""


class Relations:
    """Reads relations, ordered by id."""

    def __init__(self, tenant: Tenant, replicas: Replicas) -> None:
        self._tenant = tenant
        self._replicas = replicas
        self._read: dict[str, Callable[[str], list[Object]]] = {
            "owners": tenant.owners_of,
            "appRoleAssignedTo": lambda key: replicas.of("appRoleAssignment").where("resourceId", key),
            "appRoleAssignments": lambda key: replicas.of("appRoleAssignment").where("principalId", key),
            "oauth2PermissionGrants": lambda key: replicas.of("oAuth2PermissionGrant").where("clientId", key),
        }

    def objects(self, name: str, object_id: str) -> list[Object]:
        """All that the relation of this object leads to, whole."""
        return sorted(self._read[name](object_id), key=lambda one: str(one["id"]))

    def shown(self, name: str, found: Object, select: frozenset[str] | None, caller: Caller) -> Object:
        """One related object as the caller sees it: users are ids only to who may not read users."""
        if name != "owners":
            return project(found, kind(KINDS[name]), select)
        plain = project(found, kind("user" if select is None else "directoryObject"), select)
        return typed(plain if caller.permissions & _READS_USERS else limited(plain), "user")

    def of(self, name: str, found: Object, select: frozenset[str] | None, caller: Caller) -> list[Object]:
        """Everything that the relation of ``found`` leads to, as the caller sees it. Raises GraphError (400)."""
        check_names(select or (), kind(KINDS[name]))
        return [self.shown(name, one, select, caller) for one in self.objects(name, found["id"])]
