"""What one object leads to: owners, grants, assignments, trusts, members of groups and holders of roles."""

from collections.abc import Callable

from local.tenant.directory.collections import Object
from local.tenant.directory.principals import principal_type
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
    "federatedIdentityCredentials": "federatedIdentityCredential",
    "transitiveMembers": "directoryObject",
    "principal": "directoryObject",
}
"""The relations, and what they lead to: ``directoryObject`` is a mix of users, groups and service principals."""

SINGLE = frozenset({"principal"})
"""Those that lead to one object, or to none where it is gone."""


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
            "federatedIdentityCredentials": lambda key: [*tenant.federated_credentials.get(key, ())],
            "transitiveMembers": tenant.transitive_members_of,
            "principal": self._holder,
        }

    def objects(self, name: str, object_id: str) -> list[Object]:
        """All that the relation of this object leads to, whole."""
        return sorted(self._read[name](object_id), key=lambda one: str(one["id"]))

    def shown(self, name: str, found: Object, select: frozenset[str] | None, caller: Caller) -> Object:
        """One related object as the caller sees it: users are ids only to who may not read users."""
        if KINDS[name] != "directoryObject":
            return project(found, kind(KINDS[name]), select)
        its_type = principal_type(found)
        plain = project(found, kind(its_type if select is None else KINDS[name]), select)
        is_hidden = its_type == "user" and not caller.permissions & _READS_USERS
        return typed(limited(plain) if is_hidden else plain, its_type)

    def of(
        self, name: str, found: Object, select: frozenset[str] | None, caller: Caller, most: int
    ) -> list[Object] | Object | None:
        """What the relation of ``found`` leads to, at most ``most``, as the caller sees it. Raises GraphError (400).

        The rest is neither here nor behind a link: who needs them all asks for the relation itself.
        """
        check_names(select or (), kind(KINDS[name]))
        related = [self.shown(name, one, select, caller) for one in self.objects(name, found["id"])[:most]]
        if name in SINGLE:
            return related[0] if related else None
        return related

    def _holder(self, assignment_id: str) -> list[Object]:
        assignment = self._replicas.of("unifiedRoleAssignment").get(assignment_id)
        found = None if assignment is None else self._replicas.find(assignment["principalId"])
        return [] if found is None else [found[1]]
