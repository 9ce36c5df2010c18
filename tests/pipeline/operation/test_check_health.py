"""What a look at the service's own health says of a source that the tenant has no licence for."""

from datetime import UTC, datetime

from shared.bootstrap import Application
from shared.domain.ledger import SourceHealth, SourceState
from shared.pipeline.operation.check_health import check_health

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


async def test_a_source_without_a_licence_is_done_without_and_not_called_well(application: Application) -> None:
    reason = "needs a licence for Microsoft Entra ID P1"
    state = SourceState(source="usage", optional=True, health=SourceHealth.NOT_LICENSED, reason=reason)
    await application.services.ledger.record_state(state)
    [usage] = [
        check
        for check in await check_health(application.services, application.access, NOW)
        if check.name == "source usage"
    ]
    assert (usage.healthy, usage.is_without) == (True, True)
    assert usage.detail.startswith(f"without: {reason}")
