"""The generated tenant has the proportions of a real one."""

import json
from collections import Counter

import pytest

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
    return json.dumps([[*collection.all()] for collection in collections])


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


def test_some_names_are_hostile(large: Tenant) -> None:
    names = "".join(one["displayName"] for one in large.service_principals.all())
    assert all(found in names for found in ("<script>", "=HYPERLINK(", "\r\n", "\N{RIGHT-TO-LEFT OVERRIDE}"))
