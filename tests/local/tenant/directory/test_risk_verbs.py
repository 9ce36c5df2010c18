"""What security services see, and what is done in Azure: as scenarios tell it."""

from typing import Any

import pytest

from local.tenant.directory.azure_events import AZURE_ACTIVITY
from local.tenant.directory.defender import DEFENDER_ALERTS
from local.tenant.directory.errors import Refused
from local.tenant.directory.risks import RISK_DETECTIONS, RISKY_PRINCIPALS
from local.tenant.directory.scenario import Scenario
from local.tenant.directory.tenant import Tenant

STORY: dict[str, Any] = {
    "id": "story",
    "title": "A story",
    "story": "An app is at risk.",
    "people": {"global": {"role": "Global Administrator", "ip": "198.51.100.1"}},
    "apps": {"backup": {"name": "Contoso Backup", "home": "here", "age": "300d"}},
    "expects": [],
}


def play(tenant: Tenant, *steps: dict[str, Any], by: str = "global") -> str:
    """Plays the steps at once; the appId of the one app."""
    told = {**STORY, "steps": [{"at": "0m", "by": by, **step} for step in steps]}
    run = Scenario.model_validate(told).run(tenant)
    run.advance(tenant.clock.now())
    return run.app_ids["backup"]


def test_a_detection_lacks_at_first_what_it_has_later(tenant: Tenant) -> None:
    app_id = play(tenant, {"do": "detect-risk", "app": "backup", "risk": "leakedCredentials"})
    first, later = tenant.log(RISK_DETECTIONS).every_record()
    assert first["id"] == later["id"]
    assert (first["appId"], first["source"], later["appId"]) == (None, None, app_id)
    (principal,) = tenant.log(RISKY_PRINCIPALS).every_record()
    assert (principal["appId"], principal["riskState"]) == (app_id, "atRisk")


def test_an_alert_is_updated_as_a_version_of_its_own(tenant: Tenant) -> None:
    raised = {"do": "raise-defender-alert", "app": "backup", "title": "Odd", "techniques": ["T1098"]}
    updated = {"do": "update-defender-alert", "app": "backup", "status": "resolved", "classification": "truePositive"}
    play(tenant, raised, updated)
    first, later = tenant.log(DEFENDER_ALERTS).every_record()
    assert first["id"] == later["id"]
    assert [one["status"] for one in (first, later)] == ["new", "resolved"]
    assert (first["resolvedDateTime"], later["classification"]) == (None, "truePositive")


def test_an_operation_in_azure_leaves_its_start_and_its_end(tenant: Tenant) -> None:
    steps = (
        {"do": "assign-azure-role", "app": "backup"},
        {"do": "change-key-vault", "vault": "safe"},
        {"do": "create-virtual-machine", "machine": "miner"},
    )
    app_id = play(tenant, *steps, by="backup")
    records = tenant.log(AZURE_ACTIVITY).every_record()
    assert {one["claims"]["appid"] for one in records} == {app_id}
    assert sorted(one["status"]["value"] for one in records) == ["Started"] * 3 + ["Succeeded"] * 3


def test_who_is_not_here_is_at_no_risk(tenant: Tenant) -> None:
    unknown = tenant.new_id()
    before = {name: len(log.every_record()) for name, log in tenant.logs.items()}
    for attempt in (tenant.detect_risk, tenant.judge_risk, tenant.raise_defender_alert):
        with pytest.raises(Refused):
            attempt(unknown, "leakedCredentials")
    assert {name: len(log.every_record()) for name, log in tenant.logs.items()} == before
