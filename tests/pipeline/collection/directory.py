"""A directory that can be asked for apps: it teaches what it knows of them, as a refresh of the inventory does."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from shared.domain.app_references import Alias, AppReference
from shared.domain.apps import App
from shared.pipeline.services import Services
from shared.storage.apps import TableApps

SERVICE_PRINCIPAL = "5f0e2a10-0000-4000-8000-000000000001"
APP_ID = "c0ffee00-0000-4000-8000-000000000001"
PAYROLL = AppReference(service_principal_id=SERVICE_PRINCIPAL, display_name="Payroll Sync")


@dataclass
class Directory:
    """``apps`` are those that it holds, by the object id of their service principal."""

    apps: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    wanted: list[str] = field(default_factory=list)
    fault: Exception | None = None
    services: Services | None = None
    stored: TableApps | None = None

    async def refresh(self, object_ids: Sequence[str], now: datetime) -> None:
        self.asked.extend(object_ids)
        if self.fault is not None:
            raise self.fault
        for object_id in object_ids:
            if object_id in self.apps:
                await self.teach(object_id, now)

    async def teach(self, object_id: str, now: datetime) -> None:
        """What the inventory does with an app that it has read."""
        assert self.services is not None
        assert self.stored is not None
        app_id = self.apps[object_id]
        await self.services.aliases.learn([Alias(object_id=object_id, app_id=app_id)])
        await self.stored.save([App(app_id=app_id, service_principal_id=object_id)], now)

    async def want(self, object_ids: Sequence[str]) -> None:
        self.wanted.extend(object_ids)
