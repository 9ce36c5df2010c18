"""The mirror of the directory: neighbours are read together, replaced whole, and dropped only as they were seen."""

from typing import Any

import pytest

from shared.domain.directory import DirectoryKind, ServicePrincipalParts
from shared.domain.mirror import SLICES, is_unseen, registration_in
from shared.storage.app_requests import TableAppRequests
from shared.storage.connection import StorageConnection
from shared.storage.directory import TableDirectory

PRINCIPAL = "a0000000-0000-4000-8000-000000000001"
NEIGHBOUR = "a0000000-0000-4000-8000-000000000002"
APP = "a0000000-0000-4000-8000-00000000000a"
API = "b0000000-0000-4000-8000-000000000001"


def principal(principal_id: str = PRINCIPAL, **fields: Any) -> dict[str, Any]:
    return {"id": principal_id, "appId": APP, **fields}


def grant(grant_id: str, client: str = PRINCIPAL) -> dict[str, Any]:
    return {"id": grant_id, "clientId": client, "resourceId": API, "scope": "Mail.Read"}


def held(assignment_id: str) -> dict[str, Any]:
    return {"id": assignment_id, "principalId": PRINCIPAL, "resourceId": API}


@pytest.fixture
async def mirror(connection: StorageConnection) -> TableDirectory:
    mirror = TableDirectory(connection)
    await mirror.save(DirectoryKind.SERVICE_PRINCIPALS, [principal(), principal(NEIGHBOUR)], 1)
    await mirror.save(DirectoryKind.GRANTS, [grant("g1"), grant("g2"), grant("g/3|#", NEIGHBOUR)], 1)
    await mirror.save(DirectoryKind.APP_ROLE_ASSIGNMENTS, [held("r1")], 1)
    await mirror.save(DirectoryKind.APPLICATIONS, [{"id": "object", "appId": APP}], 1)
    return mirror


async def test_a_principal_is_read_with_what_hangs_on_it_and_no_more(mirror: TableDirectory) -> None:
    found = await mirror.principals([PRINCIPAL, API])
    assert found.keys() == {PRINCIPAL}
    assert [each["id"] for each in found[PRINCIPAL].grants] == ["g1", "g2"]
    assert [each["id"] for each in found[PRINCIPAL].app_role_assignments] == ["r1"]
    assert (await mirror.bodies([PRINCIPAL, API])).keys() == {PRINCIPAL}
    assert (await mirror.registrations([APP, API])).keys() == {APP}


async def test_replacing_a_principal_takes_away_what_it_no_longer_holds(mirror: TableDirectory) -> None:
    parts = ServicePrincipalParts(
        principal=principal(displayName="New"), owners=({"id": "o"},), app_role_assignments=(), grants=(grant("g2"),)
    )
    await mirror.replace_principal(parts, 2)
    found = (await mirror.principals([PRINCIPAL, NEIGHBOUR]))[PRINCIPAL]
    assert found.principal == principal(displayName="New", owners=[{"id": "o"}])
    assert (found.grants, found.app_role_assignments) == ((grant("g2"),), ())
    assert (await mirror.principals([NEIGHBOUR]))[NEIGHBOUR].grants == (grant("g/3|#", NEIGHBOUR),)


async def test_what_is_removed_is_gone_and_removing_it_again_is_fine(mirror: TableDirectory) -> None:
    for _ in range(2):
        await mirror.remove_principal(PRINCIPAL)
        await mirror.remove_registration(APP)
        await mirror.remove_grant(NEIGHBOUR, "g/3|#")
    left = [each for name in SLICES for each in await mirror.slice(name)]
    assert [(each.kind, each.owner) for each in left] == [(DirectoryKind.SERVICE_PRINCIPALS, NEIGHBOUR)]


async def test_an_object_saved_again_is_not_dropped(mirror: TableDirectory) -> None:
    seen = await mirror.slice("a")
    assert len(seen) == 7
    await mirror.save(DirectoryKind.GRANTS, [grant("g1")], 2)
    await mirror.drop(seen)
    assert [(each.owner, each.body["id"], each.read) for each in await mirror.slice("a")] == [(PRINCIPAL, "g1", 2)]


async def test_more_objects_than_a_batch_holds_are_all_kept_and_dropped(mirror: TableDirectory) -> None:
    await mirror.save(DirectoryKind.GRANTS, [grant(f"n{number}") for number in range(250)], 2)
    assert len(await mirror.slice("a")) == 257
    await mirror.drop(await mirror.slice("a"))
    assert await mirror.slice("a") == []


async def test_an_assignment_is_unseen_only_if_its_api_was_asked(mirror: TableDirectory) -> None:
    (assignment,) = [each for each in await mirror.slice("a") if each.kind is DirectoryKind.APP_ROLE_ASSIGNMENTS]
    assert is_unseen(assignment, 2, frozenset({API}))
    assert not is_unseen(assignment, 2, frozenset())
    assert not is_unseen(assignment, 1, frozenset({API}))
    assert not is_unseen(assignment, 2, frozenset({API}), frozenset({DirectoryKind.APP_ROLE_ASSIGNMENTS}))


async def test_what_goes_by_an_app_id_is_found_together(mirror: TableDirectory) -> None:
    trusted = {"id": "object", "appId": APP, "federatedIdentityCredentials": [{"id": "f1"}]}
    remains = [{"id": f"x{number}", "appId": APP} for number in range(2)]
    await mirror.save(DirectoryKind.FEDERATED_CREDENTIALS, [trusted], 1)
    await mirror.save(DirectoryKind.DELETED_APPLICATIONS, remains[:1], 1)
    await mirror.save(DirectoryKind.DELETED_SERVICE_PRINCIPALS, remains[1:], 1)
    found = (await mirror.registrations([APP]))[APP]
    assert found.kind is DirectoryKind.APPLICATIONS
    known = registration_in((found, *found.neighbours))
    assert (known.registration, known.federated_credentials) == ({"id": "object", "appId": APP}, ({"id": "f1"},))
    assert known.deleted == tuple(remains)
    await mirror.remove_registration(APP)
    left = (await mirror.registrations([APP]))[APP]
    assert registration_in((left, *left.neighbours)).deleted == tuple(remains)
    assert registration_in((left, *left.neighbours)).federated_credentials == ()


async def test_roles_held_through_a_group_outlast_what_hangs_on_a_principal(mirror: TableDirectory) -> None:
    def role(assignment_id: str, **fields: Any) -> dict[str, Any]:
        return {"id": assignment_id, "principalId": PRINCIPAL, "roleDefinitionId": API, **fields}

    await mirror.save(DirectoryKind.ROLE_ASSIGNMENTS, [role("old"), role("group", groupId=API)], 1)
    parts = ServicePrincipalParts(
        principal=principal(), owners=(), app_role_assignments=(), grants=(), role_assignments=(role("new"),)
    )
    await mirror.replace_principal(parts, 2)
    found = (await mirror.principals([PRINCIPAL]))[PRINCIPAL]
    assert [each["id"] for each in found.role_assignments] == ["group", "new"]


async def test_apis_are_kept_apart_from_the_slices(mirror: TableDirectory) -> None:
    before = [each for name in SLICES for each in await mirror.slice(name)]
    await mirror.save_apis([principal(API, appRoles=[])])
    assert await mirror.apis() == [principal(API, appRoles=[])]
    assert [each for name in SLICES for each in await mirror.slice(name)] == before


async def test_a_request_made_again_while_it_is_served_stays(connection: StorageConnection) -> None:
    requests = TableAppRequests(connection)
    await requests.want(["one", "two", "one"])
    served = await requests.wanted(10)
    assert served.keys() == {"one", "two"}
    await requests.want(["two"])
    await requests.done(served)
    assert (await requests.wanted(10)).keys() == {"two"}
    assert len(await requests.wanted(1)) == 1


@pytest.mark.parametrize("text", ["x" * 1_000_000, "漢" * 600_000, "😀" * 400_000], ids=["ascii", "cjk", "astral"])
async def test_an_object_too_large_for_a_row_is_stored_without_what_is_too_large(
    mirror: TableDirectory, connection: StorageConnection, text: str
) -> None:
    await mirror.save(DirectoryKind.SERVICE_PRINCIPALS, [principal(replyUrls=[text], tags=["kept"])], 2)
    assert (await mirror.bodies([PRINCIPAL]))[PRINCIPAL] == principal(tags=["kept"])
    row = await (await connection.table("directory")).get(PRINCIPAL[:1], f"{PRINCIPAL}|p")
    assert row is not None
    assert row["cut"] == "replyUrls"


async def test_an_api_of_very_many_roles_is_stored_without_them(mirror: TableDirectory) -> None:
    roles = [{"id": f"role {number}", "value": "x" * 200} for number in range(5000)]
    await mirror.save_apis([principal(API, appRoles=roles)])
    assert await mirror.apis() == [principal(API)]
