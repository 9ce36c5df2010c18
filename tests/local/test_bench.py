"""The bench on a workload of a few documents."""

import argparse
from pathlib import Path

import pytest

from local.bench.command import add_arguments, run
from local.bench.translate import event_policy
from local.bench.workload import Workload

WORKLOAD = Path(__file__).with_name("tiny_workload.py")


def bench(*words: str) -> int:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return run(parser.parse_args(words))


def test_the_bench_prints_speed_hits_and_that_the_interpreter_agrees(
    capsys: pytest.CaptureFixture[str],
) -> None:
    # Too few documents to be as fast as recorded, perhaps: the exit code is not judged here.
    bench("--only", "engine", "--workload", str(WORKLOAD), "--apps", "10", "--events", "30")
    printed = capsys.readouterr().out
    assert "10 documents of 1 rules, 50.00 % of the pairs" in printed
    assert "30 documents of 2 rules, 16.67 % of the pairs and 33.3 % of the documents hit" in printed
    assert "hits of 30 documents equal the interpreter's" in printed


def test_a_missing_workload_is_said_plainly(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert bench("--workload", str(tmp_path / "gone.py")) == 2
    assert "there is no workload at" in capsys.readouterr().err


def test_what_a_rule_asks_of_the_activity_becomes_on() -> None:
    workload = Workload(WORKLOAD)
    translated = [event_policy(rule, workload.activities) for rule in workload.event_rules]
    assert translated[0]["on"] == ["Consent to application"]
    assert translated[0]["when"] == {"all": [{"event.mods": {"contains": "mail.read"}}]}
    assert translated[1]["on"] == ["signIn"]
