"""A policy that finds a hundred apps at once switches off no more of them in an hour than the ceiling allows."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from shared.domain.remediation_guards import GuardSettings
from shared.pipeline.delivery.settle import settle
from shared.pipeline.operation.sweep import sweep_remediations
from shared.pipeline.remediation.remediate import remediate
from shared.pipeline.remediation.stop_remediation import set_stop
from tests.pipeline.remediation.desk import DISABLES, HOUR, Desk, about, app_id_of, policy
from tests.pipeline.remediation.directory import principal
from tests.pipeline.remediation.work import ADA, NOW, register

HALF_HOUR = timedelta(minutes=30)


class Tenant:
    """As many apps as are asked for, all enabled at first."""

    def __init__(self) -> None:
        self.off: set[str] = set()

    async def read(self, service_principal_id: str) -> dict[str, Any]:
        app_id = app_id_of(int(service_principal_id.removeprefix("sp-")))
        return principal(id=service_principal_id, appId=app_id, accountEnabled=service_principal_id not in self.off)

    async def set_enabled(self, service_principal_id: str, enabled: bool) -> None:
        assert enabled is False
        self.off.add(service_principal_id)


@pytest.mark.parametrize(("apps", "ceiling"), [(4, 1), pytest.param(100, 10, marks=pytest.mark.soak)])
async def test_the_ceiling_holds_every_hour_until_somebody_stops_it(desk: Desk, apps: int, ceiling: int) -> None:
    tenant = Tenant()
    guards = GuardSettings(ceiling_per_hour=ceiling)
    desk.services = replace(desk.services, app_switch=tenant, guards=guards)
    alerts = []
    for number in range(apps):
        await register(desk.services, app_id=app_id_of(number), service_principal_id=f"sp-{number}")
        alerts.append(await desk.raised(policy(*DISABLES), **about(number)))
    await _work(desk, NOW, NOW + HOUR - HALF_HOUR)
    assert len(tenant.off) == ceiling
    await _work(desk, NOW + HOUR, NOW + 2 * HOUR - HALF_HOUR)
    assert len(tenant.off) == 2 * ceiling
    await set_stop(desk.services, True, "Too much.", ADA, NOW + 2 * HOUR)
    await set_stop(desk.services, False, "Looked at.", ADA, NOW + 2 * HOUR)
    for alert in alerts:
        await settle(desk.services, alert.id, NOW + 2 * HOUR)
    await _work(desk, NOW + 2 * HOUR, NOW + 4 * HOUR)
    assert len(tenant.off) == 2 * ceiling, "what waited before the stop stays on"
    assert await sweep_remediations(desk.services, NOW + 5 * HOUR) == 0
    told = [(await desk.actions(alert))[-1] for alert in alerts]
    assert told.count("remediation succeeded") == 2 * ceiling
    assert told.count("remediation refused") == apps - 2 * ceiling


async def _work(desk: Desk, now: datetime, until: datetime) -> None:
    """The remediator at its list, every half an hour."""
    while now <= until:
        for remediation_id in await desk.services.remediation_list.unfinished(now + HALF_HOUR):
            for seconds in (0, 10, 20):
                await remediate(desk.services, remediation_id, now + timedelta(seconds=seconds))
        now += HALF_HOUR
