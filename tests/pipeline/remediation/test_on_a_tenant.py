"""Remediation by our Graph client on the simulated tenant: what it writes, what it is refused, what it brings back."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace as rewired
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.tenant.directory.clock import ManualClock
from local.tenant.directory.generate import generate
from local.tenant.graph.faults import Fault
from local.tenant.identities import READER_CLIENT_ID, REMEDIATOR_CLIENT_ID, own_identities
from local.tenant.server import TenantServer, serve
from shared.domain.microsoft import HOME_TENANTS
from shared.domain.remediation_records import VersionedRemediation
from shared.graph.app_switch import GraphAppSwitch
from shared.graph.connection import GraphConnection
from shared.graph.limits import Limits
from shared.pipeline.remediation.errors import RemediationActive
from shared.pipeline.remediation.plan_remediation import plan_remediation
from shared.pipeline.remediation.remediate import remediate
from shared.pipeline.remediation.request_remediation import request_remediation
from shared.pipeline.remediation.services import RemediationServices
from tests.pipeline.remediation.conftest import StartHost
from tests.pipeline.remediation.work import ADA, DISABLE, NOW, finish, register, stored, undo

TENANT_ID = "5d9f8a4e-0c53-4f2b-9a57-3c1d8e6b7f21"
PATCH = "PATCH /servicePrincipals/{id}"


@pytest.fixture
async def tenant(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[TenantServer]:
    simulated = generate(seed=7, apps=40, tenant_id=TENANT_ID, clock=ManualClock(datetime(2026, 3, 2, 9, tzinfo=UTC)))
    async with serve(simulated, own_identities(simulated), seed=7) as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        yield server


@pytest.fixture
async def as_identity(tenant: TenantServer) -> AsyncIterator[Callable[[str], GraphAppSwitch]]:
    opened: list[GraphConnection] = []

    def connect(client_id: str) -> GraphAppSwitch:
        limits = Limits(tries=2, first_pause_seconds=0.01)
        opened.append(GraphConnection(tenant.address, client_id, limits=limits))
        return GraphAppSwitch(opened[-1])

    yield connect
    for connection in opened:
        await connection.close()


def app_of_a_vendor(tenant: TenantServer) -> dict[str, Any]:
    return next(
        item
        for item in tenant.tenant.service_principals.all()
        if item["servicePrincipalType"] == "Application"
        and item["appOwnerOrganizationId"] not in HOME_TENANTS
        and item["accountEnabled"]
    )


@pytest.fixture
async def app(tenant: TenantServer) -> dict[str, Any]:
    return app_of_a_vendor(tenant)


@pytest.fixture
async def hosts(
    start_host: StartHost,
    unique: Callable[[str], str],
    as_identity: Callable[[str], GraphAppSwitch],
    app: dict[str, Any],
) -> list[RemediationServices]:
    """Two that know the app, both with the identity that may write."""
    prefix = unique("t")
    started = [rewired(start_host(prefix), app_switch=as_identity(REMEDIATOR_CLIENT_ID)) for _ in range(2)]
    await register(started[0], app_id=app["appId"], service_principal_id=app["id"])
    return started


async def test_twenty_requests_and_two_hosts_make_one_write_and_one_undo_brings_all_back(
    tenant: TenantServer, hosts: list[RemediationServices], app: dict[str, Any]
) -> None:
    before = dict(tenant.tenant.service_principals.get(app["id"]) or {})
    outcomes = await asyncio.gather(
        *(request_remediation(hosts[number % 2], app["appId"], DISABLE, ADA, NOW) for number in range(20)),
        return_exceptions=True,
    )
    [made] = [outcome for outcome in outcomes if isinstance(outcome, VersionedRemediation)]
    assert {type(outcome) for outcome in outcomes} == {VersionedRemediation, RemediationActive}
    await asyncio.gather(*(remediate(host, made.remediation.id, NOW) for host in hosts * 2))
    disabled = await finish(hosts[1], made.remediation.id)
    assert (disabled.status, tenant.requests.requests[PATCH]) == ("succeeded", 1)
    assert _enabled(tenant, app) is False
    undone = await finish(hosts[0], (await undo(hosts[0], disabled.id)).remediation.id)
    assert (undone.status, tenant.requests.requests[PATCH]) == ("succeeded", 2)
    assert tenant.tenant.service_principals.get(app["id"]) == before


async def test_a_dry_run_asks_graph_nothing(
    tenant: TenantServer, hosts: list[RemediationServices], app: dict[str, Any]
) -> None:
    plan = await plan_remediation(hosts[0], app["appId"], DISABLE.action, NOW)
    assert plan.obstacle is None
    assert tenant.requests.requests.total() == 0


async def test_an_identity_that_may_only_read_fails_with_what_to_grant(
    hosts: list[RemediationServices], as_identity: Callable[[str], GraphAppSwitch], app: dict[str, Any]
) -> None:
    reader = rewired(hosts[0], app_switch=as_identity(READER_CLIENT_ID))
    asked = await request_remediation(reader, app["appId"], DISABLE, ADA, NOW)
    done = await finish(reader, asked.remediation.id)
    assert done.obstacle is not None
    assert (done.status, done.obstacle.code) == ("failed", "permissionMissing")
    assert "Application.ReadWrite.All" in done.obstacle.advice


@pytest.mark.parametrize("fault", [Fault.THROTTLED_SILENTLY, Fault.SERVER_ERROR, Fault.RESET])
async def test_a_graph_that_fails_most_of_the_time_is_ridden_out(
    tenant: TenantServer, hosts: list[RemediationServices], app: dict[str, Any], fault: Fault
) -> None:
    tenant.faults.mix(0.5, [fault])
    asked = await request_remediation(hosts[0], app["appId"], DISABLE, ADA, NOW)
    done = await finish(hosts[0], asked.remediation.id)
    assert (done.status, done.changed, _enabled(tenant, app)) == ("succeeded", True, False)


async def test_an_app_of_microsoft_is_not_written_to_whatever_the_inventory_says(
    tenant: TenantServer, hosts: list[RemediationServices]
) -> None:
    own = next(
        item for item in tenant.tenant.service_principals.all() if item["appOwnerOrganizationId"] in HOME_TENANTS
    )
    await register(hosts[0], app_id=own["appId"], service_principal_id=own["id"])
    asked = await request_remediation(hosts[0], own["appId"], DISABLE, ADA, NOW)
    done = await finish(hosts[0], asked.remediation.id)
    assert done.obstacle is not None
    assert (done.status, done.obstacle.code) == ("refused", "microsoftApp")
    assert tenant.requests.requests[PATCH] == 0


async def test_replicas_that_lag_delay_the_confirmation_and_nothing_else(
    tenant: TenantServer, hosts: list[RemediationServices], app: dict[str, Any]
) -> None:
    asked = await request_remediation(hosts[0], app["appId"], DISABLE, ADA, NOW)
    tenant.replicas.set_lag(1.0)
    await remediate(hosts[0], asked.remediation.id, NOW)
    soon = NOW + timedelta(seconds=10)
    await remediate(hosts[0], asked.remediation.id, soon)
    assert not (await stored(hosts[0], asked.remediation.id)).is_finished
    await asyncio.sleep(1.1)  # the tenant's own clock: until its replicas have caught up
    done = await finish(hosts[0], asked.remediation.id, soon)
    assert (done.status, tenant.requests.requests[PATCH]) == ("succeeded", 1)


def _enabled(tenant: TenantServer, app: dict[str, Any]) -> object:
    return (tenant.tenant.service_principals.get(app["id"]) or {}).get("accountEnabled")
