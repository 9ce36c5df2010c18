"""Who plays in a scenario, and what apps have that were there before it began."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from local.tenant.directory.clock import ManualClock
from local.tenant.directory.collections import Object
from local.tenant.directory.scenario import Run, Scenario
from local.tenant.directory.tenant import Tenant

STORY: dict[str, Any] = {
    "id": "story",
    "title": "A story",
    "story": "Nothing happens.",
    "people": {"keeper": {"ip": "198.51.100.1"}},
    "apps": {},
    "steps": [],
    "expects": [],
}


def _staged(tenant: Tenant, people: dict[str, Any] | None = None, **apps: dict[str, Any]) -> Run:
    """The apps have been in the tenant for 300 days."""
    standing = {name: {"name": name, "home": "here", "age": "300d", **app} for name, app in apps.items()}
    told = {**STORY, "people": {**STORY["people"], **(people or {})}, "apps": standing}
    return Scenario.model_validate(told).run(tenant)


def _registration(tenant: Tenant, run: Run, name: str) -> Object:
    [found] = tenant.applications.where("appId", run.app_ids[name])
    return found


def _owners(tenant: Tenant, people: dict[str, Any]) -> dict[str, Object]:
    """The users who play these people, by way of an app of which they are the owners."""
    run = _staged(tenant, people, app={"owners": [*people]})
    found = tenant.owners_of(_registration(tenant, run, "app")["id"])
    return dict(zip(people, found, strict=True))


def test_people_are_chosen_by_their_account_their_role_and_their_group(tenant: Tenant) -> None:
    parts = {
        "guest": {"account": "guest", "ip": "198.51.100.2"},
        "leaver": {"account": "disabled", "ip": "198.51.100.3"},
        "executive": {"group": "Priority accounts", "ip": "198.51.100.4"},
        "reader": {"role": "Global Reader", "ip": "198.51.100.5"},
    }
    found = _owners(tenant, parts)
    assert found["guest"]["userType"] == "Guest"
    assert found["leaver"]["accountEnabled"] is False
    group = next(one["id"] for one in tenant.groups.all() if one["displayName"] == "Priority accounts")
    assert found["executive"]["id"] in {one["id"] for one in tenant.transitive_members_of(group)}
    assert len(tenant.role_assignments.where("principalId", found["reader"]["id"])) == 1


def test_no_two_people_are_played_by_the_same_user(tenant: Tenant) -> None:
    same = {"role": "Global Reader", "ip": "198.51.100.5"}
    found = _owners(tenant, {"one": same, "other": same})
    assert found["one"]["id"] != found["other"]["id"]


def test_a_tenant_without_enough_people_says_for_whom(tenant: Tenant) -> None:
    same = {"role": "Application Administrator", "ip": "198.51.100.5"}
    with pytest.raises(ValueError, match="nobody to play other"):
        _owners(tenant, {"one": same, "other": same})


def test_keys_have_ages_and_lifetimes_of_their_own(tenant: Tenant, clock: ManualClock) -> None:
    keys = [
        {"name": "old", "age": "200d", "lifetime": "180d"},
        {"name": "CN=app.contoso.example", "kind": "certificate", "age": "10d", "lifetime": "365d"},
    ]
    run = _staged(tenant, app={"keys": keys, "secrets": ["first"]})
    found = _registration(tenant, run, "app")
    ends = {key["displayName"]: key["endDateTime"] for key in found["passwordCredentials"]}
    assert ends.keys() == {"first", "old"}
    assert datetime.fromisoformat(ends["old"]) == clock.now() - timedelta(days=20)
    [certificate] = found["keyCredentials"]
    assert datetime.fromisoformat(certificate["startDateTime"]) == clock.now() - timedelta(days=10)


def test_what_signs_saml_tokens_stands_on_the_service_principal_in_three_parts(tenant: Tenant) -> None:
    run = _staged(tenant, app={"keys": [{"name": "CN=sso", "kind": "signing", "age": "1d", "lifetime": "1095d"}]})
    found = tenant.service_principal_of(run.app_ids["app"])
    assert found is not None
    keys = {key["usage"]: key for key in found["keyCredentials"]}
    [secret] = found["passwordCredentials"]
    assert keys.keys() == {"Sign", "Verify"}
    assert secret["keyId"] == keys["Sign"]["keyId"] != keys["Verify"]["keyId"]
    assert len({part["customKeyIdentifier"] for part in (secret, *keys.values())}) == 1
    registration = _registration(tenant, run, "app")
    assert registration["keyCredentials"] == registration["passwordCredentials"] == []


def test_keys_of_a_foreign_app_stand_on_its_service_principal(tenant: Tenant) -> None:
    run = _staged(tenant, app={"home": "abroad", "keys": [{"name": "key", "age": "1d", "lifetime": "90d"}]})
    found = tenant.service_principal_of(run.app_ids["app"])
    assert found is not None
    assert [key["displayName"] for key in found["passwordCredentials"]] == ["key"]
    assert tenant.applications.where("appId", run.app_ids["app"]) == []


def test_roles_groups_and_ownership_of_other_apps_are_there_from_the_start(tenant: Tenant) -> None:
    run = _staged(
        tenant,
        automation={"directoryRoles": ["Exchange Administrator"], "groups": ["Tier 0 automation"]},
        owned={"owners": ["keeper", "automation"]},
    )
    automation = tenant.service_principal_of(run.app_ids["automation"])
    assert automation is not None
    assert len(tenant.role_assignments.where("principalId", automation["id"])) == 1
    group = next(one["id"] for one in tenant.groups.all() if one["displayName"] == "Tier 0 automation")
    assert automation["id"] in tenant.group_members[group]
    assert automation["id"] in tenant.owners[_registration(tenant, run, "owned")["id"]]
    assert tenant.audits.every_record() == []


def test_microsofts_word_on_an_app_is_there_from_the_start(tenant: Tenant) -> None:
    run = _staged(
        tenant,
        attested={"certification": "attested"},
        certified={"certification": "certified"},
        banned={"home": "abroad", "disabledByMicrosoft": True, "links": {"privacy": "https://vendor.example/privacy"}},
    )
    words = {name: _registration(tenant, run, name)["certification"] for name in ("attested", "certified")}
    assert [words[name]["isCertifiedByMicrosoft"] for name in ("attested", "certified")] == [False, True]
    banned = tenant.service_principal_of(run.app_ids["banned"])
    assert banned is not None
    assert banned["disabledByMicrosoftStatus"] == "DisabledDueToViolationOfServicesAgreement"
    assert banned["info"]["privacyStatementUrl"] == "https://vendor.example/privacy"


@pytest.mark.parametrize("part", [{"account": "robot"}, {"owner": "keeper"}])
def test_a_part_that_makes_no_sense_is_refused(part: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Scenario.model_validate({**STORY, "people": {"keeper": {"ip": "198.51.100.1", **part}}})
