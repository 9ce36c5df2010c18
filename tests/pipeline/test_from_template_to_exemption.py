"""A policy from a template on a simulated tenant: tried, switched on, it disables the app; that is undone, and the app
left alone from then on.
"""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from local.tenant.directory.clock import ManualClock
from local.tenant.directory.generate import generate
from local.tenant.identities import READER_CLIENT_ID, REMEDIATOR_CLIENT_ID, own_identities
from local.tenant.server import TenantServer, serve
from shared.domain.microsoft import HOME_TENANTS
from shared.domain.policy_book import PolicyBody
from shared.domain.remediation_guards import GuardSettings
from shared.domain.remediation_records import RemediationQuery
from shared.domain.remediations import Remediation
from shared.graph.app_switch import GraphAppSwitch
from shared.graph.connection import GraphConnection
from shared.graph.directory import GraphDirectory
from shared.graph.limits import Limits
from shared.pipeline.delivery.settle import settle
from shared.pipeline.governance.edit import Edit
from shared.pipeline.governance.edit_policies import TemplateChoice, create_from_template, set_state
from shared.pipeline.governance.exemptions import ExemptionOrder, create_exemption
from shared.pipeline.governance.rule_book import RuleBook
from shared.pipeline.governance.run_simulation import run_simulation
from shared.pipeline.governance.simulations import get_simulation, request_simulation
from shared.pipeline.inventory.collect_inventory import collect_inventory
from shared.pipeline.inventory.evaluate_apps import evaluate_apps, hint_unjudged_apps
from shared.pipeline.remediation.list_remediations import list_remediations
from shared.pipeline.remediation.undo_remediation import undo_remediation
from shared.pipeline.services import Services
from shared.policies.model import State
from tests.pipeline.conftest import IDENTIFIERS, Start
from tests.pipeline.governance.written import ADA
from tests.pipeline.remediation.work import finish

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
TEMPLATE = "new-highly-privileged-app"


@pytest.fixture
async def tenant(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[TenantServer]:
    clock = ManualClock(NOW - 24 * HOUR)
    simulated = generate(seed=7, apps=6, tenant_id=IDENTIFIERS["TENANT_ID"], clock=clock)
    async with serve(simulated, own_identities(simulated), seed=7) as server:
        server.directory_limit.limit = None
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        yield server


@pytest.fixture
async def services(tenant: TenantServer, start: Start, unique: Callable[[str], str]) -> AsyncIterator[Services]:
    """A service that reads and switches, with no policies but those of the test."""
    limits = Limits(first_pause_seconds=0.01)
    reader, remediator = (
        GraphConnection(tenant.address, client_id, limits=limits)
        for client_id in (READER_CLIENT_ID, REMEDIATOR_CLIENT_ID)
    )
    built = start(unique("c")).services
    rule_book = RuleBook(built.books, tuple)
    yield replace(
        built,
        rule_book=rule_book,
        rules=lambda: rule_book.current.rules,
        refresh_rules=rule_book.refresh,
        directory=GraphDirectory(reader),
        app_switch=GraphAppSwitch(remediator),
        guards=GuardSettings(),
    )
    await reader.close()
    await remediator.close()


async def test_from_a_template_to_a_disabled_app_and_back(services: Services, tenant: TenantServer) -> None:
    await collect_inventory(services, NOW)
    await judged(services, NOW)
    app_id = vendors_app(tenant)
    body: PolicyBody = {"state": "inactive", "scope": {"only": [app_id]}, "actions": [{"do": "disableApp"}]}
    choice = TemplateChoice(template=TEMPLATE, parameters={"registrationAge": "3650d"}, changes=body)
    await create_from_template(services, choice, Edit(caller=ADA, now=NOW))

    assert await simulated(services) == [app_id]
    await judged(services, NOW + HOUR)
    assert (await remediations(services), is_enabled(tenant, app_id)) == ([], True)

    await set_state(services, TEMPLATE, State.ACTIVE, Edit(caller=ADA, now=NOW + 2 * HOUR))
    await judged(services, NOW + 2 * HOUR)
    [made] = await remediations(services)
    done = await finish(services, made.id, NOW + 2 * HOUR)
    assert (done.status, done.policy_id, is_enabled(tenant, app_id)) == ("succeeded", TEMPLATE, False)

    back = await undo_remediation(services, made.id, "It was cleared.", ADA, NOW + 3 * HOUR)
    await finish(services, back.remediation.id, NOW + 3 * HOUR)
    assert is_enabled(tenant, app_id)

    expires = NOW + timedelta(days=30)
    order = ExemptionOrder(policy_id=TEMPLATE, app_id=app_id, reason="A pilot.", expires=expires)
    await create_exemption(services, order, Edit(caller=ADA, now=NOW + 4 * HOUR))
    await judged(services, NOW + 4 * HOUR)
    assert (len(await remediations(services)), is_enabled(tenant, app_id)) == (2, True)


async def judged(services: Services, now: datetime) -> None:
    """What waits to be judged, as all apps do after each change of a policy, and what follows from the alerts."""
    await services.refresh_rules()
    for partition in await services.apps.all_unjudged():
        await evaluate_apps(services, partition, now)
    await hint_unjudged_apps(services, now)
    for alert_id in [each async for each in services.intents.older_than(now + HOUR)]:
        await settle(services, alert_id, now)


async def simulated(services: Services) -> list[str | None]:
    """The apps that the actions of the policy would have touched."""
    asked = await request_simulation(services, TEMPLATE, 1, ADA, NOW)
    await run_simulation(services, asked.id, NOW)
    _, result = await get_simulation(services, asked.id, NOW)
    assert result is not None
    return [app.app_id for app in result.apps]


async def remediations(services: Services) -> list[Remediation]:
    return list((await list_remediations(services, RemediationQuery(), 10, None)).remediations)


def vendors_app(tenant: TenantServer) -> str:
    """One that is enabled and may use Microsoft Graph as itself."""
    held = {one["principalId"] for one in tenant.tenant.app_role_assignments.all()}
    return next(
        str(item["appId"])
        for item in tenant.tenant.service_principals.all()
        if item["id"] in held
        and item["servicePrincipalType"] == "Application"
        and item["appOwnerOrganizationId"] not in HOME_TENANTS
        and item["accountEnabled"]
        and item["appId"] not in {READER_CLIENT_ID, REMEDIATOR_CLIENT_ID}
    )


def is_enabled(tenant: TenantServer, app_id: str) -> bool:
    [found] = [item for item in tenant.tenant.service_principals.all() if item["appId"] == app_id]
    return bool(found["accountEnabled"])
