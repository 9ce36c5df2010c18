"""Scenarios are played when their time has come, and refused where they make no sense."""

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from local.tenant.directory.clock import ManualClock
from local.tenant.directory.scenario import Scenario, load_scenarios
from local.tenant.directory.tenant import Tenant

STORY: dict[str, Any] = {
    "id": "story",
    "title": "A story",
    "story": "Somebody consents.",
    "people": {"victim": {"ip": "198.51.100.1"}},
    "apps": {"notes": {"name": "Notes", "home": "abroad"}},
    "steps": [
        {"at": "1h 30m", "by": "victim", "do": "consent", "app": "notes", "scopes": ["User.Read"]},
        {"at": "10m", "by": "victim", "do": "consent", "app": "notes", "scopes": ["openid"]},
    ],
    "expects": [],
}


def _told(step: dict[str, Any]) -> dict[str, Any]:
    return {**STORY, "steps": [{**STORY["steps"][0], **step}]}


def test_a_step_is_played_when_it_is_due_and_once(tenant: Tenant, clock: ManualClock) -> None:
    start = clock.now()
    run = Scenario.model_validate(STORY).run(tenant)
    assert run.next_due() == start + timedelta(minutes=10)
    assert run.advance(start + timedelta(minutes=9)) == []
    assert [step.at for step in run.advance(start + timedelta(minutes=10))] == ["10m"]
    assert run.advance(start + timedelta(minutes=10)) == []
    assert run.next_due() == start + timedelta(minutes=90)
    run.advance(start + timedelta(days=1))
    assert run.next_due() is None


def test_a_factor_makes_minutes_seconds(tenant: Tenant, clock: ManualClock) -> None:
    run = Scenario.model_validate(STORY).run(tenant, factor=60)
    assert run.next_due() == clock.now() + timedelta(seconds=10)


def test_a_scenario_can_run_twice_in_one_tenant(tenant: Tenant, clock: ManualClock) -> None:
    runs = [Scenario.model_validate(STORY).run(tenant) for _ in range(2)]
    for run in runs:
        run.advance(clock.now() + timedelta(days=1))
    assert runs[0].app_ids["notes"] != runs[1].app_ids["notes"]


def test_what_was_always_there_leaves_no_audit(tenant: Tenant) -> None:
    run = load_scenarios()["forgotten-app-secret"].run(tenant)
    assert tenant.audits.every_record() == []
    assert tenant.service_principal_of(run.app_ids["migration"])


@pytest.mark.parametrize(
    "step",
    [
        {"do": "dance"},
        {"by": "nobody"},
        {"app": "unknown"},
        {"at": "soon"},
        {"scopes": ["User.Read"], "volume": 11},
    ],
)
def test_a_step_that_makes_no_sense_is_refused_when_it_is_read(step: dict[str, Any]) -> None:
    Scenario.model_validate(_told({}))
    with pytest.raises(ValidationError):
        Scenario.model_validate(_told(step))
