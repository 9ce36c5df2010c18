"""What stands around the apps, and how they are used, read from the simulated tenant."""

from functools import partial

import pytest

from local.tenant.graph.limits import Limit
from local.tenant.identities import READER_CLIENT_ID, add_managed_identity
from local.tenant.server import TenantServer
from shared.domain.directory import DirectoryKind
from shared.domain.errors import DeltaExpired, NotLicensed, PermissionMissing
from shared.domain.usage_reads import UsageReport
from shared.graph.audits import GraphAudits
from shared.graph.connection import GraphConnection
from shared.graph.directory import GraphDirectory
from shared.graph.limits import Limits
from shared.graph.usage_reports import GraphUsage
from tests.graph.paging import all_pages
from tests.graph.periods import END, START

KINDS = [
    DirectoryKind.ROLE_ASSIGNMENTS,
    DirectoryKind.FEDERATED_CREDENTIALS,
    DirectoryKind.DELETED_APPLICATIONS,
    DirectoryKind.DELETED_SERVICE_PRINCIPALS,
    DirectoryKind.USERS,
]
TYPES = {f"#microsoft.graph.{name}" for name in ("user", "group", "servicePrincipal")}


def present(tenant: TenantServer, kind: DirectoryKind) -> set[str]:
    state = tenant.tenant
    objects = {
        DirectoryKind.ROLE_ASSIGNMENTS: state.role_assignments.all(),
        DirectoryKind.FEDERATED_CREDENTIALS: state.applications.all(),
        DirectoryKind.DELETED_APPLICATIONS: state.applications.deleted(),
        DirectoryKind.DELETED_SERVICE_PRINCIPALS: state.service_principals.deleted(),
        DirectoryKind.USERS: state.users.all(),
    }
    return {item["id"] for item in objects[kind]}


@pytest.mark.parametrize("kind", KINDS)
async def test_all_there_is_is_listed(tenant: TenantServer, reader: GraphConnection, kind: DirectoryKind) -> None:
    directory = GraphDirectory(reader)
    found = await all_pages(partial(directory.list_page, kind))
    assert found
    assert found.keys() == present(tenant, kind)


async def test_role_assignments_tell_what_holds_them_and_names_are_known_for_each(
    reader: GraphConnection,
) -> None:
    directory = GraphDirectory(reader)
    found = await all_pages(partial(directory.list_page, DirectoryKind.ROLE_ASSIGNMENTS))
    names = await directory.role_names()
    assert {each["principal"]["@odata.type"] for each in found.values()} == TYPES
    assert all(each["principal"]["id"] == each["principalId"] for each in found.values())
    assert {each["roleDefinitionId"] for each in found.values()} <= names.keys()


async def test_federated_credentials_come_with_their_registration_and_alone(
    tenant: TenantServer, reader: GraphConnection
) -> None:
    directory = GraphDirectory(reader)
    found = await all_pages(partial(directory.list_page, DirectoryKind.FEDERATED_CREDENTIALS))
    trusting = {key: value for key, value in tenant.tenant.federated_credentials.items() if value}
    assert trusting
    parts = await directory.registration_parts([*trusting, "00000000-0000-4000-8000-00000000dead"])
    assert parts.pop("00000000-0000-4000-8000-00000000dead") is None
    for object_id, credentials in trusting.items():
        subjects = {each["subject"] for each in credentials}
        assert {each["subject"] for each in found[object_id]["federatedIdentityCredentials"]} == subjects
        part = parts[object_id]
        assert part is not None
        assert {each["subject"] for each in part.federated_credentials} == subjects
        assert {each["id"] for each in part.owners} == {each["id"] for each in tenant.tenant.owners_of(object_id)}


async def test_service_principals_come_with_the_roles_they_hold(tenant: TenantServer, reader: GraphConnection) -> None:
    state = tenant.tenant
    holders = [each["principalId"] for each in state.role_assignments.all()]
    principals = [each["id"] for each in state.service_principals.all() if each["id"] in holders]
    assert principals
    parts = await GraphDirectory(reader).parts(principals)
    for object_id, part in parts.items():
        assert part is not None
        held = {each["id"] for each in state.role_assignments.where("principalId", object_id)}
        assert {each["id"] for each in part.role_assignments or ()} == held


async def test_members_are_found_through_other_groups(tenant: TenantServer, reader: GraphConnection) -> None:
    directory, members = GraphDirectory(reader), tenant.tenant.group_members
    outer = next(group for group, inside in members.items() if any(each in members for each in inside))
    expected, waiting = set[str](), list(members[outer])
    while waiting:
        each = waiting.pop()
        if each in members:
            waiting += members[each]
        else:
            expected.add(each)
    found = await all_pages(partial(directory.members, outer))
    assert found.keys() == expected


async def test_deleted_objects_tell_when(reader: GraphConnection) -> None:
    directory = GraphDirectory(reader)
    for kind in (DirectoryKind.DELETED_APPLICATIONS, DirectoryKind.DELETED_SERVICE_PRINCIPALS):
        page = await directory.list_page(kind, None)
        assert all(each["deletedDateTime"] and each["appId"] and each["displayName"] for each in page.objects)


@pytest.mark.parametrize(
    "kind",
    [DirectoryKind.SERVICE_PRINCIPALS, DirectoryKind.APPLICATIONS, DirectoryKind.GRANTS, DirectoryKind.USERS],
)
async def test_a_count_is_that_of_the_list(reader: GraphConnection, kind: DirectoryKind) -> None:
    directory = GraphDirectory(reader)
    found = await all_pages(partial(directory.list_page, kind))
    assert await directory.count(kind) == len(found)


async def test_reports_tell_of_all_apps_and_credentials_that_were_used(
    tenant: TenantServer, reader: GraphConnection
) -> None:
    usage, state = GraphUsage(reader), tenant.tenant
    apps = await all_pages(partial(usage.page, UsageReport.SERVICE_PRINCIPAL_SIGN_INS))
    assert {each["appId"] for each in apps.values()} == state.sign_in_activity.keys()
    credentials = await all_pages(partial(usage.page, UsageReport.CREDENTIAL_SIGN_INS))
    assert credentials
    assert {each["keyId"] for each in credentials.values()} == state.credential_activity.keys()


async def test_reports_need_a_licence(tenant: TenantServer, reader: GraphConnection) -> None:
    tenant.tenant.has_premium = False
    with pytest.raises(NotLicensed, match="Microsoft Entra ID P1"):
        await GraphUsage(reader).page(UsageReport.CREDENTIAL_SIGN_INS, None)


async def test_reports_need_their_own_permission(tenant: TenantServer) -> None:
    client_id = "6d0f2a75-31c4-4b7e-9a55-0f1e2d3c4b5a"
    identity = add_managed_identity(tenant.tenant, client_id, "reads-no-logs", ["Directory.Read.All"])
    tenant.tokens.identities[client_id] = identity
    connection = GraphConnection(tenant.address, client_id)
    with pytest.raises(PermissionMissing) as missing:
        await GraphUsage(connection).page(UsageReport.SERVICE_PRINCIPAL_SIGN_INS, None)
    await connection.close()
    assert missing.value.permissions == ("AuditLog.Read.All",)


async def test_a_link_to_a_page_that_no_report_gave_begins_it_anew(
    tenant: TenantServer, reader: GraphConnection
) -> None:
    report = UsageReport.SERVICE_PRINCIPAL_SIGN_INS
    with pytest.raises(DeltaExpired):
        await GraphUsage(reader).page(report, f"{tenant.address}/beta/reports/{report}?$skiptoken=lost")


async def test_reports_and_audits_together_are_never_one_request_too_many(tenant: TenantServer) -> None:
    """Five in ten seconds, ten times as fast."""
    tenant.report_limit.limit = Limit(5, 1)
    connection = GraphConnection(
        tenant.address,
        READER_CLIENT_ID,
        limits=Limits(tries=1, report_pause_seconds=Limits().report_pause_seconds / 10),
    )
    for _ in range(4):
        await GraphAudits(connection).page(START, END, None)
        for report in UsageReport:
            await GraphUsage(connection).page(report, None)
    await connection.close()
    assert tenant.requests.reports == 12
