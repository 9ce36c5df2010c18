"""``python -m local permissions``."""

import json

import pytest

from local.__main__ import main
from shared.domain.permission_table import ROWS

type Listed = list[dict[str, str]]


def listed(capsys: pytest.CaptureFixture[str], *arguments: str) -> Listed:
    assert main(["permissions", *arguments]) == 0
    found: Listed = json.loads(capsys.readouterr().out)
    return found


def test_every_permission_is_printed_once_with_its_reason_and_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    found = listed(capsys)
    assert len(found) == len(ROWS)
    assert {tuple(one) for one in found} == {("api", "name", "type", "privilege", "reason")}
    assert found == sorted(found, key=lambda one: (one["api"].lower(), one["name"].lower(), one["type"]))
    assert {
        "api": "Office 365 Exchange Online",
        "name": "full_access_as_app",
        "type": "application",
        "privilege": "high",
        "reason": "reads, changes and sends all mail in every mailbox",
    } in found


def test_an_api_and_a_privilege_narrow_the_list_together(capsys: pytest.CaptureFixture[str]) -> None:
    found = listed(capsys, "--api", "Office 365 Management APIs", "--privilege", "low")
    assert [(one["name"], one["type"]) for one in found] == [
        ("ServiceHealth.Read", "application"),
        ("ServiceHealth.Read", "delegated"),
    ]


@pytest.mark.parametrize(
    ("option", "value", "known"), [("--api", "Graph of nobody", "Microsoft Graph"), ("--privilege", "enormous", "high")]
)
def test_an_unknown_value_is_refused_by_name_with_those_there_are(
    capsys: pytest.CaptureFixture[str], option: str, value: str, known: str
) -> None:
    with pytest.raises(SystemExit) as refused:
        main(["permissions", option, value])
    assert refused.value.code == 2
    told = capsys.readouterr().err
    assert value in told
    assert known in told
