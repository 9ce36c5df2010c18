"""``python -m local policies diff|apply`` against a running service, as the pipeline of a customer calls it."""

import argparse
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from local.policies.command import add_arguments, run
from tests.functions.api import Api

OWN = "id: commanded-policy\nkind: event\non: [app.added]\nalert: {severity: low}\n"

type Command = Callable[..., int]


@pytest.fixture
def command(api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Runs the command on the folder of the test, with the token where a pipeline has it."""
    monkeypatch.setenv("CONSENTRY_TOKEN", api.host.token("security-administrator"))

    def call(action: str, *options: str) -> int:
        parser = argparse.ArgumentParser()
        add_arguments(parser)
        return run(parser.parse_args([action, str(tmp_path), "--service", api.host.address, *options]))

    return call


def test_a_folder_is_compared_applied_and_then_the_same(
    command: Command, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "own.yaml").write_text(OWN, encoding="utf-8")
    assert command("diff") == 1
    assert "created policy commanded-policy\n" in capsys.readouterr().out
    assert command("apply", "--reason", "Change 4711") == 0
    assert "created policy commanded-policy, applied\n" in capsys.readouterr().out
    assert command("diff") == 0
    assert capsys.readouterr().out == ""


def test_what_a_person_changed_is_left_alone_and_told(
    api: Api, command: Command, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = OWN.replace("commanded", "switched")
    (tmp_path / "own.yaml").write_text(text, encoding="utf-8")
    assert command("apply") == 0
    assert api.send_json("POST", "/api/policies/switched-policy/deactivate", {}).status == 200
    capsys.readouterr()
    assert command("apply") == 1
    assert "left alone, deactivated by" in capsys.readouterr().out
    assert command("apply", "--force", "--json") == 0
    (change,) = json.loads(capsys.readouterr().out)["changes"]
    assert (change["change"], change["isApplied"], change["keys"]) == ("updated", True, ["state"])


def test_problems_that_only_the_service_sees_have_their_place(
    command: Command, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "own.yaml").write_text(f"{OWN}actions: [{{do: notify, route: nowhere}}]\n", encoding="utf-8")
    assert command("diff", "--github") == 1
    assert "own.yaml,line=5::actions[0].route: unknown route nowhere" in capsys.readouterr().out
    assert command("apply") == 1
    assert "own.yaml:5: commanded-policy actions[0].route: unknown route" in capsys.readouterr().err


def test_a_token_that_the_service_refuses_is_a_wrong_call(
    command: Command, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "own.yaml").write_text(OWN, encoding="utf-8")
    assert command("diff", "--token", "secret-of-another") == 2
    told = capsys.readouterr()
    assert "the service answers 401" in told.err
    assert "secret-of-another" not in told.out + told.err
