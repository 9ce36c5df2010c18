"""Lists: pages, options and what is refused."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from local.tenant.directory.clock import ManualClock
from local.tenant.directory.tenant import Tenant
from tests.local.tenant.graph.plain_client import PlainClient

GRAPH = "00000003-0000-0000-c000-000000000000"
EVENTUAL = {"ConsistencyLevel": "eventual"}


async def test_pages_hold_each_object_once(reader: PlainClient, tenant: Tenant) -> None:
    first = await reader.get("/servicePrincipals")
    assert len(first.values) == 100
    assert first.json["@odata.nextLink"].startswith(f"{reader.address}/v1.0/servicePrincipals?$skiptoken=")
    found = await reader.everything("/servicePrincipals", {"$select": "id", "$top": "70"})
    assert [one["id"] for one in found] == [one["id"] for one in tenant.service_principals.all()]


async def test_the_last_page_has_no_link(reader: PlainClient) -> None:
    assert "@odata.nextLink" not in (await reader.get("/oauth2PermissionGrants", {"$top": "999"})).json


async def test_what_is_added_and_deleted_between_two_pages_hides_nothing(reader: PlainClient, tenant: Tenant) -> None:
    kept = [one["id"] for one in tenant.users.all()]
    first = await reader.get("/users", {"$top": "20", "$select": "id"})
    tenant.users.remove(kept[3])
    second = await reader.get(first.json["@odata.nextLink"])
    assert [one["id"] for one in first.values + second.values] == kept[:40]


async def test_only_what_is_selected_comes(reader: PlainClient) -> None:
    (one,) = (await reader.get("/servicePrincipals", {"$select": "appId,displayName", "$top": "1"})).values
    assert one.keys() == {"appId", "displayName"}
    (whole,) = (await reader.get("/servicePrincipals", {"$top": "1"})).values
    assert {"id", "accountEnabled", "createdDateTime", "verifiedPublisher"} <= whole.keys()
    (user,) = (await reader.get("/users", {"$top": "1"})).values
    assert "userPrincipalName" in user
    assert "accountEnabled" not in user


@pytest.mark.parametrize(
    ("path", "options", "code"),
    [
        ("/servicePrincipals", {"$select": "id,colour"}, "BadRequest"),
        ("/servicePrincipals", {"$filter": "colour eq 'red'"}, "BadRequest"),
        ("/servicePrincipals", {"$filter": "displayName eq"}, "BadRequest"),
        ("/servicePrincipals", {"$filter": "accountEnabled eq 'true'"}, "BadRequest"),
        ("/servicePrincipals", {"$filter": "homepage eq 'https://a.example'"}, "Request_UnsupportedQuery"),
        ("/servicePrincipals", {"$filter": "accountEnabled ne true"}, "Request_UnsupportedQuery"),
        ("/servicePrincipals", {"$filter": "not(accountEnabled eq true)"}, "Request_UnsupportedQuery"),
        ("/servicePrincipals", {"$search": '"displayName:sales"'}, "Request_UnsupportedQuery"),
        ("/users", {"$filter": "endswith(mail,'example')"}, "Request_UnsupportedQuery"),
        (
            "/servicePrincipals",
            {"$filter": "appId eq null", "$orderby": "displayName"},
            "Request_UnsupportedQuery",
        ),
        ("/servicePrincipals", {"$top": "1000"}, "Request_BadRequest"),
        ("/servicePrincipals", {"$top": "0"}, "Request_BadRequest"),
        ("/servicePrincipals", {"$skip": "10"}, "Request_BadRequest"),
        ("/servicePrincipals", {"$apply": "x"}, "BadRequest"),
        ("/servicePrincipals", {"$expand": "owners,appRoleAssignments"}, "BadRequest"),
        ("/servicePrincipals", {"$expand": "friends"}, "BadRequest"),
        ("/servicePrincipals", {"$skiptoken": "made-up"}, "Directory_ExpiredPageToken"),
        ("/oauth2PermissionGrants", {"$filter": "scope eq 'User.Read'"}, "Request_UnsupportedQuery"),
        ("/applications", {"$expand": "federatedIdentityCredentials"}, "Request_UnsupportedQuery"),
        ("/roleManagement/directory/roleDefinitions", {"$filter": "isBuiltIn eq 'true'"}, "BadRequest"),
        ("/auditLogs/directoryAudits", {"$top": "1001"}, "Request_BadRequest"),
        ("/auditLogs/directoryAudits", {"$filter": "result eq 'success'"}, "Request_UnsupportedQuery"),
        ("/auditLogs/directoryAudits", {"$orderby": "category"}, "Request_UnsupportedQuery"),
    ],
)
async def test_what_the_service_does_not_answer_is_refused(
    reader: PlainClient, path: str, options: Mapping[str, str], code: str
) -> None:
    answer = await reader.get(path, options)
    assert (answer.status, answer.code) == (400, code)
    assert answer.json["error"]["innerError"]["request-id"] == answer.headers["request-id"]


async def test_filters_find_what_they_name(reader: PlainClient, tenant: Tenant) -> None:
    options = {"$filter": f"appId in ('{GRAPH}','none')", "$select": "id,appId"}
    (found,) = (await reader.get("/servicePrincipals", options)).values
    by_key = await reader.get(f"/servicePrincipals(appId='{GRAPH}')", {"$select": "id,appId"})
    assert found.items() <= by_key.json.items()
    grant = tenant.grants.all()[0]
    found_grants = await reader.everything("/oauth2PermissionGrants", {"$filter": f"clientId eq '{grant['clientId']}'"})
    assert found_grants == sorted(tenant.grants.where("clientId", grant["clientId"]), key=lambda one: str(one["id"]))


async def test_advanced_queries_are_answered_from_the_eventual_index(reader: PlainClient, tenant: Tenant) -> None:
    options = {"$filter": "servicePrincipalType ne 'Application'", "$count": "true", "$top": "5", "$select": "id"}
    first = await reader.get("/servicePrincipals", options, EVENTUAL)
    others = [one for one in tenant.service_principals.all() if one["servicePrincipalType"] != "Application"]
    assert first.json["@odata.count"] == len(others) > 5
    second = await reader.get(first.json["@odata.nextLink"], headers=EVENTUAL)
    assert "@odata.count" not in second.json
    # The header goes with every page.
    assert (await reader.get(first.json["@odata.nextLink"])).code == "Request_UnsupportedQuery"


async def test_a_count_is_plain_text(reader: PlainClient, tenant: Tenant) -> None:
    answer = await reader.get("/servicePrincipals/$count", headers=EVENTUAL)
    assert answer.text == str(len(tenant.service_principals.all()))
    assert answer.headers["content-type"].startswith("text/plain")
    assert (await reader.get("/servicePrincipals/$count")).status == 400
    assert (
        await reader.get("/servicePrincipals/$count", headers={**EVENTUAL, "Accept": "application/json"})
    ).status == 415


async def test_grants_applications_and_users_are_counted_too(reader: PlainClient, tenant: Tenant) -> None:
    counted = {
        "oauth2PermissionGrants": tenant.grants,
        "applications": tenant.applications,
        "users": tenant.users,
        "groups": tenant.groups,
    }
    for at, collection in counted.items():
        assert (await reader.get(f"/{at}/$count", headers=EVENTUAL)).text == str(len(collection.all())) != "0"


@pytest.mark.parametrize(
    ("name", "select"),
    [
        ("application", "id,appId,displayName,deletedDateTime,createdDateTime,signInAudience,publisherDomain"),
        ("servicePrincipal", "id,appId,displayName,deletedDateTime,servicePrincipalType,appOwnerOrganizationId,tags"),
    ],
)
async def test_the_recycle_bin_is_listed_by_type_in_pages(
    reader: PlainClient, tenant: Tenant, name: str, select: str
) -> None:
    kept = {"application": tenant.applications, "servicePrincipal": tenant.service_principals}[name].deleted()
    found = await reader.everything(f"/directory/deletedItems/microsoft.graph.{name}", {"$select": select, "$top": "1"})
    assert [one["id"] for one in found] == sorted(one["id"] for one in kept) != []
    assert all(one.keys() == set(select.split(",")) and one["deletedDateTime"] for one in found)


async def test_what_was_too_long_in_the_bin_is_not_listed(reader: PlainClient, clock: ManualClock) -> None:
    clock.advance(timedelta(days=31))
    assert (await reader.get("/directory/deletedItems/microsoft.graph.servicePrincipal")).values == []


async def test_guests_and_disabled_accounts_are_told(reader: PlainClient) -> None:
    options = {"$select": "id,displayName,userPrincipalName,userType,accountEnabled", "$top": "999"}
    users = await reader.everything("/users", options)
    assert {(one["userType"], one["accountEnabled"]) for one in users} == {
        ("Member", True),
        ("Member", False),
        ("Guest", True),
    }


async def test_apps_tell_their_certification_links_notes_and_resource(reader: PlainClient) -> None:
    registrations = await reader.everything("/applications", {"$select": "certification,info", "$top": "999"})
    certified = [one["certification"] for one in registrations if one["certification"]]
    assert all(one["isPublisherAttested"] is True and one["certificationDetailsUrl"] for one in certified)
    assert 0 < len(certified) < len(registrations)
    options = {"$select": "info,notes,createdDateTime,alternativeNames", "$top": "999"}
    principals = await reader.everything("/servicePrincipals", options)
    assert any(one["info"]["privacyStatementUrl"] and one["notes"] for one in principals)
    assert any("/providers/" in name for one in principals for name in one["alternativeNames"])


async def test_an_expansion_ends_at_twenty_and_says_nothing_of_it(reader: PlainClient, tenant: Tenant) -> None:
    owned = max(tenant.owners, key=lambda one: len(tenant.owners[one]))
    assert len(tenant.owners[owned]) > 20
    at = "/applications" if tenant.applications.get(owned) else "/servicePrincipals"
    expanded = await reader.get(f"{at}/{owned}", {"$expand": "owners($select=id)"})
    assert len(expanded.json["owners"]) == 20
    assert not any("owners@" in name for name in expanded.json)
    whole = await reader.everything(f"{at}/{owned}/owners", {"$select": "id"})
    assert {one["id"] for one in whole} == set(tenant.owners[owned])


async def test_objects_of_any_type_are_found_by_their_ids(reader: PlainClient, tenant: Tenant) -> None:
    principal, application = tenant.service_principals.all()[0]["id"], tenant.applications.all()[0]["id"]
    user = tenant.users.all()[0]["id"]
    body = {"ids": [principal, application, user, "gone"], "types": ["servicePrincipal", "application"]}
    answer = await reader.send("POST", "/directoryObjects/getByIds", body)
    assert [(one["@odata.type"], one["id"]) for one in answer.values] == [
        ("#microsoft.graph.servicePrincipal", principal),
        ("#microsoft.graph.application", application),
    ]
    too_many = {"ids": [principal] * 1001}
    assert (await reader.send("POST", "/directoryObjects/getByIds", too_many)).status == 400


async def test_both_versions_answer_and_other_paths_do_not(reader: PlainClient) -> None:
    assert (await reader.send("GET", "/servicePrincipals", version="beta")).status == 200
    assert (await reader.get("/servicePrincipals/none")).code == "Request_ResourceNotFound"
    assert (await reader.get("/colours")).status == 400
    assert (await reader.send("PUT", "/servicePrincipals")).status == 405


async def test_an_option_stands_once(reader: PlainClient) -> None:
    answer = await reader.get("/servicePrincipals?$top=1&$top=2")
    assert (answer.status, answer.code) == (400, "BadRequest")
    assert answer.json["error"]["innerError"]["request-id"] == answer.headers["request-id"]
