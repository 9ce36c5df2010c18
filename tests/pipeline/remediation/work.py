"""What tests of remediation do again and again: know an app, ask, and let the remediator work."""

from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from shared.domain.app_references import Alias
from shared.domain.apps import App, Origin
from shared.domain.remediation_records import VersionedRemediation
from shared.domain.remediations import Remediation, RemediationAction
from shared.domain.roles import Caller
from shared.pipeline.remediation.remediate import remediate
from shared.pipeline.remediation.request_remediation import RemediationOrder, request_remediation
from shared.pipeline.remediation.services import RemediationServices
from shared.pipeline.remediation.undo_remediation import undo_remediation
from shared.storage.apps import TableApps
from tests.pipeline.remediation.directory import APP_ID, PRINCIPAL_ID

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
ADA = Caller(id="ada-id", name="ada@example.com", is_user=True, roles=frozenset())
DISABLE = RemediationOrder(action=RemediationAction.DISABLE, reason="It reads all mail.")
ENABLE = RemediationOrder(action=RemediationAction.ENABLE, reason="It was cleared.")

_KNOWN = App(
    app_id=APP_ID,
    service_principal_id=PRINCIPAL_ID,
    display_name="Payroll Sync",
    enabled=True,
    origin=Origin.EXTERNAL,
    service_principal_type="Application",
)
_MOST_VISITS = 100


async def register(services: RemediationServices, **changes: object) -> App:
    """The inventory comes to know the app, with these facts otherwise."""
    app = replace(_KNOWN, **changes)
    assert isinstance(services.apps, TableApps)
    await services.apps.save([app], NOW)
    if app.service_principal_id is not None:
        await services.aliases.learn([Alias(app.service_principal_id, app.app_id)])
    return app


async def ask(
    services: RemediationServices, order: RemediationOrder = DISABLE, now: datetime = NOW, key: str | None = None
) -> VersionedRemediation:
    return await request_remediation(services, APP_ID, order, ADA, now, key)


async def undo(
    services: RemediationServices, remediation_id: str, now: datetime = NOW, key: str | None = None
) -> VersionedRemediation:
    return await undo_remediation(services, remediation_id, "It was a mistake.", ADA, now, key)


async def finish(services: RemediationServices, remediation_id: str, now: datetime = NOW) -> Remediation:
    """Visits it, each time when it is due, until all that follows from it is done."""
    for _ in range(_MOST_VISITS):
        await remediate(services, remediation_id, now)
        current = await stored(services, remediation_id)
        if current.is_finished and await services.remediation_list.opened(remediation_id) is None:
            return current
        now = max(filter(None, (current.not_before, current.claimed_until)), default=now + timedelta(seconds=1))
    raise AssertionError(f"not finished after {_MOST_VISITS} visits")


async def stored(services: RemediationServices, remediation_id: str) -> Remediation:
    found = await services.remediations.get(remediation_id)
    assert found is not None
    return found.remediation


async def actions(services: RemediationServices, remediation_id: str) -> list[str]:
    return [entry.action for entry in await services.remediations.history(remediation_id)]
