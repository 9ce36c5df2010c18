"""The examples in the pages work as they stand."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from functions.models.alerts import AlertResource
from local.policies.check import check_folder
from shared.domain.alerts import Alert, Delivery
from shared.domain.app_references import AppReference
from shared.domain.severities import Severity
from shared.outputs.webhook import render, signature_of

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 1, 15, tzinfo=UTC)


def block(page: str, language: str) -> str:
    """The first block of code in this language."""
    found = re.search(rf"^ *```{language}\n(.*?)^ *```$", (ROOT / page).read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert found, f"{page} has no block of {language}"
    return found[1]


def test_the_example_of_a_detection_passes_every_check(tmp_path: Path) -> None:
    text = block("docs/write-a-detection.md", "yaml")
    name = text.partition("\n")[0].removeprefix("id: ")
    (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    report = check_folder(tmp_path)
    assert [problem.text for problem in report.problems] == []
    assert [policy.id for policy in report.policies] == [name]


def test_the_alert_in_the_readme_has_members_that_alerts_have() -> None:
    members = {field.alias or name for name, field in AlertResource.model_fields.items()}
    assert json.loads(block("README.md", "json")).keys() <= members


def test_the_body_of_the_webhook_is_the_one_that_is_sent() -> None:
    alert = Alert(
        id="0-1",
        fingerprint="0",
        episode=1,
        incident_id="0",
        policy_id="policy",
        policy_version=1,
        title="title",
        severity=Severity.HIGH,
        app=AppReference(),
        created_date_time=NOW,
        last_update_date_time=NOW,
    )
    sent = json.loads(render(alert, Delivery(route="webhook", sequence=1, reason="created")))
    shown = json.loads(block("docs/automate.md", "json"))
    assert shown.keys() == sent.keys()
    assert shown["alert"].keys() == sent["alert"].keys()


def test_the_receiver_believes_what_the_service_signs_and_nothing_else() -> None:
    names: dict[str, Any] = {}
    exec(block("docs/automate.md", "python"), names)  # noqa: S102 -- the page's own code is what is tested
    is_genuine: Callable[[bytes, str, str], bool] = names["is_genuine"]
    body, secret = b'{"schema":1}', "sixteen characters"
    assert is_genuine(body, signature_of(body, secret), secret)
    assert not is_genuine(body + b" ", signature_of(body, secret), secret)
    assert not is_genuine(body, signature_of(body, "another secret"), secret)
    assert not is_genuine(body, "", secret)
