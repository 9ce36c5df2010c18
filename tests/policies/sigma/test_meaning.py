"""Converted rules fire on the same records as the rules themselves, judged by a plain reading of Sigma."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
import yaml

from shared.domain.policy_book import PolicyBody
from shared.policies.loader import parse_policy
from shared.policies.ruleset import RuleSet, compile_policies
from shared.policies.sigma import converted
from shared.sources.records import read_record
from tests.policies.sigma.plain_sigma import Detection, fires
from tests.policies.sigma.records import Json, audits, sign_ins

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
FOLDER = Path(__file__).parent
AUDITS, SIGN_INS = list(audits()), list(sign_ins())


def rules(name: str) -> list[tuple[str, Detection]]:
    text = (FOLDER / name).read_text(encoding="utf-8")
    return [(rule["title"], rule["detection"]) for rule in yaml.safe_load_all(text)]


@cache
def policies_of(name: str) -> list[PolicyBody]:
    policies, problems = converted(name, (FOLDER / name).read_text(encoding="utf-8"))
    assert not problems
    return policies


def rule_set(name: str, title: str) -> RuleSet:
    return compile_policies([parse_policy(one) for one in policies_of(name) if one["title"] == title])


def agreed(name: str, title: str, detection: Detection, records: list[tuple[Json, Json]]) -> set[bool]:
    """The answers, on which both agree for every record."""
    judges = rule_set(name, title)
    answers = set()
    for record, flat in records:
        judged = [judges.judge_event(event, None, NOW) for event in read_record(record)]
        expected = fires(detection, flat)
        assert any(one.findings for one in judged) is expected, flat
        assert not any(one.not_evaluated for one in judged)
        answers.add(expected)
    return answers


@pytest.mark.parametrize(("title", "detection"), rules("audits.yml"))
def test_a_rule_on_audits_means_the_same(title: str, detection: Detection) -> None:
    assert agreed("audits.yml", title, detection, AUDITS) == {True, False}


@pytest.mark.parametrize(("title", "detection"), rules("sign_ins.yml"))
def test_a_rule_on_sign_ins_means_the_same(title: str, detection: Detection) -> None:
    assert agreed("sign_ins.yml", title, detection, SIGN_INS) == {True, False}


def test_more_than_forty_rules_are_compared() -> None:
    assert len([*rules("audits.yml"), *rules("sign_ins.yml")]) > 40
