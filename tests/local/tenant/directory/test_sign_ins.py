"""Sign-ins: what is remembered of them, and how a scenario tells them."""

from datetime import timedelta
from typing import Any

import pytest

from local.tenant.directory.actors import Actor
from local.tenant.directory.clock import ManualClock
from local.tenant.directory.collections import Object
from local.tenant.directory.errors import Refused
from local.tenant.directory.scenario import Scenario
from local.tenant.directory.tenant import Tenant

STORY: dict[str, Any] = {
    "id": "story",
    "title": "A story",
    "story": "An app with a role is used.",
    "people": {"global": {"role": "Global Administrator", "ip": "198.51.100.1"}},
    "apps": {"backup": {"name": "Contoso Backup", "home": "here", "age": "300d", "secrets": ["old", "new"]}},
    "steps": [],
    "expects": [],
}


def _play(tenant: Tenant, *steps: dict[str, Any]) -> str:
    """Plays the steps at once; the appId of the one app."""
    told = {**STORY, "steps": [{"at": "0m", "by": "global", "app": "backup", **step} for step in steps]}
    run = Scenario.model_validate(told).run(tenant)
    run.advance(tenant.clock.now())
    return run.app_ids["backup"]


def test_the_last_sign_in_counts_whatever_their_order(tenant: Tenant, clock: ManualClock, client: Object) -> None:
    now = clock.now()
    for days in (5, 2, 9):
        tenant.sign_in(client["appId"], now - timedelta(days=days))
    activity = tenant.sign_in_activity[client["appId"]]
    assert (activity.app_only_client, activity.delegated_client) == (now - timedelta(days=2), None)
    assert activity.last == now - timedelta(days=2)


def test_the_last_use_of_a_credential_counts_whatever_their_order(
    tenant: Tenant, clock: ManualClock, administrator: Actor, registration: Object, client: Object
) -> None:
    secret = tenant.add_secret(administrator, registration["id"], "key", timedelta(days=30))
    for days in (5, 2, 9):
        tenant.sign_in(client["appId"], clock.now() - timedelta(days=days), secret["keyId"])
    activity = tenant.credential_activity[secret["keyId"]]
    assert (activity.owner_id, activity.last) == (registration["id"], clock.now() - timedelta(days=2))


def test_a_stranger_and_a_foreign_key_sign_nobody_in(tenant: Tenant, clock: ManualClock, client: Object) -> None:
    before = dict(tenant.sign_in_activity)
    for app_id, key_id, status in ((client["appId"], "no-such-key", 400), ("nobody", None, 404)):
        with pytest.raises(Refused) as refused:
            tenant.sign_in(app_id, clock.now(), key_id)
        assert refused.value.status == status
    assert tenant.sign_in_activity == before


def test_a_scenario_signs_in_by_the_name_of_a_key_and_leaves_no_audit(tenant: Tenant, clock: ManualClock) -> None:
    app_id = _play(
        tenant,
        {"do": "sign-in", "credential": "new"},
        {"do": "sign-in", "credential": "old", "ago": "120d"},
        {"do": "sign-in", "delegated": True, "ago": "3d"},
    )
    activity = tenant.sign_in_activity[app_id]
    assert (activity.app_only_client, activity.delegated_client) == (clock.now(), clock.now() - timedelta(days=3))
    (registration,) = tenant.applications.where("appId", app_id)
    used = {
        key["displayName"]: tenant.credential_activity[key["keyId"]].last for key in registration["passwordCredentials"]
    }
    assert used == {"new": clock.now(), "old": clock.now() - timedelta(days=120)}
    assert tenant.audits.every_record() == []


def test_a_scenario_gives_an_app_a_role_and_takes_it_away(tenant: Tenant) -> None:
    app_id = _play(tenant, {"do": "assign-directory-role", "role": "Exchange Administrator"})
    principal = tenant.service_principal_of(app_id)
    assert principal is not None
    assert len(tenant.role_assignments.where("principalId", principal["id"])) == 1
    app_id = _play(
        tenant,
        {"do": "assign-directory-role", "role": "App Registration Support"},
        {"do": "remove-directory-role", "role": "App Registration Support"},
    )
    principal = tenant.service_principal_of(app_id)
    assert principal is not None
    assert tenant.role_assignments.where("principalId", principal["id"]) == []


def test_a_role_goes_to_a_person_or_to_an_app_and_not_to_both(tenant: Tenant) -> None:
    with pytest.raises(ValueError, match="either a person or an app"):
        _play(tenant, {"do": "assign-directory-role", "role": "Global Reader", "person": "global"})
