"""Delta queries: everything once, then what changed."""

from datetime import timedelta
from typing import Any

from local.tenant.directory.actors import Actor
from local.tenant.directory.clock import ManualClock
from local.tenant.directory.tenant import Tenant
from tests.local.tenant.graph.plain_client import PlainClient

ADMIN = Actor.user("a-user", "admin@contoso.example")


async def follow(client: PlainClient, link: str) -> tuple[list[dict[str, Any]], str]:
    """All pages from here, and the link for the next round."""
    found: list[dict[str, Any]] = []
    while True:
        answer = await client.get(link)
        assert answer.status == 200, answer.text
        found += answer.values
        if "@odata.deltaLink" in answer.json:
            assert "@odata.nextLink" not in answer.json
            return found, answer.json["@odata.deltaLink"]
        link = answer.json["@odata.nextLink"]


def changeable(tenant: Tenant) -> list[str]:
    """Service principals that a customer may change."""
    registered = {one["appId"] for one in tenant.applications.all()}
    return [one["id"] for one in tenant.service_principals.all() if one["appId"] in registered]


async def test_the_first_round_is_everything_and_the_next_nothing(reader: PlainClient, tenant: Tenant) -> None:
    found, link = await follow(reader, "/servicePrincipals/delta?$select=id,displayName&$top=90")
    assert [one["id"] for one in found] == [one["id"] for one in tenant.service_principals.all()]
    assert (await follow(reader, link))[0] == []


async def test_a_round_tells_the_ids_and_at_least_what_changed(reader: PlainClient, tenant: Tenant) -> None:
    _, link = await follow(reader, "/servicePrincipals/delta?$deltatoken=latest")
    changed, deleted, removed = changeable(tenant)[:3]
    tenant.update_service_principal(ADMIN, changed, {"accountEnabled": False})
    tenant.update_service_principal(ADMIN, changed, {"notes": "looked at"})
    tenant.delete_service_principal(ADMIN, deleted)
    tenant.delete_service_principal(ADMIN, removed)
    tenant.purge(ADMIN, removed)
    found, link = await follow(reader, link)
    told = {one["id"]: one for one in found}
    assert told.keys() == {changed, deleted, removed}
    assert {"accountEnabled": False, "notes": "looked at"}.items() <= told[changed].items()
    assert "appRoles" not in told[changed] or len(told[changed]) <= 4
    assert told[deleted]["@removed"] == {"reason": "changed"}
    assert told[removed]["@removed"] == {"reason": "deleted"}
    tenant.restore(ADMIN, deleted)
    found, _ = await follow(reader, link)
    assert {one["id"]: one["displayName"] for one in found} == {
        deleted: (await reader.get(f"/servicePrincipals/{deleted}")).json["displayName"]
    }


async def test_the_selection_stays_with_the_link(reader: PlainClient, tenant: Tenant) -> None:
    _, link = await follow(reader, "/servicePrincipals/delta?$select=id,displayName,accountEnabled&$deltatoken=latest")
    first, second = changeable(tenant)[:2]
    tenant.update_service_principal(ADMIN, first, {"notes": "not selected"})
    tenant.update_service_principal(ADMIN, second, {"accountEnabled": False})
    found, _ = await follow(reader, link)
    assert {one["id"] for one in found} == {second}
    assert found[0].keys() <= {"id", "displayName", "accountEnabled"}


async def test_what_changes_during_a_round_is_told_by_the_next(reader: PlainClient, tenant: Tenant) -> None:
    first = await reader.get("/servicePrincipals/delta?$select=id,notes")
    changed = changeable(tenant)[0]
    tenant.update_service_principal(ADMIN, changed, {"notes": "meanwhile"})
    _, link = await follow(reader, first.json["@odata.nextLink"])
    found, _ = await follow(reader, link)
    assert {(one["id"], one["notes"]) for one in found} == {(changed, "meanwhile")}


async def test_a_long_round_has_pages_and_misses_nothing(reader: PlainClient, tenant: Tenant) -> None:
    _, link = await follow(reader, "/servicePrincipals/delta?$deltatoken=latest&$top=7")
    for number, one in enumerate(changeable(tenant)):
        tenant.update_service_principal(ADMIN, one, {"notes": str(number)})
    found, _ = await follow(reader, link)
    # One may come twice, and not in the order of the changes.
    assert {one["id"]: one["notes"] for one in found} == {
        one: str(number) for number, one in enumerate(changeable(tenant))
    }


async def test_duplicates_and_reordering_happen_now_and_then(reader: PlainClient, tenant: Tenant) -> None:
    _, link = await follow(reader, "/servicePrincipals/delta?$deltatoken=latest&$top=10")
    expected = changeable(tenant)
    repeated = reordered = False
    for number in range(6):
        for one in expected:
            tenant.update_service_principal(ADMIN, one, {"notes": f"round {number}"})
        found, link = await follow(reader, link)
        ids = [one["id"] for one in found]
        repeated |= len(ids) > len(expected)
        reordered |= list(dict.fromkeys(ids)) != expected
    assert repeated
    assert reordered


async def test_a_link_lives_for_seven_days(reader: PlainClient, clock: ManualClock) -> None:
    _, link = await follow(reader, "/oauth2PermissionGrants/delta?$deltatoken=latest")
    clock.advance(timedelta(days=6))
    _, link = await follow(reader, link)
    clock.advance(timedelta(days=6))
    assert (await reader.get(link)).status == 200
    clock.advance(timedelta(days=2))
    answers = [await reader.get(link) for _ in range(12)]
    assert {(answer.status, answer.code) for answer in answers} == {(410, "resyncRequired"), (400, "syncStateNotFound")}
    gone = next(answer for answer in answers if answer.status == 410)
    assert (await reader.get(gone.headers["location"])).status == 200


async def test_a_token_of_another_list_is_refused(reader: PlainClient) -> None:
    _, link = await follow(reader, "/applications/delta?$deltatoken=latest")
    assert (await reader.get(link.replace("applications", "servicePrincipals"))).status == 400
    assert (await reader.get("/applications/delta?$deltatoken=made-up")).status == 400
    assert (await reader.get("/applications/delta?$orderby=displayName")).status == 400
