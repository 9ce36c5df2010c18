"""``python -m local policies validate``, and what ``diff`` and ``apply`` refuse before they ask anybody."""

import argparse
import json
import os
from pathlib import Path

import pytest

from local.policies.command import add_arguments, run
from local.policies.problem_lines import annotation_of, shown
from shared.policies.errors import Problem

OWN = """\
id: app-from-abroad
kind: event
on: [app.added]
when: {event.country: {in: {list: abroad}}}
tests: [{name: from France, fires: true, event: {activity: app.added, client: {country: FR}}}]
"""


def command(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return run(parser.parse_args(arguments))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A sound folder."""
    for name, text in (
        ("policies/app-from-abroad.yaml", OWN),
        ("lists.yaml", "lists: {abroad: [FR]}\n"),
        ("tunings.yaml", "- {tune: credential-added, severity: low}\n"),
    ):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return tmp_path


def test_a_sound_folder_is_summed_up(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command("validate", str(folder)) == 0
    assert capsys.readouterr().out == "1 policies, 1 tunings, 1 lists, 1 tests: no problems\n"


def test_problems_have_file_line_and_key_for_people_and_programs(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = folder / "policies" / "app-from-abroad.yaml"
    file.write_text(OWN.replace("country: FR", "country: DE").replace("list: abroad", "list: abrod"), encoding="utf-8")
    assert command("validate", str(folder)) == 1
    line = f"{file}:4: app-from-abroad when.event.country.in: unknown list abrod; did you mean abroad?\n"
    assert capsys.readouterr().err == line
    assert command("validate", str(folder), "--json") == 1
    (problem,) = json.loads(capsys.readouterr().out)["problems"]
    assert problem == {
        "file": str(file),
        "line": 4,
        "policyId": "app-from-abroad",
        "key": "when.event.country.in",
        "message": "unknown list abrod; did you mean abroad?",
    }
    assert command("validate", str(folder), "--github") == 1
    assert capsys.readouterr().out.startswith(f"::error file={file},line=4::when.event.country.in: unknown list")


def test_a_test_that_fails_fails_the_folder(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "lists.yaml").write_text("lists: {abroad: [DE]}\n", encoding="utf-8")
    assert command("validate", str(folder)) == 1
    assert 'tests[0]: the test "from France" does not fire, and should' in capsys.readouterr().err


def test_what_stands_in_a_policy_begins_no_command_of_the_pipeline() -> None:
    hostile = Problem("a\n::add-mask::b", (), None, "x,y:z\n::.yaml", 0)
    assert annotation_of(hostile) == "::error file=x%2Cy%3Az%0A%3A%3A.yaml,line=1::a%0A::add-mask::b"


@pytest.mark.parametrize(
    ("line", "printed"),
    [
        ("  ::add-mask::b", "  : :add-mask::b"),
        ("- ##[stop-commands]b", "- ## [stop-commands]b"),
        ("a::b", "a::b"),
    ],
)
def test_a_printed_line_is_no_command_of_the_pipeline(line: str, printed: str) -> None:
    assert shown(line) == printed


def test_a_link_that_leads_out_of_the_folder_is_not_followed(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = tmp_path_factory.mktemp("elsewhere") / "secret.yaml"
    secret.write_text("password: hunter2\n", encoding="utf-8")
    (folder / "link.yaml").symlink_to(secret)
    assert command("validate", str(folder)) == 1
    told = capsys.readouterr().err
    assert "leads out of the folder" in told
    assert "password" not in told


def test_a_pipe_does_not_hold_the_command_up(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo(folder / "pipe.yaml")
    assert command("validate", str(folder)) == 1
    assert "pipe.yaml:1: not an ordinary file" in capsys.readouterr().err


def test_a_file_of_another_encoding_is_told_with_its_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "latin.yaml").write_bytes(b"id: a\ntitle: caf\xe9\n")
    assert command("validate", str(folder)) == 1
    assert "latin.yaml:2: not UTF-8 text" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--json", "--github"])
def test_a_name_that_nothing_can_print_is_written_by_its_numbers(
    folder: Path, capsys: pytest.CaptureFixture[str], option: str
) -> None:
    (folder / os.fsdecode(b"\xff\n.yaml")).write_text("id: a\n", encoding="utf-8")
    assert command("validate", str(folder), option) == 1
    assert "⟨U+DCFF⟩⟨U+000A⟩.yaml" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("service", "token", "reason"),
    [
        ("http://consentry.contoso.example", "t", "must be https"),
        ("consentry.contoso.example", "t", "is an address such as"),
        ("https://consentry.contoso.example/api", "t", "is an address such as"),
        ("https://consentry.contoso.example", "", "give a token"),
        ("https://consentry.contoso.example:port", "t", "is an address such as"),
        ("https://[::1", "t", "is an address such as"),
        ("https://consentry.contoso.example@evil.example", "t", "is an address such as"),
        ("https://consentry.contoso.example", "to\nken", "signs that no token has"),
    ],
)
def test_a_wrong_call_asks_nobody(
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    service: str,
    token: str,
    reason: str,
) -> None:
    monkeypatch.setenv("CONSENTRY_TOKEN", token)
    assert command("diff", str(folder), "--service", service) == 2
    assert reason in capsys.readouterr().err


def test_a_folder_that_is_not_there_is_a_wrong_call(tmp_path: Path) -> None:
    assert command("validate", str(tmp_path / "nowhere")) == 2
