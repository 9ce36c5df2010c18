"""What the page on policies as code shows is what the commands take."""

import argparse
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from local.policies.command import add_arguments, run

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "policies-as-code.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
FILES = [text for kind, text in BLOCKS if kind == "yaml" and re.match(r"# [\w/-]+\.yaml:", text)]
CALL = ".venv/bin/python -m local policies "


def pipeline() -> dict[str, Any]:
    (text,) = [text for kind, text in BLOCKS if kind == "yaml" and text.startswith("name:")]
    read: dict[str, Any] = yaml.safe_load(text)
    return read


def commands() -> list[str]:
    shown = [line.removeprefix("$ ") for kind, text in BLOCKS if kind == "console" for line in text.splitlines()]
    steps = [step["run"] for step in pipeline()["jobs"]["policies"]["steps"] if "run" in step]
    return [line for line in [*shown, *steps] if line.startswith(CALL)]


def parsed(line: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return parser.parse_args(shlex.split(line.removeprefix(CALL)))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder that the page shows."""
    for text in FILES:
        file = tmp_path / text.partition(":")[0].removeprefix("# ")
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return tmp_path


def test_the_folder_of_the_page_is_sound(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for line in commands():
        args = parsed(line)
        if args.action == "validate":
            args.path = folder
            assert run(args) == 0
    assert capsys.readouterr().out == 2 * "1 policies, 2 tunings, 2 lists, 2 tests: no problems\n"


def test_every_command_of_the_page_can_be_called() -> None:
    assert [parsed(line).action for line in commands()] == ["validate", "diff", "apply", "validate", "apply"]


def test_the_pipeline_holds_no_secret_and_applies_from_the_main_branch_only() -> None:
    assert "secrets." not in PAGE
    steps = pipeline()["jobs"]["policies"]["steps"]
    assert all(step["if"] == "github.ref == 'refs/heads/main'" for step in steps if " apply " in step.get("run", ""))
