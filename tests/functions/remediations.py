"""Apps and remediations that tests of the API need, made on the account of the host."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

from shared.domain.app_references import Alias
from shared.domain.apps import App, Origin
from shared.domain.remediations import RemediationAction
from shared.domain.roles import Caller
from shared.pipeline.remediation.request_remediation import RemediationOrder, request_remediation
from shared.storage.aliases import TableAliases
from shared.storage.apps import TableApps
from shared.storage.connection import ConnectionString, StorageConnection
from tests.pipeline.remediation.conftest import services_on
from tests.pipeline.remediation.directory import Directory, principal
from tests.pipeline.remediation.work import finish

ASKS_ONLY = {
    "REMEDIATOR_CLIENT_ID": "33333333-3333-4333-8333-333333333333",
    "AzureWebJobs_queue_remediate_Disabled": "true",
}
"""Settings of a host that takes requests and leaves them to a remediator that does not run here."""

_ADA = Caller(id="ada-id", name="ada@example.com", is_user=True, roles=frozenset())


@dataclass(frozen=True)
class Remediations:
    connection_string: str

    def register(self, **facts: object) -> App:
        """Make an app known to the inventory."""
        known = {"enabled": True, "origin": Origin.EXTERNAL, "service_principal_type": "Application"}
        named = {"app_id": str(uuid4()), "service_principal_id": str(uuid4()), **known, **facts}
        app = App(**named)  # type: ignore[arg-type]  # facts of the test
        asyncio.run(self._register(app))
        return app

    def disabled(self) -> str:
        """The id of a remediation that has disabled an app."""
        return asyncio.run(self._disabled(self.register()))

    async def _register(self, app: App) -> None:
        connection = StorageConnection(ConnectionString(self.connection_string))
        await TableApps(connection).save([app], datetime.now(UTC))
        if app.service_principal_id is not None:
            await TableAliases(connection).learn([Alias(app.service_principal_id, app.app_id)])
        await connection.close()

    async def _disabled(self, app: App) -> str:
        connection = StorageConnection(ConnectionString(self.connection_string))
        services = services_on(connection, Directory(principal(id=app.service_principal_id, appId=app.app_id)))
        order, now = RemediationOrder(action=RemediationAction.DISABLE, reason="It reads all mail."), datetime.now(UTC)
        made = await request_remediation(services, app.app_id, order, _ADA, now)
        await finish(services, made.remediation.id, now)
        await connection.close()
        return made.remediation.id
