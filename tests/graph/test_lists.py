"""Lists of what stands around the apps: what is asked for, and which permission opens each."""

import pytest

from shared.domain.directory import DirectoryKind, DirectoryPage
from shared.domain.errors import DeltaExpired, PermissionMissing, Unavailable
from shared.graph.connection import GraphConnection
from shared.graph.directory import GraphDirectory
from tests.graph import replies
from tests.graph.scripted_graph import ScriptedGraph


@pytest.mark.parametrize(
    ("kind", "path", "query"),
    [
        (
            DirectoryKind.ROLE_ASSIGNMENTS,
            "/v1.0/roleManagement/directory/roleAssignments",
            {"$expand": "principal($select=id)"},
        ),
        (
            DirectoryKind.FEDERATED_CREDENTIALS,
            "/beta/applications",
            {"$select": "id,appId", "$expand": "federatedIdentityCredentials", "$top": "999"},
        ),
        (
            DirectoryKind.DELETED_APPLICATIONS,
            "/v1.0/directory/deletedItems/microsoft.graph.application",
            {
                "$select": "id,appId,displayName,createdDateTime,deletedDateTime,publisherDomain,verifiedPublisher",
                "$top": "999",
            },
        ),
        (
            DirectoryKind.DELETED_SERVICE_PRINCIPALS,
            "/v1.0/directory/deletedItems/microsoft.graph.servicePrincipal",
            {
                "$select": "id,appId,displayName,appOwnerOrganizationId,createdDateTime,deletedDateTime,"
                "servicePrincipalType,verifiedPublisher",
                "$top": "999",
            },
        ),
        (
            DirectoryKind.USERS,
            "/v1.0/users",
            {"$select": "id,displayName,userPrincipalName,userType,accountEnabled", "$top": "999"},
        ),
    ],
)
async def test_what_stands_around_the_apps_is_asked_for_once_and_comes_in_pages(
    graph: ScriptedGraph, connection: GraphConnection, kind: DirectoryKind, path: str, query: dict[str, str]
) -> None:
    link = f"{graph.address}{path}?$skiptoken=2"
    graph.script = [replies.page({"id": "one"}, next_link=link), replies.page({"id": "two"})]
    directory = GraphDirectory(connection)
    first = await directory.list_page(kind, None)
    assert first == DirectoryPage(objects=({"id": "one"},), next_link=link)
    assert await directory.list_page(kind, first.next_link) == DirectoryPage(objects=({"id": "two"},))
    assert [(asked.method, asked.path, asked.query) for asked in graph.asked] == [
        ("GET", path, query),
        ("GET", path, {"$skiptoken": "2"}),
    ]


@pytest.mark.parametrize(
    ("kind", "properties"),
    [
        (DirectoryKind.SERVICE_PRINCIPALS, {"info"}),
        (DirectoryKind.APPLICATIONS, {"certification", "createdDateTime", "info"}),
    ],
)
async def test_lists_and_changes_are_asked_for_the_same_properties(
    graph: ScriptedGraph, connection: GraphConnection, kind: DirectoryKind, properties: set[str]
) -> None:
    graph.script = [replies.page(delta_link=f"{graph.address}/v1.0/{kind}/delta?$deltatoken=now")]
    await GraphDirectory(connection).list_page(kind, None)
    await GraphDirectory(connection).latest(kind)
    listed, changed = (asked.query["$select"].split(",") for asked in graph.asked)
    assert listed == changed
    assert properties <= set(listed)


@pytest.mark.parametrize(
    ("kind", "permission"),
    [
        (DirectoryKind.ROLE_ASSIGNMENTS, "Directory.Read.All"),
        (DirectoryKind.FEDERATED_CREDENTIALS, "Application.Read.All"),
        (DirectoryKind.DELETED_APPLICATIONS, "Application.Read.All"),
        (DirectoryKind.DELETED_SERVICE_PRINCIPALS, "Application.Read.All"),
        (DirectoryKind.USERS, "Directory.Read.All"),
    ],
)
async def test_the_permission_that_a_list_lacks_is_named(
    graph: ScriptedGraph, connection: GraphConnection, kind: DirectoryKind, permission: str
) -> None:
    graph.script = [replies.error(403, "Authorization_RequestDenied")]
    with pytest.raises(PermissionMissing) as missing:
        await GraphDirectory(connection).list_page(kind, None)
    assert missing.value.permissions == (permission,)


@pytest.mark.parametrize("kind", [DirectoryKind.USERS, DirectoryKind.FEDERATED_CREDENTIALS])
async def test_a_list_that_leads_to_another_host_is_not_believed(
    graph: ScriptedGraph, elsewhere: ScriptedGraph, single_try: GraphConnection, kind: DirectoryKind
) -> None:
    link = f"{elsewhere.address}/beta/applications?$skiptoken=2"
    graph.script = [replies.page({"id": "one"}, next_link=link)]
    with pytest.raises(Unavailable, match="points at another host"):
        await GraphDirectory(single_try).list_page(kind, None)
    with pytest.raises(DeltaExpired):
        await GraphDirectory(single_try).list_page(kind, link)
    assert elsewhere.asked == []
