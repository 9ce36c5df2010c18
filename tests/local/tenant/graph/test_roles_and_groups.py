"""Directory roles with who holds them, and groups with who is in them, over HTTP."""

from typing import Any

from local.tenant.directory.actors import Actor
from local.tenant.directory.tenant import Tenant
from tests.local.tenant.graph.plain_client import PlainClient

ASSIGNMENTS = "/roleManagement/directory/roleAssignments"
DEFINITIONS = "/roleManagement/directory/roleDefinitions"
ACTOR = Actor.user("a-user", "admin@contoso.example", "203.0.113.7")


async def test_a_role_tells_the_type_of_who_holds_it(reader: PlainClient, tenant: Tenant) -> None:
    options = {"$expand": "principal($select=id)", "$top": "5"}
    found = await reader.everything(ASSIGNMENTS, options)
    assert [one["id"] for one in found] == [one["id"] for one in tenant.role_assignments.all()]
    for one in found:
        assert one["principal"].keys() == {"@odata.type", "id"}
        assert one["principal"]["id"] == one["principalId"]
    assert {one["principal"]["@odata.type"] for one in found} == {
        "#microsoft.graph.user",
        "#microsoft.graph.servicePrincipal",
        "#microsoft.graph.group",
    }


async def test_who_holds_a_role_and_is_gone_is_null(reader: PlainClient, tenant: Tenant) -> None:
    holder = next(
        one["principalId"] for one in tenant.role_assignments.all() if tenant.service_principals.get(one["principalId"])
    )
    tenant.delete_service_principal(ACTOR, holder)
    (left,) = await _held(reader, holder)
    assert left["principal"] is None


async def test_the_roles_of_one_are_found_by_its_id(reader: PlainClient, tenant: Tenant) -> None:
    holder = tenant.role_assignments.all()[0]["principalId"]
    assert {one["id"] for one in await _held(reader, holder)} == {
        one["id"] for one in tenant.role_assignments.where("principalId", holder)
    }


async def test_every_role_that_is_held_is_defined_and_only_built_in_ones_are_templates(
    reader: PlainClient, tenant: Tenant
) -> None:
    defined = await reader.everything(DEFINITIONS, {"$select": "id,displayName,isBuiltIn"})
    assert {one["roleDefinitionId"] for one in tenant.role_assignments.all()} <= {one["id"] for one in defined}
    templates = {one["roleTemplateId"] for one in tenant.directory_roles.all()}
    assert {one["id"] for one in defined if one["isBuiltIn"]} == templates
    (custom,) = [one for one in defined if not one["isBuiltIn"]]
    found = (await reader.get(f"{DEFINITIONS}/{custom['id']}")).json
    assert (found["displayName"], found["isEnabled"]) == (custom["displayName"], True)
    assert (await reader.get(DEFINITIONS, {"$filter": "isBuiltIn eq false"})).values[0]["id"] == custom["id"]


async def test_members_of_a_group_within_a_group_are_members(reader: PlainClient, tenant: Tenant) -> None:
    group = await _group(reader, "Priority accounts")
    inner = await _group(reader, "Executives")
    members = await reader.everything(f"/groups/{group['id']}/transitiveMembers", {"$select": "id", "$top": "2"})
    assert [one["id"] for one in members] == sorted(
        {*tenant.group_members[group["id"]], *tenant.group_members[inner["id"]]}
    )
    assert all(one.keys() == {"@odata.type", "id"} for one in members)
    types = {one["id"]: one["@odata.type"] for one in members}
    assert types.pop(inner["id"]) == "#microsoft.graph.group"
    assert set(types.values()) == {"#microsoft.graph.user"}


async def test_an_app_holds_a_role_by_way_of_a_group(reader: PlainClient, tenant: Tenant) -> None:
    group = await _group(reader, "Tier 0 automation")
    assert (await reader.get(f"/groups/{group['id']}", {"$select": "isAssignableToRole"})).json["isAssignableToRole"]
    assert len(await _held(reader, group["id"])) == 1
    (member,) = await reader.everything(f"/groups/{group['id']}/transitiveMembers", {"$select": "id"})
    assert member["@odata.type"] == "#microsoft.graph.servicePrincipal"
    assert tenant.service_principals.get(member["id"])


async def test_groups_that_hold_each_other_end(reader: PlainClient, tenant: Tenant) -> None:
    outer, inner = await _group(reader, "Priority accounts"), await _group(reader, "Executives")
    tenant.group_members[inner["id"]] = (outer["id"],)
    members = await reader.everything(f"/groups/{inner['id']}/transitiveMembers", {"$select": "id"})
    assert [one["id"] for one in members] == sorted({outer["id"], *tenant.group_members[outer["id"]]} - {inner["id"]})


async def _group(reader: PlainClient, name: str) -> dict[str, Any]:
    (found,) = (await reader.get("/groups", {"$filter": f"displayName eq '{name}'"})).values
    return found


async def _held(reader: PlainClient, principal_id: str) -> list[dict[str, Any]]:
    options = {"$filter": f"principalId eq '{principal_id}'", "$expand": "principal($select=id)"}
    return (await reader.get(ASSIGNMENTS, options)).values
