"""``python -m local policies``."""

import argparse
from pathlib import Path

import pytest

from local.policies.command import add_arguments, run
from local.policies.files import CATALOGUE
from shared.policies.loader import load_catalogue


def command(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return run(parser.parse_args(arguments))


def test_the_bundled_catalogue_passes_and_is_summed_up_in_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert command("check") == 0
    output = capsys.readouterr()
    assert output.out.startswith(f"{len(load_catalogue())} policies, ")
    assert output.out.count("\n") == 1
    assert output.err == ""


def test_a_problem_names_file_line_and_policy(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "group" / "credential-added.yaml"
    file.parent.mkdir()
    text = (CATALOGUE / "credentials" / "credential-added.yaml").read_text(encoding="utf-8")
    file.write_text(text.replace("event.succeeded", "event.suceeded"), encoding="utf-8")
    line = next(number for number, row in enumerate(text.splitlines(), 1) if row.startswith("when:"))
    assert command("check", str(tmp_path)) == 1
    error = capsys.readouterr().err
    assert error.startswith(f"{file}:{line}: credential-added when.event.suceeded: unknown fact")
    assert "did you mean event.succeeded?" in error


def test_a_test_that_fails_on_records_fails_the_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (CATALOGUE / "credentials" / "credential-added.yaml").read_text(encoding="utf-8")
    file = tmp_path / "credential-added.yaml"
    file.write_text(text.replace("credentialsAdded: [{kind: certificate}]", ""), encoding="utf-8")
    assert command("check", str(file)) == 1
    assert "give credentialsAdded" in capsys.readouterr().err


@pytest.mark.parametrize(("content", "reason"), [(b"\xff\xfe", "not UTF-8 text"), (None, "no policy files")])
def test_what_holds_no_policy_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes | None, reason: str
) -> None:
    if content is not None:
        (tmp_path / "one.yaml").write_bytes(content)
    assert command("check", str(tmp_path)) == 1
    assert reason in capsys.readouterr().err


def test_a_path_that_is_not_there_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command("check", str(tmp_path / "nowhere")) == 1
    assert "no such file" in capsys.readouterr().err


def test_the_list_names_every_detection(capsys: pytest.CaptureFixture[str]) -> None:
    assert command("list") == 0
    output = capsys.readouterr().out
    assert all(policy.id in output for policy in load_catalogue())
