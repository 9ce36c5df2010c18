"""Switching an app off and on in this tenant: the only writes."""

from typing import TYPE_CHECKING, Any

from shared.graph.connection import GraphConnection
from shared.graph.endpoints import SET_ENABLED
from shared.graph.service_principal_parts import read_switched

if TYPE_CHECKING:
    from kiota_abstractions.base_request_configuration import RequestConfiguration
    from msgraph.graph_service_client import GraphServiceClient


class GraphAppSwitch:
    """Made with the connection of the identity that may write."""

    def __init__(self, connection: GraphConnection) -> None:
        self._connection = connection

    async def read(self, service_principal_id: str) -> dict[str, Any] | None:
        """The service principal as it is, with what hangs on it under Graph's names; None if it is not there.

        The names are ``owners``, ``appRoleAssignments`` and ``oauth2PermissionGrants``. Replicas lag: it may be the
        state from seconds to minutes ago. Raises Unavailable, PermissionMissing and Refused.
        """
        parts = await read_switched(self._connection, service_principal_id)
        if parts is None:
            return None
        return {
            **parts.principal,
            "owners": list(parts.owners),
            "appRoleAssignments": list(parts.app_role_assignments),
            "oauth2PermissionGrants": list(parts.grants or ()),
        }

    async def set_enabled(self, service_principal_id: str, enabled: bool) -> None:
        """Allow or refuse new tokens for the app. Tried once: after Unavailable it may have been done or not.

        Doing it again changes nothing more. Raises Unavailable, PermissionMissing, NotFound and Refused.
        """

        async def patch(client: "GraphServiceClient", native: "RequestConfiguration[Any]") -> object:
            from msgraph.generated.models.service_principal import ServicePrincipal

            principal = client.service_principals.by_service_principal_id(service_principal_id)
            return await principal.patch(ServicePrincipal(account_enabled=enabled), native)

        await self._connection.send_typed(SET_ENABLED, patch)
