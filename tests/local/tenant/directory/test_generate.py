"""The generated tenant has the proportions of a real one."""

import json
from collections import Counter
from datetime import datetime, timedelta

import pytest

from local.tenant.directory.actors import Actor
from local.tenant.directory.clock import ManualClock
from local.tenant.directory.generate import generate
from local.tenant.directory.tenant import Tenant
from shared.domain.apps import Origin
from shared.domain.microsoft import HOME_TENANTS, MICROSOFT_GRAPH
from shared.domain.permissions import permission_by_id
from shared.sources.inventory import build_apps
from tests.local.tenant.directory.conftest import TENANT_ID


@pytest.fixture
def large(clock: ManualClock) -> Tenant:
    return generate(seed=1, apps=2_000, tenant_id=TENANT_ID, clock=clock)


def _content(tenant: Tenant) -> str:
    collections = (tenant.service_principals, tenant.applications, tenant.grants, tenant.app_role_assignments)
    objects = [[*collection.all()] for collection in collections]
    others = [tenant.owners, tenant.federated_credentials, tenant.group_members, tenant.service_principals.deleted()]
    use = [tenant.sign_in_activity, tenant.credential_activity]
    return json.dumps([objects, others, [repr(one) for one in use]])


def test_a_seed_makes_the_same_tenant_again_and_another_seed_another(clock: ManualClock) -> None:
    first, again, other = (generate(seed=seed, apps=60, tenant_id=TENANT_ID, clock=clock) for seed in (1, 1, 2))
    assert _content(first) == _content(again)
    assert _content(first) != _content(other)


def test_kinds_of_apps_have_real_proportions(large: Tenant) -> None:
    principals = large.service_principals.all()
    of_microsoft = [one for one in principals if one["appOwnerOrganizationId"] in HOME_TENANTS]
    kinds = Counter(one["servicePrincipalType"] for one in principals)
    assert len(principals) - len(of_microsoft) == 2_000
    assert 150 <= len(of_microsoft) <= 250
    assert kinds["ManagedIdentity"] == 200
    assert len(large.applications.all()) == 600
    assert 2.5 < len(large.grants.all()) / 2_000 < 3.5


def test_forty_apps_come_with_thirty_of_microsofts(tenant: Tenant) -> None:
    principals = tenant.service_principals.all()
    of_microsoft = [one for one in principals if one["appOwnerOrganizationId"] in HOME_TENANTS]
    assert (len(principals) - len(of_microsoft), 28 <= len(of_microsoft) <= 35) == (40, True)


def test_owners_range_from_none_to_more_than_graph_expands(large: Tenant) -> None:
    counts = Counter(len(large.owners_of(one["id"])) for one in large.applications.all())
    assert set(counts) == {0, 1, 2, 3, 25}
    assert counts[0] > 150


def test_every_id_is_used_once(large: Tenant) -> None:
    collections = (large.service_principals, large.applications, large.grants, large.app_role_assignments, large.users)
    ids = [one["id"] for collection in collections for one in collection.all()]
    ids += [large.new_id() for _ in range(1_000)]
    assert len(ids) == len(set(ids))


def test_permissions_of_graph_bear_their_real_ids(tenant: Tenant) -> None:
    graph = tenant.service_principal_of(MICROSOFT_GRAPH)
    assert graph
    for permission in (*graph["appRoles"], *graph["oauth2PermissionScopes"]):
        listed = permission_by_id(permission["id"])
        assert listed
        assert listed.name == permission["value"]


def test_the_inventory_reads_what_was_generated(large: Tenant) -> None:
    objects = (
        *large.service_principals.all(),
        *large.applications.all(),
        *large.grants.all(),
        *large.app_role_assignments.all(),
    )
    apps = build_apps(objects, TENANT_ID)
    origins = Counter(app.origin for app in apps.values())
    assert origins[Origin.INTERNAL] == 800
    assert origins[Origin.EXTERNAL] == 1_200
    assert {app.privilege.value for app in apps.values() if app.privilege} == {"low", "medium", "high"}
    assert {app.publisher_verified for app in apps.values() if app.origin is Origin.EXTERNAL} == {True, False}


def test_use_is_recent_old_or_none_and_never_older_than_the_app(large: Tenant) -> None:
    now = large.clock.now()
    own = {
        one["appId"]: one for one in large.service_principals.all() if one["appOwnerOrganizationId"] not in HOME_TENANTS
    }
    used = {app_id: large.sign_in_activity[app_id] for app_id in own if app_id in large.sign_in_activity}
    assert 0.65 < len(used) / len(own) < 0.75
    lasts = {app_id: activity.last for app_id, activity in used.items() if activity.last}
    assert all(datetime.fromisoformat(own[app_id]["createdDateTime"]) <= last <= now for app_id, last in lasts.items())
    assert 0.1 < sum(now - last > timedelta(days=90) for last in lasts.values()) / len(used) < 0.25
    flows = Counter((one.delegated_client is not None, one.app_only_client is not None) for one in used.values())
    assert set(flows) == {(True, False), (False, True), (True, True)}
    assert min(flows.values()) > 100


def test_some_credentials_were_never_used_and_none_after_it_expired(large: Tenant) -> None:
    kinds = ("passwordCredentials", "keyCredentials")
    keys = {key["keyId"]: key for one in large.applications.all() for kind in kinds for key in one[kind]}
    used = large.credential_activity
    assert used.keys() < keys.keys()
    assert 0.2 < len(used) / len(keys) < 0.6
    for key_id, activity in used.items():
        start, end = (datetime.fromisoformat(keys[key_id][name]) for name in ("startDateTime", "endDateTime"))
        assert start <= activity.last <= end


def test_apps_have_power_in_every_way_that_there_is(tenant: Tenant) -> None:
    principals = {one["id"]: one for one in tenant.service_principals.all()}
    roles = {role["id"]: role["value"] for one in principals.values() for role in one["appRoles"]}
    held: dict[str, set[str]] = {}
    for one in tenant.app_role_assignments.all():
        held.setdefault(roles[one["appRoleId"]], set()).add(one["principalId"])
    assert held["Application.ReadWrite.All"]
    assert held["AppRoleAssignment.ReadWrite.All"]
    assert held["Tasks.Read.All"]
    (owner,) = {one for owners in tenant.owners.values() for one in owners if one in principals}
    assert owner in held["Application.ReadWrite.OwnedBy"]
    (owned,) = (tenant.applications.get(key) for key, owners in tenant.owners.items() if owner in owners)
    assert owned
    assert owned["appId"] != principals[owner]["appId"]
    assert sum(one["principalId"] in principals for one in tenant.role_assignments.all()) == 3


def test_some_apps_hold_no_permission_and_some_ask_other_apis_than_graph(large: Tenant) -> None:
    holders = {one["clientId"] for one in large.grants.all()}
    holders |= {one["principalId"] for one in large.app_role_assignments.all()}
    without = [one for one in large.service_principals.all() if one["id"] not in holders]
    assert sum(one["appOwnerOrganizationId"] not in HOME_TENANTS for one in without) > 100
    assert len({one["resourceId"] for one in large.grants.all()}) == 4
    assert len({one["resourceId"] for one in large.app_role_assignments.all()}) == 4


def test_owners_are_members_guests_and_people_who_have_left(large: Tenant) -> None:
    owners = [user for ids in large.owners.values() for one in ids if (user := large.users.get(one))]
    kinds = Counter((one["userType"], one["accountEnabled"]) for one in owners)
    assert set(kinds) == {("Member", True), ("Member", False), ("Guest", True)}
    roles = [large.users.get(one["principalId"]) for one in large.role_assignments.all()]
    assert {(one["userType"], one["accountEnabled"]) for one in roles if one} == {("Member", True)}


def test_what_was_deleted_can_be_restored(tenant: Tenant, administrator: Actor) -> None:
    (registration,) = tenant.applications.deleted()
    assert len(tenant.service_principals.deleted()) == 2
    tenant.restore(administrator, registration["id"])
    assert tenant.service_principal_of(registration["appId"])
    assert len(tenant.service_principals.deleted()) == 1


def test_some_names_are_hostile(large: Tenant) -> None:
    names = "".join(one["displayName"] for one in large.service_principals.all())
    assert all(found in names for found in ("<script>", "=HYPERLINK(", "\r\n", "\N{RIGHT-TO-LEFT OVERRIDE}"))
