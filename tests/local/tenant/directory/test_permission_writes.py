"""Grants, consents and app roles, and the records they leave."""

import pytest

from local.tenant.directory.actors import Actor
from local.tenant.directory.collections import Object
from local.tenant.directory.errors import Refused
from local.tenant.directory.tenant import Tenant
from shared.domain.activities import Activity
from shared.domain.events import PermissionChange
from shared.domain.microsoft import MICROSOFT_GRAPH
from shared.sources.records import read_record
from tests.local.tenant.directory.told import last_event, last_records, names, values

FOREIGN = "5b0c2d7e-9a51-4f0e-8d3c-7f1e6a2b4c90"


@pytest.fixture
def foreign(tenant: Tenant) -> str:
    """An app of another tenant that nobody here uses yet."""
    tenant.foreign_apps[FOREIGN] = {"displayName": "Tailspin Notes", "appOwnerOrganizationId": FOREIGN}
    return FOREIGN


def test_a_first_consent_brings_the_app_in(tenant: Tenant, administrator: Actor, foreign: str) -> None:
    tenant.consent(administrator, foreign, MICROSOFT_GRAPH, ["User.Read", "openid"], for_all=False)
    assert names(tenant, 4) == [
        "Add service principal",
        "Add app role assignment grant to user",
        "Add delegated permission grant",
        "Consent to application",
    ]
    assert len({record["correlationId"] for record in last_records(tenant, 4)}) == 1
    consented = last_event(tenant)
    assert consented.app.app_id == foreign
    assert consented.consent_type == "Principal"
    assert consented.scopes == PermissionChange(after=("User.Read", "openid"))
    assert consented.client.ip_address == administrator.ip_address


def test_a_consent_that_adds_tells_of_a_removal_that_grows(tenant: Tenant, administrator: Actor, foreign: str) -> None:
    tenant.consent(administrator, foreign, MICROSOFT_GRAPH, ["User.Read"], for_all=True)
    tenant.consent(administrator, foreign, MICROSOFT_GRAPH, ["Mail.Read"], for_all=True)
    triple = last_records(tenant, 3)
    assert [record["activityDisplayName"] for record in triple] == [
        "Add delegated permission grant",
        "Remove delegated permission grant",
        "Consent to application",
    ]
    assert triple[1]["operationType"] == "Unassign"
    assert values(triple[1])["DelegatedPermissionGrant.Scope"] == ('" User.Read"', '" User.Read Mail.Read"')
    (removal,) = read_record(triple[1])
    assert removal.activity is Activity.GRANT_CHANGED
    assert last_event(tenant).scopes == PermissionChange(before=("User.Read",), after=("User.Read", "Mail.Read"))


def test_a_consent_is_all_or_nothing(tenant: Tenant, administrator: Actor, foreign: str) -> None:
    with pytest.raises(Refused):
        tenant.consent(administrator, foreign, MICROSOFT_GRAPH, ["x" * 4000], for_all=True)
    assert tenant.service_principal_of(foreign) is None


def test_of_a_grant_the_api_is_the_target(tenant: Tenant, administrator: Actor, client: Object, graph: Object) -> None:
    tenant.grant_delegated(administrator, client["id"], graph["id"], "Mail.Read", "AllPrincipals")
    record = last_records(tenant)[0]
    assert [target["id"] for target in record["targetResources"]] == [graph["id"], client["id"]]
    assert record["targetResources"][1]["displayName"] is None
    assert values(record)["TargetId.ServicePrincipalNames"][1] == f'"{";".join(graph["servicePrincipalNames"])}"'
    event = last_event(tenant)
    assert event.activity is Activity.GRANT_ADDED
    assert event.app.service_principal_id == client["id"]
    assert event.resource.app_id == MICROSOFT_GRAPH


def test_a_second_grant_of_the_same_kind_is_refused(
    tenant: Tenant, administrator: Actor, client: Object, graph: Object
) -> None:
    tenant.grant_delegated(administrator, client["id"], graph["id"], "Mail.Read", "AllPrincipals")
    with pytest.raises(Refused, match="Permission entry already exists") as refused:
        tenant.grant_delegated(administrator, client["id"], graph["id"], "User.Read", "AllPrincipals")
    assert refused.value.status == 409
    tenant.grant_delegated(administrator, client["id"], graph["id"], "User.Read", "Principal", administrator.id)


@pytest.mark.parametrize(
    ("consent_type", "is_named"), [("Principal", False), ("AllPrincipals", True), ("Nobody", False)]
)
def test_a_grant_names_a_user_exactly_when_it_is_for_one(
    tenant: Tenant, administrator: Actor, client: Object, graph: Object, consent_type: str, is_named: bool
) -> None:
    principal = administrator.id if is_named else None
    with pytest.raises(Refused) as refused:
        tenant.grant_delegated(administrator, client["id"], graph["id"], "User.Read", consent_type, principal)
    assert refused.value.status == 400


def test_narrowing_a_grant_is_a_removal_and_ending_it_too(
    tenant: Tenant, administrator: Actor, client: Object, graph: Object
) -> None:
    granted = tenant.grant_delegated(administrator, client["id"], graph["id"], "User.Read Mail.Read", "AllPrincipals")
    tenant.change_grant(administrator, granted["id"], "User.Read")
    narrowed = last_event(tenant)
    assert (narrowed.activity, narrowed.scopes) == (
        Activity.GRANT_REVOKED,
        PermissionChange(before=("User.Read", "Mail.Read"), after=("User.Read",)),
    )
    tenant.revoke_grant(administrator, granted["id"])
    ended = last_event(tenant)
    assert (ended.activity, ended.scopes) == (Activity.GRANT_REVOKED, PermissionChange(before=("User.Read",)))
    with pytest.raises(Refused):
        tenant.revoke_grant(administrator, granted["id"])


def test_an_app_that_grants_itself_a_role_is_named_without_its_app_id(
    tenant: Tenant, client: Object, graph: Object
) -> None:
    role = next(one for one in graph["appRoles"] if one["value"] == "Mail.Read")
    tenant.assign_app_role(Actor.app(client["id"], client["displayName"]), client["id"], graph["id"], role["id"])
    initiator = last_records(tenant)[0]["initiatedBy"]
    assert initiator["user"] is None
    assert (initiator["app"]["appId"], initiator["app"]["servicePrincipalId"]) == (None, client["id"])
    event = last_event(tenant)
    assert (event.activity, event.app_role) == (Activity.APP_ROLE_GRANTED, "Mail.Read")
    assert event.app.app_id == client["appId"]


def test_a_role_is_held_once_and_must_exist(
    tenant: Tenant, administrator: Actor, client: Object, graph: Object
) -> None:
    role_id = graph["appRoles"][0]["id"]
    held = tenant.assign_app_role(administrator, client["id"], graph["id"], role_id)
    with pytest.raises(Refused, match="Permission being assigned already exists on the object"):
        tenant.assign_app_role(administrator, client["id"], graph["id"], role_id)
    with pytest.raises(Refused, match="Permission being assigned was not found on application"):
        tenant.assign_app_role(administrator, client["id"], graph["id"], client["id"])
    tenant.remove_app_role(administrator, held["id"])
    assert last_event(tenant).activity is Activity.APP_ROLE_REVOKED
    assert tenant.app_role_assignments.where("principalId", client["id"]) == []


def test_a_user_is_assigned_to_an_app(tenant: Tenant, administrator: Actor, client: Object) -> None:
    no_role = "00000000-0000-0000-0000-000000000000"
    held = tenant.assign_app_role(administrator, administrator.id, client["id"], no_role)
    event = last_event(tenant)
    assert (event.activity, event.user) == (Activity.APP_ROLE_ASSIGNED_TO_USER, administrator.id)
    tenant.remove_app_role(administrator, held["id"])
    assert names(tenant, 1) == ["Remove app role assignment from user"]
