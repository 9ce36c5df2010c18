"""Writes to registrations and service principals, and the records they leave."""

from datetime import timedelta

import pytest

from local.tenant.directory.actors import Actor
from local.tenant.directory.clock import ManualClock
from local.tenant.directory.collections import Object
from local.tenant.directory.errors import Refused
from local.tenant.directory.tenant import Tenant
from shared.domain.activities import Activity
from shared.domain.microsoft import HOME_TENANTS
from tests.local.tenant.directory.told import last_event, last_records, names, values


def test_who_registers_an_app_owns_it(tenant: Tenant, administrator: Actor, registration: Object) -> None:
    assert names(tenant, 2) == ["Add application", "Add owner to application"]
    assert [owner["id"] for owner in tenant.owners_of(registration["id"])] == [administrator.id]
    first, second = last_records(tenant, 2)
    assert first["correlationId"] == second["correlationId"]


def test_an_app_without_a_name_is_refused(tenant: Tenant, administrator: Actor) -> None:
    with pytest.raises(Refused, match="displayName") as refused:
        tenant.add_application(administrator, {"signInAudience": "AzureADMyOrg"})
    assert (refused.value.status, refused.value.code) == (400, "Request_BadRequest")


def test_disabling_is_told_as_account_enabled_from_true_to_false(
    tenant: Tenant, administrator: Actor, client: Object
) -> None:
    tenant.update_service_principal(administrator, client["id"], {"accountEnabled": False})
    record = last_records(tenant)[0]
    assert record["activityDisplayName"] == "Update service principal"
    told = values(record)
    assert told["AccountEnabled"] == ("[true]", "[false]")
    assert told["Included Updated Properties"] == (None, '"AccountEnabled"')
    assert last_event(tenant).activity is Activity.SERVICE_PRINCIPAL_UPDATED
    found = tenant.service_principals.get(client["id"])
    assert found
    assert found["accountEnabled"] is False


def test_a_change_to_what_it_is_already_leaves_no_record(tenant: Tenant, administrator: Actor, client: Object) -> None:
    records, version = len(tenant.audits.every_record()), tenant.service_principals.version
    tenant.update_service_principal(administrator, client["id"], {"accountEnabled": True})
    assert (len(tenant.audits.every_record()), tenant.service_principals.version) == (records, version)


@pytest.mark.parametrize(
    "changes", [{"colour": "red"}, {"appId": "x"}, {"accountEnabled": "no"}, {"keyCredentials": []}]
)
def test_an_update_of_what_cannot_be_updated_is_refused_and_changes_nothing(
    tenant: Tenant, administrator: Actor, client: Object, changes: Object
) -> None:
    with pytest.raises(Refused) as refused:
        tenant.update_service_principal(administrator, client["id"], {"notes": "x", **changes})
    assert refused.value.code == "Request_BadRequest"
    assert tenant.service_principals.get(client["id"]) == client


def test_apps_of_microsoft_and_managed_identities_are_protected(tenant: Tenant, administrator: Actor) -> None:
    every = tenant.service_principals.all()
    first_party = next(one for one in every if one["appOwnerOrganizationId"] in HOME_TENANTS)
    managed = next(one for one in every if one["servicePrincipalType"] == "ManagedIdentity")
    for found in (first_party, managed):
        with pytest.raises(Refused) as refused:
            tenant.update_service_principal(administrator, found["id"], {"accountEnabled": False})
        assert (refused.value.status, refused.value.code) == (403, "Authorization_RequestDenied")


def test_a_new_name_reaches_the_service_principal(
    tenant: Tenant, administrator: Actor, registration: Object, client: Object
) -> None:
    tenant.update_application(administrator, registration["id"], {"displayName": "Contoso Renamed"})
    assert names(tenant, 2) == ["Update application", "Update service principal"]
    found = tenant.service_principals.get(client["id"])
    assert found
    assert found["displayName"] == "Contoso Renamed"


def test_a_second_service_principal_of_an_app_is_refused(tenant: Tenant, administrator: Actor, client: Object) -> None:
    with pytest.raises(Refused) as refused:
        tenant.add_service_principal(administrator, client["appId"])
    assert refused.value.code == "Request_MultipleObjectsWithSameKeyValue"


def test_an_app_that_is_registered_nowhere_gets_no_service_principal(tenant: Tenant, administrator: Actor) -> None:
    with pytest.raises(Refused) as refused:
        tenant.add_service_principal(administrator, "11111111-2222-4333-8444-555555555555")
    assert refused.value.status == 400


def test_what_a_deleted_app_held_comes_back_with_it(
    tenant: Tenant, administrator: Actor, registration: Object, client: Object, graph: Object
) -> None:
    granted = tenant.grant_delegated(administrator, client["id"], graph["id"], "User.Read", "AllPrincipals")
    held = tenant.assign_app_role(administrator, client["id"], graph["id"], graph["appRoles"][0]["id"])
    tenant.delete_application(administrator, registration["id"])
    assert names(tenant, 2) == ["Delete application", "Remove service principal"]
    assert tenant.service_principal_of(client["appId"]) is None
    assert tenant.grants.get(granted["id"]) is None
    assert tenant.app_role_assignments.get(held["id"]) is None
    tenant.restore(administrator, registration["id"])
    assert tenant.service_principal_of(client["appId"]) == client
    assert tenant.grants.get(granted["id"]) == granted
    assert tenant.app_role_assignments.get(held["id"]) == held


def test_after_thirty_days_nothing_can_be_restored(
    tenant: Tenant, clock: ManualClock, administrator: Actor, client: Object
) -> None:
    tenant.delete_service_principal(administrator, client["id"])
    clock.advance(timedelta(days=30, seconds=1))
    with pytest.raises(Refused) as refused:
        tenant.restore(administrator, client["id"])
    assert refused.value.status == 404
    of_client = [change.removed for change in tenant.service_principals.changes_since(0) if change.id == client["id"]]
    assert of_client[-2:] == ["changed", "deleted"]


def test_an_app_cannot_come_back_beside_its_successor(tenant: Tenant, administrator: Actor, client: Object) -> None:
    tenant.delete_service_principal(administrator, client["id"])
    tenant.add_service_principal(administrator, client["appId"])
    with pytest.raises(Refused) as refused:
        tenant.restore(administrator, client["id"])
    assert refused.value.status == 409


def test_purging_ends_the_way_back(tenant: Tenant, administrator: Actor, client: Object) -> None:
    tenant.delete_service_principal(administrator, client["id"])
    tenant.purge(administrator, client["id"])
    assert names(tenant, 1) == ["Hard delete service principal"]
    with pytest.raises(Refused):
        tenant.restore(administrator, client["id"])
