"""What the catalogue says of each scenario: nothing of ordinary life, what is expected of an attack."""

from collections import Counter

import pytest

from local.tenant.directory.clock import ManualClock
from local.tenant.directory.scenario import Scenario, load_scenarios
from local.tenant.directory.tenant import Tenant
from shared.domain.activities import Activity
from shared.domain.severities import Severity
from shared.policies.baselines import Baseline
from shared.policies.judgements import NotEvaluated
from tests.local.tenant.directory.played import Played, play

SCENARIOS = load_scenarios()
ATTACKS = [scenario for scenario in SCENARIOS.values() if scenario.expects]


def missed(played: Played) -> list[NotEvaluated]:
    """What was not judged, but for what apps did lately: that is summed up once a day, and here no day passes."""
    return [one for one in played.not_evaluated if "app.services" not in one.reason]


def test_a_benign_month_raises_nothing_above_low(tenant: Tenant, clock: ManualClock) -> None:
    played = play(SCENARIOS["benign-month"], tenant, clock)
    louder = [one for one in played.findings if one.severity.rank > Severity.LOW.rank]
    assert [(one.policy_id, one.title) for one in louder] == []


def test_a_benign_month_is_judged_at_all(tenant: Tenant, clock: ManualClock) -> None:
    played = play(SCENARIOS["benign-month"], tenant, clock)
    told = Counter(event.activity for event in played.events)
    assert told[Activity.CONSENT_GRANTED] >= 15
    assert told[Activity.CREDENTIAL_ADDED] >= 6
    assert told[Activity.APP_DELETED] >= 2
    assert {one.policy_id for one in played.findings} == {"credential-added"}
    assert missed(played) == []


@pytest.mark.parametrize("scenario", ATTACKS, ids=lambda scenario: scenario.id)
def test_an_attack_raises_what_it_deserves_on_the_right_app(
    scenario: Scenario, tenant: Tenant, clock: ManualClock
) -> None:
    played = play(scenario, tenant, clock)
    for expected in scenario.expects:
        assert played.fired(expected.policy, expected.app) == {expected.severity}, expected
    assert {one.app.app_id for one in played.findings} <= {*played.app_ids.values()}
    # In a tenant that nobody has watched yet nothing is usual.
    assert [one for one in missed(played) if "baseline" not in one.reason] == []


def test_a_stolen_secret_is_told_by_the_network_once_that_of_the_app_is_known(
    tenant: Tenant, clock: ManualClock
) -> None:
    usual = {"app.networks": Baseline(values=frozenset({"64500"}))}
    played = play(SCENARIOS["data-theft"], tenant, clock, usual)
    assert played.fired("mail-read-from-unusual-network", "archive") == {"high"}
    assert missed(played) == []


def test_a_stolen_secret_reads_every_mailbox_of_a_small_tenant(tenant: Tenant, clock: ManualClock) -> None:
    played = play(SCENARIOS["data-theft"], tenant, clock)
    read = [event.mailbox for event in played.events if event.activity is Activity.MAIL_ACCESSED]
    assert len(read) == len({*read}) == len(tenant.users.all())


def test_every_event_of_a_scenario_is_understood(tenant: Tenant, clock: ManualClock) -> None:
    for scenario in SCENARIOS.values():
        played = play(scenario, tenant, clock)
        strange = {event.operation for event in played.events if event.activity is Activity.OTHER}
        assert strange == set()
