"""Our client and the simulated tenant, which was written from Graph's documentation and checks what Graph checks."""

from datetime import timedelta

import msgspec
import pytest

from local.tenant.directory.actors import Actor
from local.tenant.directory.clock import ManualClock
from local.tenant.graph.faults import PAGES, RIDDEN_OUT, Fault
from local.tenant.server import TenantServer
from shared.domain.directory import DirectoryKind, DirectoryObject
from shared.domain.errors import DeltaExpired, PermissionMissing, Unavailable
from shared.domain.microsoft import HOME_TENANTS, MICROSOFT_GRAPH
from shared.graph.app_switch import GraphAppSwitch
from shared.graph.audits import GraphAudits
from shared.graph.connection import GraphConnection
from shared.graph.directory import GraphDirectory
from tests.graph.paging import all_pages
from tests.graph.periods import NOW

# The SDK warns of its own classes when its builders are imported.

LISTED = [DirectoryKind.APPLICATIONS, DirectoryKind.SERVICE_PRINCIPALS, DirectoryKind.GRANTS]


def administrator(tenant: TenantServer) -> Actor:
    user = tenant.tenant.users.all()[0]
    return Actor.user(user["id"], user["userPrincipalName"])


def app_of_a_vendor(tenant: TenantServer) -> str:
    """The service principal of one, enabled: neither Microsoft's own nor a managed identity can be changed."""
    return next(
        str(item["id"])
        for item in tenant.tenant.service_principals.all()
        if item["servicePrincipalType"] == "Application"
        and item["appOwnerOrganizationId"] not in HOME_TENANTS
        and item["accountEnabled"]
    )


async def all_of(connection: GraphConnection, kind: DirectoryKind) -> dict[str, DirectoryObject]:
    directory = GraphDirectory(connection)
    return await all_pages(lambda link: directory.list_page(kind, link))


def present(tenant: TenantServer, kind: DirectoryKind) -> set[str]:
    collections = {
        DirectoryKind.APPLICATIONS: tenant.tenant.applications,
        DirectoryKind.SERVICE_PRINCIPALS: tenant.tenant.service_principals,
        DirectoryKind.GRANTS: tenant.tenant.grants,
    }
    return {item["id"] for item in collections[kind].all()}


@pytest.mark.parametrize("kind", LISTED)
async def test_every_object_is_listed(tenant: TenantServer, reader: GraphConnection, kind: DirectoryKind) -> None:
    assert (await all_of(reader, kind)).keys() == present(tenant, kind)


async def test_every_object_is_listed_though_half_of_the_requests_fail(
    tenant: TenantServer, reader: GraphConnection
) -> None:
    tenant.faults.retry_after = 0
    tenant.faults.mix(0.5, RIDDEN_OUT - PAGES)
    for kind in LISTED:
        assert (await all_of(reader, kind)).keys() == present(tenant, kind)


@pytest.mark.parametrize("fault", [Fault.EMPTY_PAGE, Fault.REPEATED_PAGE])
async def test_every_object_is_listed_though_a_page_is_empty_or_comes_twice(
    tenant: TenantServer, reader: GraphConnection, fault: Fault
) -> None:
    tenant.faults.once(fault)
    kind = DirectoryKind.SERVICE_PRINCIPALS
    assert (await all_of(reader, kind)).keys() == present(tenant, kind)


async def test_no_request_comes_before_the_time_that_was_asked_for(
    tenant: TenantServer, reader: GraphConnection
) -> None:
    for fault in (Fault.THROTTLED, Fault.THROTTLED_UNTIL, Fault.THROTTLED):
        tenant.faults.once(fault)
    await all_of(reader, DirectoryKind.GRANTS)
    assert tenant.requests.requests["GET /oauth2PermissionGrants"] == 4
    assert tenant.requests.early == 0


async def test_changes_since_a_link_are_told_and_lead_on(tenant: TenantServer, reader: GraphConnection) -> None:
    directory = GraphDirectory(reader)
    links = {kind: await directory.latest(kind) for kind in LISTED}
    some_principal = app_of_a_vendor(tenant)
    some_grant = tenant.tenant.grants.all()[-1]["id"]
    tenant.tenant.update_service_principal(administrator(tenant), some_principal, {"accountEnabled": False})
    tenant.tenant.revoke_grant(administrator(tenant), some_grant)

    principals = await directory.changes(links[DirectoryKind.SERVICE_PRINCIPALS])
    grants = await directory.changes(links[DirectoryKind.GRANTS])
    assert {item["id"]: item["accountEnabled"] for item in principals.objects} == {some_principal: False}
    assert {item["id"]: item["@removed"] for item in grants.objects} == {some_grant: {"reason": "deleted"}}
    assert principals.delta_link is not None
    assert (await directory.changes(principals.delta_link)).objects == ()


async def test_a_link_that_expired_is_told_as_such(tenant: TenantServer, reader: GraphConnection) -> None:
    directory = GraphDirectory(reader)
    link = await directory.latest(DirectoryKind.SERVICE_PRINCIPALS)
    tenant.faults.once(Fault.DELTA_EXPIRED)
    with pytest.raises(DeltaExpired):
        await directory.changes(link)


async def test_apis_and_who_holds_their_roles_are_read(tenant: TenantServer, reader: GraphConnection) -> None:
    directory = GraphDirectory(reader)
    (graph,) = await directory.apis([MICROSOFT_GRAPH])
    held = await all_pages(lambda link: directory.assigned_to(graph["id"], link))
    there = {item["id"] for item in tenant.tenant.app_role_assignments.all() if item["resourceId"] == graph["id"]}
    assert held.keys() == there
    assert {role["value"] for role in graph["appRoles"]} >= {"Application.Read.All"}


async def test_objects_are_found_by_id_and_with_their_parts(tenant: TenantServer, reader: GraphConnection) -> None:
    directory = GraphDirectory(reader)
    principals = [item["id"] for item in tenant.tenant.service_principals.all()[:12]]
    application = tenant.tenant.applications.all()[0]["id"]
    nowhere = "00000000-0000-4000-8000-00000000dead"
    found = await directory.find([*principals, application, nowhere])
    assert {item["id"] for item in found} == {*principals, application}

    parts = await directory.parts([*principals, nowhere])
    assert parts.pop(nowhere) is None
    for object_id, part in parts.items():
        assert part is not None
        assert part.principal["id"] == object_id
        grants = {item["id"] for item in tenant.tenant.grants.where("clientId", object_id)}
        assert {item["id"] for item in part.grants or ()} == grants
        owners = {item["id"] for item in tenant.tenant.owners_of(object_id)}
        assert {item["id"] for item in part.owners} == owners


async def test_audits_of_a_period_are_read_oldest_first(tenant: TenantServer, reader: GraphConnection) -> None:
    some = app_of_a_vendor(tenant)
    clock = tenant.tenant.clock
    assert isinstance(clock, ManualClock)
    for enabled in (False, True, False):
        tenant.tenant.update_service_principal(administrator(tenant), some, {"accountEnabled": enabled})
        clock.advance(timedelta(minutes=1))
    clock.advance(timedelta(hours=1))
    page = await GraphAudits(reader).page(NOW - timedelta(hours=1), NOW + timedelta(hours=1), None)
    records = [msgspec.json.decode(record) for record in page.records]
    assert [record["activityDisplayName"] for record in records] == ["Update service principal"] * 3
    times = [record["activityDateTime"] for record in records]
    assert times == sorted(times)
    assert page.next_link is None


async def test_an_app_is_switched_off_and_on_and_leaves_its_trace(
    tenant: TenantServer, remediator: GraphConnection
) -> None:
    switch = GraphAppSwitch(remediator)
    some = app_of_a_vendor(tenant)
    for enabled in (False, True):
        await switch.set_enabled(some, enabled)
        snapshot = await switch.read(some)
        assert snapshot is not None
        assert snapshot["accountEnabled"] is enabled


async def test_the_reader_may_not_write_and_says_what_it_would_need(
    tenant: TenantServer, reader: GraphConnection
) -> None:
    some = app_of_a_vendor(tenant)
    with pytest.raises(PermissionMissing) as missing:
        await GraphAppSwitch(reader).set_enabled(some, enabled=False)
    assert missing.value.permissions == ("Application.ReadWrite.All",)


async def test_a_next_link_to_another_host_is_not_followed(tenant: TenantServer, reader: GraphConnection) -> None:
    tenant.faults.mix(1, [Fault.FOREIGN_NEXT_LINK])
    with pytest.raises(Unavailable, match="points at another host"):
        await GraphDirectory(reader).list_page(DirectoryKind.GRANTS, None)


async def test_a_next_link_that_loops_is_not_followed_for_ever(tenant: TenantServer, reader: GraphConnection) -> None:
    tenant.faults.mix(1, [Fault.NEXT_LINK_LOOP])
    directory = GraphDirectory(reader)

    async def follow() -> None:
        link = None
        for _ in range(3):
            link = (await directory.list_page(DirectoryKind.APPLICATIONS, link)).next_link

    with pytest.raises(Unavailable, match="loops"):
        await follow()
