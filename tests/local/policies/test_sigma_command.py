"""``python -m local policies sigma``."""

from pathlib import Path

import pytest

from shared.policies.loader import load_policies
from tests.local.policies.test_command import command

GOOD = """
title: Owner added
logsource: {product: azure, service: auditlogs}
detection: {s: {operationName: Add owner to application}, condition: s}
"""
BAD = GOOD.replace("operationName", "LoggedByService")


def test_what_is_converted_is_written_and_what_is_refused_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "owner.yml").write_text(f"{GOOD}---{BAD}", encoding="utf-8")
    assert command("sigma", str(tmp_path / "rules"), "--output", str(tmp_path / "out")) == 1
    told = capsys.readouterr()
    assert told.out.endswith("1 converted, 1 refused\n")
    assert "owner.yml:8" in told.err
    assert "LoggedByService" in told.err
    (file,) = (tmp_path / "out").iterdir()
    (policy,) = load_policies(file)
    assert file.name == f"{policy.id}.yaml"


def test_all_converted_is_no_failure_and_no_path_a_wrong_call(tmp_path: Path) -> None:
    (tmp_path / "owner.yml").write_text(GOOD, encoding="utf-8")
    assert command("sigma", str(tmp_path)) == 0
    assert command("sigma", str(tmp_path / "nowhere")) == 2
