"""The bench's policies beyond those of its workload."""

from local.bench.translate import app_policy
from local.bench.variations import name_of_app, varied
from tests.local.tiny_workload import policies


def test_variations_differ_in_id_and_condition_and_repeat_nothing() -> None:
    found = [app_policy(rule) for rule in varied(policies(), 4, name_of_app)]
    assert len({str(policy["id"]) for policy in found}) == 4
    assert len({str(policy["when"]) for policy in found}) == 4


def test_without_a_count_the_rules_stay_as_they_are() -> None:
    assert varied(policies(), None, name_of_app) == policies()
