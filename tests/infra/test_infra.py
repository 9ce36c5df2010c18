"""What the Bicep deploys is what the code reads, uses and promises."""

import json
import re
from pathlib import Path
from typing import Any

from shared.domain.roles import APP_ROLES, USERS_ONLY
from shared.domain.streams import STREAMS, Family, Stream
from shared.settings.collection import APP_INFO
from tests.docs.test_settings_documented import names_read

ROOT = Path(__file__).resolve().parents[2]
INFRA = ROOT / "infra"
MODULES = INFRA / "modules"

TRIGGERS = ("http", "queue", "timer")
LOCAL_ONLY = {"DataStorage"}
"""A connection string, which in Azure the addresses and the identity take the place of."""
OF_A_LOCAL_HOST = {"FUNCTIONS_WORKER_RUNTIME", "AzureWebJobsStorage", "AzureWebJobsDisableHomepage"}
OF_THE_PLATFORM = {
    "DataStorage__credential",
    *(f"AzureWebJobsStorage__{name}" for name in ("blobServiceUri", "queueServiceUri", "tableServiceUri")),
    "AzureWebJobsStorage__credential",
    "AzureWebJobsStorage__clientId",
    "APPLICATIONINSIGHTS_CONNECTION_STRING",
    "APPLICATIONINSIGHTS_AUTHENTICATION_STRING",
    "PYTHON_APPLICATIONINSIGHTS_ENABLE_TELEMETRY",
    "OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID",
    "AzureWebJobsDisableHomepage",
}
ROLES = {
    "ba92f5b4-2d11-453d-a403-e96b0029c9fe": "Storage Blob Data Contributor",
    "974c5e8b-45b9-4653-ba55-5f855dd0fb88": "Storage Queue Data Contributor",
    "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3": "Storage Table Data Contributor",
    "b7e6dc6d-f1e8-4753-8033-0f276bb0955b": "Storage Blob Data Owner",
    "3913510d-42f4-4e42-8a64-420c390055eb": "Monitoring Metrics Publisher",
    "4633458b-17de-408a-b874-0445c86b69e6": "Key Vault Secrets User",
}


def bicep(name: str) -> str:
    return (MODULES / name).read_text(encoding="utf-8")


def everything() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(INFRA.rglob("*.bicep")))


def settings_deployed() -> set[str]:
    text = bicep("consentry.bicep") + bicep("function-app.bicep") + bicep("vault.bicep")
    return set(re.findall(r"^\s+([A-Z][A-Z_]{3,}|[A-Z]\w+__\w+|AzureWebJobs\w+):", text, re.MULTILINE))


def settings_read() -> set[str]:
    return {name for name in names_read() if not name.startswith("WEBSITE_")}


def test_every_setting_that_is_read_is_deployed_and_no_other() -> None:
    assert settings_deployed() - OF_THE_PLATFORM == settings_read() - LOCAL_ONLY
    assert settings_deployed() >= OF_THE_PLATFORM


def test_the_sample_holds_every_setting_of_a_local_run_and_no_other() -> None:
    sample = json.loads((ROOT / "local.settings.sample.json").read_text(encoding="utf-8"))["Values"]
    in_azure_only = {name for name in settings_read() if name.startswith("DataStorage__")}
    assert (
        set(sample) - {"FUNCTIONS_WORKER_RUNTIME", "AzureWebJobsStorage", "AzureWebJobsDisableHomepage"}
        == settings_read() - in_azure_only
    )


def test_each_app_runs_its_part_of_the_functions_and_the_remediator_has_no_inbound_http() -> None:
    parts = json.loads((INFRA / "functions.json").read_text(encoding="utf-8"))
    written = {path.stem for kind in TRIGGERS for path in (ROOT / "functions").glob(f"{kind}_*.py")}
    assert set(parts["core"]) | set(parts["remediator"]) == written
    assert parts["remediator"] == ["queue_remediate"]
    assert not set(parts["core"]) & set(parts["remediator"])


def test_no_key_or_connection_string_is_in_it_and_accounts_take_none() -> None:
    text = everything()
    assert not re.search(r"listKeys|AccountKey|listAccountSas|primaryKey|SharedAccessKey", text)
    assert "allowSharedKeyAccess: false" in text
    assert "DisableLocalAuth: true" in text
    assert re.findall(r"allow: (\w+)", bicep("function-app.bicep")) == ["false"]


def test_every_role_is_named_and_of_the_least_kind() -> None:
    text = everything()
    ids = re.findall(r"'([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})' // (.+)", text)
    assert dict(ids) == ROLES
    assert "'*'" not in text


def test_the_registration_defines_the_app_roles_of_the_api() -> None:
    defined = dict(re.findall(r"value: '([\w.]+)', title: '[^']+', members: \[([^\]]+)\]", bicep("registration.bicep")))
    assert set(defined) == set(APP_ROLES)
    assert {role for role, members in defined.items() if "Application" not in members} == set(USERS_ONLY)
    assert "groupMembershipClaims: 'DirectoryRole'" in bicep("registration.bicep")


def test_the_runtime_is_the_python_of_the_project() -> None:
    declared = re.search(r'requires-python = ">=(3\.\d+)', (ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    deployed = re.search(r"name: 'python', version: '([\d.]+)'", bicep("function-app.bicep"))
    assert declared is not None
    assert deployed is not None
    assert deployed[1] == declared[1]


def test_python_gets_more_than_one_request_at_a_time() -> None:
    assert "perInstanceConcurrency: 16" in bicep("function-app.bicep")


def test_template_and_script_grant_the_same_graph_permissions() -> None:
    text = bicep("graph-permissions.bicep")
    reader, remediator = text.partition("var remediatorPermissions")[::2]
    pattern = r"name: '([\w.]+)', id: '([0-9a-f-]+)'"
    script = (INFRA / "grant-graph-permissions.sh").read_text(encoding="utf-8")
    for identity, part in (("reader", reader), ("remediator", remediator)):
        granted = re.findall(rf'^grant "\${identity}" ([0-9a-f-]+) ([\w.]+)$', script, re.MULTILINE)
        assert [(role, name) for name, role in re.findall(pattern, part)] == granted


def by_source() -> dict[str, Any]:
    return dict(json.loads((INFRA / "sources.json").read_text(encoding="utf-8")))


def test_the_script_grants_what_the_template_grants_for_each_source() -> None:
    script = (INFRA / "grant-graph-permissions.sh").read_text(encoding="utf-8")
    blocks = re.findall(r"^if any ([\w ]+); then\n(.*?)^fi", script, re.MULTILINE | re.DOTALL)
    granted = {
        (name, role): set(sources.split())
        for sources, block in blocks
        for role, name in re.findall(r'grant "\$reader" ([0-9a-f-]+) ([\w.]+)', block)
    }
    told = by_source()
    wanted = [*told["graphPermissions"], *told["officePermissions"]]
    assert granted == {(one["name"], one["id"]): set(one["sources"]) for one in wanted}


def test_each_source_is_read_by_one_timer_that_runs_where_it_is_on() -> None:
    timers = by_source()["timers"]
    of_reports = {stream for stream, facts in STREAMS.items() if facts.family is Family.REPORTS}
    named = [name for names in timers.values() for name in names]
    assert sorted(named) == sorted({*Stream, APP_INFO} - of_reports)
    for names in timers.values():
        assert len({STREAMS[Stream(name)].family for name in names if name != APP_INFO}) == 1
    assert set(timers) <= set(json.loads((INFRA / "functions.json").read_text(encoding="utf-8"))["core"])


def test_each_source_has_its_page() -> None:
    index = (ROOT / "docs" / "sources" / "README.md").read_text(encoding="utf-8")
    for name in {*Stream, APP_INFO}:
        found = re.search(rf"^\| \[[^\]]*`{name}`[^\]]*\]\(([\w-]+\.md)\)", index, re.MULTILINE)
        assert found is not None, name
        assert f"`{name}`" in (ROOT / "docs" / "sources" / found[1]).read_text(encoding="utf-8")
