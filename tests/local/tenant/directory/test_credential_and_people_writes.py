"""Credentials, owners and directory roles, and the records they leave."""

from datetime import timedelta

import pytest

from local.tenant.directory.actors import Actor
from local.tenant.directory.collections import Object
from local.tenant.directory.errors import Refused
from local.tenant.directory.tenant import Tenant
from shared.domain.activities import Activity
from shared.domain.events import CredentialKind, EventCredential
from tests.local.tenant.directory.told import last_event, last_records, names, values

YEAR = timedelta(days=365)


def test_a_secret_shows_its_value_once(tenant: Tenant, administrator: Actor, registration: Object) -> None:
    made = tenant.add_secret(administrator, registration["id"], "deploy, 2026", YEAR)
    found = tenant.applications.get(registration["id"])
    assert found
    assert made["secretText"].startswith(made["hint"])
    assert [one["secretText"] for one in found["passwordCredentials"]] == [None]
    assert made["secretText"] not in str(tenant.audits.every_record())


def test_credentials_of_a_registration_have_a_name_of_the_services_own(
    tenant: Tenant, administrator: Actor, registration: Object
) -> None:
    first = tenant.add_secret(administrator, registration["id"], "a, b]", YEAR)
    second = tenant.add_certificate(administrator, registration["id"], "CN=x", YEAR)
    assert names(tenant, 2) == ["Update application \N{EN DASH} Certificates and secrets management "] * 2
    event = last_event(tenant)
    assert event.activity is Activity.CREDENTIAL_ADDED
    assert event.credentials_added == (
        EventCredential(key_id=second["keyId"], kind=CredentialKind.CERTIFICATE, display_name="CN=x"),
    )
    assert event.app.app_id == registration["appId"]
    tenant.remove_credential(administrator, registration["id"], first["keyId"])
    removed = last_event(tenant)
    assert removed.activity is Activity.CREDENTIAL_REMOVED
    assert removed.credentials_removed == (
        EventCredential(key_id=first["keyId"], kind=CredentialKind.SECRET, display_name="a, b]"),
    )
    with pytest.raises(Refused):
        tenant.remove_credential(administrator, registration["id"], first["keyId"])


def test_credentials_of_a_service_principal_have_another_name(
    tenant: Tenant, administrator: Actor, client: Object
) -> None:
    made = tenant.add_secret(administrator, client["id"], None, YEAR)
    tenant.remove_credential(administrator, client["id"], made["keyId"])
    assert names(tenant, 2) == ["Add service principal credentials", "Remove service principal credentials"]
    assert last_event(tenant).activity is Activity.CREDENTIAL_REMOVED


def test_a_federated_credential_tells_whom_the_app_trusts(
    tenant: Tenant, administrator: Actor, registration: Object
) -> None:
    made = tenant.add_federated_credential(administrator, registration["id"], "ci", "https://issuer.example", "job")
    (added,) = last_event(tenant).credentials_added or ()
    assert (added.issuer, added.subject, added.key_id) == ("https://issuer.example", "job", made["id"])
    with pytest.raises(Refused) as refused:
        tenant.add_federated_credential(administrator, registration["id"], "ci", "https://other.example", "job")
    assert refused.value.status == 409
    tenant.remove_federated_credential(administrator, registration["id"], made["id"])
    assert last_event(tenant).activity is Activity.FEDERATED_CREDENTIAL_REMOVED


def test_of_a_new_owner_the_user_is_the_target(tenant: Tenant, administrator: Actor, client: Object) -> None:
    user = tenant.users.all()[-1]
    tenant.add_owner(administrator, client["id"], user["id"])
    record = last_records(tenant)[0]
    assert (record["targetResources"][0]["id"], record["targetResources"][0]["type"]) == (user["id"], "User")
    event = last_event(tenant)
    assert (event.activity, event.user, event.app.app_id) == (Activity.OWNER_ADDED, user["id"], client["appId"])
    with pytest.raises(Refused, match="One or more added object references already exist"):
        tenant.add_owner(administrator, client["id"], user["id"])
    tenant.remove_owner(administrator, client["id"], user["id"])
    assert last_event(tenant).activity is Activity.OWNER_REMOVED
    assert tenant.owners_of(client["id"]) == []


def test_an_app_can_own_another(tenant: Tenant, administrator: Actor, client: Object) -> None:
    owned = tenant.applications.all()[0]
    before = tenant.owners_of(owned["id"])
    tenant.add_owner(administrator, owned["id"], client["id"])
    target = last_records(tenant)[0]["targetResources"][0]
    assert (target["id"], target["type"]) == (client["id"], "ServicePrincipal")
    assert tenant.owners_of(owned["id"]) == [*before, client]
    tenant.remove_owner(administrator, owned["id"], client["id"])
    assert tenant.owners_of(owned["id"]) == before


def test_a_managed_identity_takes_no_owner(tenant: Tenant, administrator: Actor) -> None:
    managed = next(one for one in tenant.service_principals.all() if one["servicePrincipalType"] == "ManagedIdentity")
    with pytest.raises(Refused) as refused:
        tenant.add_owner(administrator, managed["id"], administrator.id)
    assert refused.value.status == 403


def test_an_app_can_hold_a_role_that_the_tenant_defined_itself(
    tenant: Tenant, administrator: Actor, client: Object
) -> None:
    custom = next(one for one in tenant.role_definitions.all() if not one["isBuiltIn"])
    tenant.assign_directory_role(administrator, client["id"], custom["id"])
    assert last_event(tenant).directory_role == custom["displayName"]
    assert [one["roleDefinitionId"] for one in tenant.role_assignments.where("principalId", client["id"])] == [
        custom["id"]
    ]


def test_an_app_can_hold_a_directory_role(tenant: Tenant, administrator: Actor, client: Object) -> None:
    role = tenant.directory_roles.all()[0]
    held = tenant.assign_directory_role(administrator, client["id"], role["roleTemplateId"])
    event = last_event(tenant)
    assert (event.activity, event.directory_role) == (Activity.DIRECTORY_ROLE_ASSIGNED, role["displayName"])
    assert event.app.app_id == client["appId"]
    assert values(last_records(tenant)[0])["Role.TemplateId"] == (None, f'"{role["roleTemplateId"]}"')
    with pytest.raises(Refused):
        tenant.assign_directory_role(administrator, client["id"], role["roleTemplateId"])
    tenant.remove_directory_role(administrator, held["id"])
    assert last_event(tenant).activity is Activity.DIRECTORY_ROLE_REMOVED
    assert tenant.role_assignments.where("principalId", client["id"]) == []
