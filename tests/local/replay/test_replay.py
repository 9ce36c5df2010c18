"""A replay of exported logs: once run as a person runs it and held to the service's own alerts."""

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from local.__main__ import main
from local.records.directory_audits import as_directory_audit
from local.records.log_analytics import as_log_analytics
from local.records.unified_audit_log import as_unified_audit
from shared.domain.alert_queries import AlertQuery
from shared.domain.app_references import AppReference
from shared.domain.events import CredentialKind, EventCredential
from shared.pipeline.collection.ingest import ingest
from tests.domain.findings import event
from tests.pipeline.conftest import Start, start  # noqa: F401 -- pytest finds the fixture by its name here
from tests.pipeline.worker import NOW, work
from tests.recording import RECORDING, SOURCE, recorded

ROOT = Path(__file__).parents[3]
APP_ID, OBJECT_ID = "5f0c1f0e-5d3c-4f4e-9d61-0c6a3f6f1c11", "8b3a2b34-3d6e-4a55-8a8e-5b8f3c2d7e22"


@dataclass(frozen=True)
class Done:
    """What the command ended with and said."""

    returncode: int
    stdout: str
    stderr: str


type Command = Callable[..., Done]


def replay_as_a_person(*arguments: str | Path) -> Done:
    command = [sys.executable, "-m", "local", "replay", *map(str, arguments)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    return Done(ended.returncode, ended.stdout, ended.stderr)


@pytest.fixture
def replay(capsys: pytest.CaptureFixture[str]) -> Command:
    """The same command in this process, which has imported all that it needs."""

    def run(*arguments: str | Path) -> Done:
        try:
            code: object = main(["replay", *map(str, arguments)])
        except SystemExit as ended:
            code = ended.code
        assert isinstance(code, int)
        said = capsys.readouterr()
        return Done(code, said.out, said.err)

    return run


def alerts_of(command: Command, tmp_path: Path, *arguments: str | Path) -> list[dict[str, Any]]:
    output = tmp_path / "alerts.ndjson"
    done = command(*arguments, "--output", output)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in output.read_text().splitlines()]


def written(path: Path, records: Sequence[object]) -> Path:
    path.write_text("\n".join(map(json.dumps, records)))
    return path


async def test_a_replay_raises_the_same_alerts_as_the_service(
    tmp_path: Path,
    start: Start,  # noqa: F811 -- the fixture
    unique: Callable[[str], str],
) -> None:
    application = start(unique("r"))
    for lines in recorded():
        await ingest(application.services, SOURCE, lines, NOW)
    await work(application)
    page = await application.services.alert_list.page(AlertQuery(), 200, None)
    expected = {(one.alert.id, one.alert.title, one.alert.app.app_id, one.alert.evidence_count) for one in page.alerts}
    told = alerts_of(replay_as_a_person, tmp_path, RECORDING)
    assert {(one["id"], one["title"], one["appId"], one["evidenceCount"]) for one in told} == expected
    assert all(len(one["evidence"]) == one["evidenceCount"] for one in told)


def test_one_fact_in_three_forms_and_twice_over_is_one_alert(replay: Command, tmp_path: Path) -> None:
    added = _secret_added("0001")
    forms = [as_directory_audit(added), as_log_analytics(added), as_unified_audit(added), as_directory_audit(added)]
    alerts = alerts_of(replay, tmp_path, written(tmp_path / "mixed.jsonl", forms))
    assert [alert["policyId"] for alert in alerts] == ["credential-added"]


def test_evidence_names_the_record_by_its_own_id(replay: Command, tmp_path: Path) -> None:
    record = as_directory_audit(_secret_added("0001"))
    [alert] = alerts_of(replay, tmp_path, written(tmp_path / "one.jsonl", [record]))
    assert [item["eventId"] for item in alert["evidence"]] == [record["id"]]


def test_an_identity_that_nothing_settles_is_unresolved_and_names_the_object(replay: Command, tmp_path: Path) -> None:
    path = written(tmp_path / "one.jsonl", [as_directory_audit(_secret_added("0001"))])
    [alert] = alerts_of(replay, tmp_path, path)
    assert (alert["appId"], alert["identity"], alert["applicationObjectId"]) == (None, "unresolved", OBJECT_ID)
    table = replay(path).stdout
    assert "(identity unresolved; object" in table
    assert OBJECT_ID in table


def test_a_join_by_name_is_marked_as_a_guess(replay: Command, tmp_path: Path) -> None:
    [alert] = alerts_of(replay, tmp_path, written(tmp_path / "two.jsonl", [*_namesakes(1), _audit("0001")]))
    assert (alert["appId"], alert["identity"]) == ("00000000-0000-4000-8000-000000000001", "byName")


def test_a_name_that_two_apps_bear_joins_nothing(replay: Command, tmp_path: Path) -> None:
    [alert] = alerts_of(replay, tmp_path, written(tmp_path / "three.jsonl", [*_namesakes(2), _audit("0001")]))
    assert (alert["appId"], alert["identity"]) == (None, "unresolved")


def test_an_inventory_settles_identities_and_is_judged_itself(replay: Command, tmp_path: Path) -> None:
    inventory = tmp_path / "inventory.json"
    registration = {"@odata.type": "#microsoft.graph.application", "id": OBJECT_ID, "appId": APP_ID, "displayName": "X"}
    inventory.write_text(json.dumps({"value": [registration]}))
    audits = written(tmp_path / "one.jsonl", [_audit("0001")])
    [alert] = alerts_of(replay, tmp_path, audits, "--inventory", inventory)
    assert (alert["appId"], alert["identity"]) == (APP_ID, "resolved")


def test_an_inventory_object_that_cannot_be_read_is_named_and_the_others_count(replay: Command, tmp_path: Path) -> None:
    registration = {"@odata.type": "#microsoft.graph.application", "id": OBJECT_ID, "appId": APP_ID, "displayName": "X"}
    broken = [
        {"id": "group", "displayName": "G"},
        registration | {"appId": "x"},
        registration | {"createdDateTime": "?"},
    ]
    inventory = written(tmp_path / "inventory.jsonl", [*broken, registration])
    output = tmp_path / "alerts.ndjson"
    audits = written(tmp_path / "one.jsonl", [_audit("0001")])
    done = replay(audits, "--inventory", inventory, "--output", output)
    assert done.returncode == 0, done.stderr
    assert [line.split(": ")[0].rpartition(":")[2] for line in done.stderr.splitlines()] == ["1", "2", "3"]
    assert json.loads(output.read_text())["appId"] == APP_ID


def test_an_app_whose_permissions_were_not_exported_is_not_evaluated_and_never_silent(
    replay: Command, tmp_path: Path
) -> None:
    principal = {
        "id": OBJECT_ID,
        "appId": APP_ID,
        "accountEnabled": True,
        "servicePrincipalType": "Application",
        "appOwnerOrganizationId": "00000000-0000-4000-8000-000000000009",
        "verifiedPublisher": None,
    }
    inventory = written(tmp_path / "inventory.jsonl", [principal])
    tenant = "00000000-0000-4000-8000-000000000001"
    done = replay(written(tmp_path / "none.jsonl", []), "--inventory", inventory, "--tenant", tenant)
    assert "not evaluated 1 times: unverified-privileged-external-app (unknown: app.privilege)" in done.stdout


def test_a_tenant_that_is_no_guid_is_refused_by_name(replay: Command, tmp_path: Path) -> None:
    done = replay(written(tmp_path / "none.jsonl", []), "--tenant", "contoso.onmicrosoft.com")
    assert done.returncode == 2
    assert "--tenant: 'contoso.onmicrosoft.com' is no GUID" in done.stderr


def test_malformed_records_are_named_and_counted_and_all_can_be_listed(replay: Command, tmp_path: Path) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text('{"a": 1}\n' * 30 + "{broken\n")
    rejects = tmp_path / "rejects.txt"
    done = replay(path, "--rejects", rejects)
    assert done.returncode == 0
    assert f"skipped {path}:1: " in done.stderr
    assert "and 11 more" in done.stderr
    assert len(rejects.read_text().splitlines()) == 31
    assert "31 malformed" in " ".join(done.stdout.split())


@pytest.mark.parametrize(
    ("arguments", "said"), [(["no-such-file"], "no such file or folder: no-such-file"), ([], "required: PATH")]
)
def test_a_wrong_call_ends_with_two_and_says_why(replay: Command, arguments: list[str], said: str) -> None:
    done = replay(*arguments)
    assert done.returncode == 2
    assert said in done.stderr


def test_control_characters_of_a_name_never_reach_the_screen(replay: Command, tmp_path: Path) -> None:
    record = as_directory_audit(_secret_added("0001", name="Payroll\x1b[2J\u202egnp"))
    done = replay(written(tmp_path / "one.jsonl", [record]))
    assert "\x1b[2J" not in done.stdout
    assert "⟨U+202E⟩" in done.stdout


def _secret_added(number: str, name: str = "Payroll Sync") -> Any:
    app = AppReference(application_object_id=OBJECT_ID, display_name=name)
    key = EventCredential(key_id=f"11111111-1111-4111-8111-11111111{number}", kind=CredentialKind.SECRET)
    return structs.replace(event(f"Directory_{number}", of=app), credentials_added=(key,))


def _audit(number: str) -> dict[str, object]:
    return as_directory_audit(_secret_added(number))


def _namesakes(count: int) -> list[dict[str, object]]:
    """Sign-ins of apps that all bear the name of the one whose secret was added."""
    return [
        {
            "id": f"sign-in-{number}",
            "createdDateTime": "2026-03-02T09:00:00Z",
            "appId": f"00000000-0000-4000-8000-{number:012}",
            "appDisplayName": "Payroll Sync",
            "status": {"errorCode": 0},
            "isInteractive": True,
            "clientAppUsed": "Browser",
        }
        for number in range(1, count + 1)
    ]
