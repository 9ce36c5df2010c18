"""The life of a remediation, its ids, and what guards let through."""

from datetime import UTC, datetime
from itertools import product

import msgspec
import pytest

from shared.domain.apps import App, Origin
from shared.domain.microsoft import API_APP_IDS, HOME_TENANTS
from shared.domain.remediation_guards import (
    GuardSettings,
    Target,
    checks,
    first_obstacle,
    target_of_app,
    target_of_snapshot,
)
from shared.domain.remediations import (
    FINISHED,
    IllegalMove,
    Remediation,
    RemediationAction,
    RemediationStatus,
    StepName,
    moved,
    remediation_id_of,
    split_remediation_id,
    steps_of,
)

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
DISABLE, ENABLE = RemediationAction.DISABLE, RemediationAction.ENABLE
SETTINGS = GuardSettings(protected_app_ids=frozenset({"protected"}), own_app_ids=frozenset({"own"}))
HOMELESS = {"appOwnerOrganizationId": None, "servicePrincipalType": "Legacy"}


def remediation(status: RemediationStatus) -> Remediation:
    return Remediation(
        id=remediation_id_of("app", 1),
        app_id="app",
        service_principal_id="principal",
        action=DISABLE,
        reason="It reads all mail.",
        requested_by="ada",
        requested_date_time=NOW,
        status=status,
    )


def obstacle(target: Target, action: RemediationAction, undo: bool = False) -> str | None:
    found = first_obstacle(checks(target, action, SETTINGS, undo))
    return found.code if found else None


def target(app_id: str = "app", principal: str | None = "principal", **facts: object) -> Target:
    return Target(app_id=app_id, service_principal_id=principal, **facts)  # type: ignore[arg-type]  # facts of the test


@pytest.mark.parametrize(("before", "after"), [*product(RemediationStatus, RemediationStatus)])
def test_only_the_steps_of_the_table_are_taken(before: RemediationStatus, after: RemediationStatus) -> None:
    # Written out by hand, so that a slip in the table shows here.
    ends = {("running", "succeeded"), ("running", "failed"), ("running", "refused")}
    legal = {("requested", "running"), ("requested", "refused"), *ends}
    if before is after or (before.value, after.value) in legal:
        assert moved(remediation(before), after).status is after
    else:
        with pytest.raises(IllegalMove):
            moved(remediation(before), after)


def test_what_is_finished_knows_it() -> None:
    assert {status for status in RemediationStatus if remediation(status).is_finished} == FINISHED


def test_a_step_that_was_not_done_has_no_time() -> None:
    assert [(step.name, step.done) for step in steps_of(remediation(RemediationStatus.RUNNING))] == [
        (name, None) for name in StepName
    ]


@pytest.mark.parametrize("number", [1, 12, 999_999])
def test_an_id_is_taken_apart_again(number: int) -> None:
    made = remediation_id_of("app", number)
    place = split_remediation_id(made)
    assert place is not None
    assert f"{place[0]}-{place[1]}" == made


@pytest.mark.parametrize(
    "text", ["", "-", "x-1", f"{'a' * 32}-01", f"{'a' * 32}-", f"{'a' * 32}-1234567", f"{'A' * 32}-1", f"{'a' * 32}-١"]
)
def test_what_is_no_id_is_told_so(text: str) -> None:
    assert split_remediation_id(text) is None


@pytest.mark.parametrize("action", RemediationAction)
@pytest.mark.parametrize(
    ("held", "code"),
    [
        (target(), None),
        (target(principal=None), "appDeleted"),
        (target(deleted=True), "appDeleted"),
        (target("OWN"), "ownApp"),
        (target("Protected"), "protectedApp"),
        (target(is_microsofts=True), "microsoftApp"),
        (target(service_principal_type="ManagedIdentity"), "managedIdentity"),
        (target(is_microsofts=None, service_principal_type="Legacy"), None),
    ],
)
def test_what_is_never_touched(action: RemediationAction, held: Target, code: str | None) -> None:
    assert obstacle(held, action) == code


def test_what_microsoft_disabled_can_be_disabled_and_not_enabled() -> None:
    held = target(disabled_by_microsoft=True)
    assert (obstacle(held, DISABLE), obstacle(held, ENABLE)) == (None, "disabledByMicrosoft")
    assert obstacle(held, ENABLE, undo=True) == "disabledByMicrosoft"


@pytest.mark.parametrize("app_id", ["own", "protected"])
def test_the_way_back_to_a_running_app_is_open_and_no_other(app_id: str) -> None:
    assert obstacle(target(app_id), ENABLE, undo=True) is None
    assert obstacle(target(app_id), DISABLE, undo=True) is not None


def test_every_obstacle_says_what_to_do() -> None:
    everything = target("own", None, deleted=True, is_microsofts=True, service_principal_type="ManagedIdentity")
    for answer in checks(everything, ENABLE, SETTINGS):
        assert answer.question.endswith("?")
        assert answer.obstacle is None or (answer.obstacle.message.endswith(".") and answer.obstacle.advice)


@pytest.mark.parametrize("tenant", sorted(HOME_TENANTS))
def test_microsofts_apps_are_known_by_their_home_and_not_by_their_name(tenant: str) -> None:
    assert target_of_snapshot({"appId": "a", "appOwnerOrganizationId": tenant.upper()}, "a").is_microsofts
    named = {"appId": "a", "displayName": "Microsoft Graph", "appOwnerOrganizationId": "another"}
    assert target_of_snapshot(named, "a").is_microsofts is False


@pytest.mark.parametrize("app_id", sorted(API_APP_IDS))
def test_microsofts_apis_are_known_by_their_ids_whatever_is_read_of_their_home(app_id: str) -> None:
    assert target_of_snapshot({"appId": app_id.upper()}, "a").is_microsofts
    assert target_of_app(App(app_id=app_id, origin=Origin.EXTERNAL)).is_microsofts


def test_an_app_without_a_home_is_known_to_be_nobody_elses() -> None:
    read = target_of_snapshot({"id": "principal", "appId": "app", **HOMELESS}, "app")
    assert (read.enabled, read.disabled_by_microsoft, read.deleted, read.is_known) == (None, False, False, True)
    assert obstacle(read, ENABLE) is None


@pytest.mark.parametrize(
    "read",
    [
        {"servicePrincipalType": "Application"},
        {"servicePrincipalType": "Application", "appOwnerOrganizationId": ["another"]},
        {"appOwnerOrganizationId": None},
        {"appOwnerOrganizationId": None, "servicePrincipalType": None},
        {"appOwnerOrganizationId": None, "servicePrincipalType": 7},
    ],
)
def test_what_graph_leaves_out_or_mistypes_is_not_taken_for_a_good_answer(read: dict[str, object]) -> None:
    assert not target_of_snapshot({"id": "principal", "appId": "app", **read}, "app").is_known


@pytest.mark.parametrize(
    ("status", "disabled"),
    [(None, False), ("NotDisabled", False), ("DisabledDueToViolationOfServicesAgreement", True)],
)
def test_microsofts_word_is_read_as_it_is_written(status: str | None, disabled: bool) -> None:
    assert target_of_snapshot({"disabledByMicrosoftStatus": status}, "a").disabled_by_microsoft is disabled


def test_what_the_inventory_does_not_know_is_told_apart_from_what_it_read() -> None:
    known = target_of_app(App(app_id="a", service_principal_id="s"))
    assert (known.enabled, known.is_microsofts, known.service_principal_type) == (None, None, None)
    assert not known.is_known
    assert target_of_app(App(app_id="a", origin=None, service_principal_type="Legacy")).is_known
    assert target_of_app(App(app_id="a", origin=Origin.MICROSOFT, enabled=False)).is_microsofts
    assert target_of_app(App(app_id="a", deleted=NOW)).deleted


def test_a_remediation_from_before_policies_could_ask_reads_as_a_persons() -> None:
    stored = msgspec.json.decode(msgspec.json.encode(remediation(RemediationStatus.SUCCEEDED)))
    assert "policyId" not in stored
    read = msgspec.convert(stored, Remediation)
    assert (read.policy_id, read.policy_version) == (None, None)
