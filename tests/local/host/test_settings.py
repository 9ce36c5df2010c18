"""App settings and host.json."""

import json
import logging
from datetime import timedelta
from pathlib import Path

import pytest

from local.host.environment import prepare_environment
from local.host.errors import HostError
from local.host.host_json import read_host_json
from local.host.settings import connection_string, is_disabled, resolve

ROOT = Path(__file__).resolve().parents[3]
ADDRESS = "http://127.0.0.1:7071"


def write(file: Path, document: object) -> Path:
    file.write_text(json.dumps(document))
    return file


def test_settings_fill_the_environment_only_where_it_is_unset(tmp_path: Path) -> None:
    environment = {"A": "from the shell"}
    file = write(tmp_path / "s.json", {"IsEncrypted": False, "Values": {"A": "from the file", "B": "b"}})
    prepare_environment(environment, file, ADDRESS)
    assert environment["A"] == "from the shell"
    assert environment["B"] == "b"


def test_the_platform_tells_the_app_who_and_where_it_is() -> None:
    environment = {"TENANT_ID": "of the simulator", "WEBSITE_AUTH_ENABLED": "False"}
    prepare_environment(environment, None, ADDRESS)
    assert environment["AUTHORITY"] == f"{ADDRESS}/.local"
    assert environment["WEBSITE_HOSTNAME"] == "127.0.0.1:7071"
    assert environment["TENANT_ID"] == "of the simulator"
    assert environment["WEBSITE_AUTH_ENABLED"] == "False"


@pytest.mark.parametrize(
    "document", ["no json", {"Values": []}, {"Values": {"A": 1}}, {"IsEncrypted": True, "Values": {"A": "x"}}, []]
)
def test_settings_that_cannot_be_used_are_refused(tmp_path: Path, document: object) -> None:
    file = tmp_path / "s.json"
    file.write_text(document if isinstance(document, str) else json.dumps(document))
    with pytest.raises(HostError, match=r"s\.json"):
        prepare_environment({}, file, ADDRESS)


def test_development_storage_is_written_out() -> None:
    environment = {"AzureWebJobsStorage": "UseDevelopmentStorage=true"}
    prepare_environment(environment, None, ADDRESS)
    assert "QueueEndpoint=http://127.0.0.1:10001/devstoreaccount1;" in environment["AzureWebJobsStorage"]


def test_references_to_settings_are_resolved() -> None:
    assert resolve("%STEM%-of-%WHOM%", {"STEM": "queue", "WHOM": "all"}) == "queue-of-all"
    assert resolve("100%", {}) == "100%"
    with pytest.raises(HostError, match="%ABSENT% does not resolve"):
        resolve("%ABSENT%", {})


def test_a_connection_may_be_named_without_its_prefix() -> None:
    environment = {"AzureWebJobsStorage": "one", "AzureWebJobsOther": "two", "Third": "three"}
    found = [connection_string(name, environment) for name in ("AzureWebJobsStorage", "Other", "Third")]
    assert found == ["one", "two", "three"]
    with pytest.raises(HostError, match="Fourth"):
        connection_string("Fourth", environment)


@pytest.mark.parametrize(
    ("name", "value", "disabled"),
    [
        ("AzureWebJobs.tick.Disabled", "true", True),
        ("AzureWebJobs.tick.Disabled", "1", True),
        ("AzureWebJobs_tick_Disabled", "True", True),
        ("AzureWebJobs.tick.Disabled", "false", False),
        ("AzureWebJobs.tock.Disabled", "true", False),
    ],
)
def test_a_function_is_off_where_its_switch_says_so(name: str, value: str, disabled: bool) -> None:
    assert is_disabled("tick", {name: value}) is disabled


def test_host_json_without_settings_has_the_defaults_of_the_platform(tmp_path: Path) -> None:
    read = read_host_json(write(tmp_path / "host.json", {"version": "2.0"}), {})
    assert read.route_prefix == "api"
    assert (read.queues.batch_size, read.queues.new_batch_threshold) == (16, 8)
    assert read.queues.max_dequeue_count == 5
    assert read.queues.visibility_timeout == timedelta()
    assert read.queues.max_polling_interval == timedelta(minutes=1)
    assert read.queues.encoding == "base64"


def test_a_setting_overrides_host_json(tmp_path: Path) -> None:
    file = write(tmp_path / "host.json", {"version": "2.0", "extensions": {"queues": {"batchSize": 4}}})
    environment = {
        "AzureFunctionsJobHost__extensions__queues__batchSize": "7",
        "AzureFunctionsJobHost__logging__logLevel__default": "Warning",
    }
    read = read_host_json(file, environment)
    assert (read.queues.batch_size, read.queues.new_batch_threshold) == (7, 3)
    assert read.log_level == logging.WARNING


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"version": "1.0"},
        {"version": "2.0", "extensions": {"queues": {"batchSize": 33}}},
        {"version": "2.0", "extensions": {"queues": {"maxDequeueCount": 0}}},
        {"version": "2.0", "extensions": {"queues": {"visibilityTimeout": "24:00:00"}}},
        {"version": "2.0", "extensions": {"queues": {"messageEncoding": "utf-7"}}},
        {"version": "2.0", "logging": {"logLevel": {"default": "Loud"}}},
        {"version": "2.0", "functionTimeout": "soon"},
    ],
)
def test_a_host_json_that_the_platform_would_refuse_is_refused(tmp_path: Path, document: object) -> None:
    with pytest.raises(HostError, match=r"host\.json"):
        read_host_json(write(tmp_path / "host.json", document), {})


def test_the_host_json_of_this_project_can_be_read() -> None:
    read = read_host_json(ROOT / "host.json", {})
    assert read.route_prefix == ""
    assert read.queues.visibility_timeout == timedelta(seconds=30)
    assert read.function_timeout == timedelta(minutes=10)


def test_the_sample_settings_of_this_project_can_be_loaded() -> None:
    environment: dict[str, str] = {}
    prepare_environment(environment, ROOT / "local.settings.sample.json", ADDRESS)
    assert environment["FUNCTIONS_WORKER_RUNTIME"] == "python"
