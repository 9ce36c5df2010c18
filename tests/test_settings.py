"""Wrong settings stop the start, each with its name and a valid example."""

import pytest

from shared.domain.errors import Misconfigured
from shared.domain.severities import Severity
from shared.domain.streams import STREAMS, Stream
from shared.settings import read_settings

VALID = {
    "DataStorage": "UseDevelopmentStorage=true",
    "TENANT_ID": "11111111-1111-4111-8111-111111111111",
    "API_CLIENT_ID": "22222222-2222-4222-8222-222222222222",
}


def test_the_least_settings_are_enough_and_closed() -> None:
    settings = read_settings(VALID)
    assert settings.authentication_enabled is False
    assert settings.webhook is None
    assert settings.authority == "https://login.microsoftonline.com"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TENANT_ID", "contoso"),
        ("API_CLIENT_ID", ""),
        ("AUTHORITY", "http://login.example.com"),
        ("AUTHORITY", "https://user@login.example.com"),
        ("ALLOWED_CLIENT_IDS", "one,two"),
        ("DataStorage", ""),
        ("DataStorage", "not a connection string"),
        ("DataStorage", "AccountName=contoso"),
        ("DataStorage", "AccountName=contoso;AccountKey=not base64;EndpointSuffix=core.windows.net"),
        ("DataStorage", "AccountName=contoso;AccountKey=Yg==;and something else"),
        ("DataStorage", "TableEndpoint=https://contoso.table.example;SharedAccessSignature=sv=1"),
        ("WEBHOOK_URL", "ftp://hooks.example.com"),
        ("WEBHOOK_URL", "https://hooks..example.com"),
        ("WEBHOOK_URL", f"https://{'a' * 64}.example.com"),
        ("WEBHOOK_URL", "https://hooks example.com"),
        ("WEBHOOK_SECRET", "short"),
        ("WEBHOOK_MINIMUM_SEVERITY", "severe"),
    ],
)
def test_a_wrong_setting_is_named_with_an_example(name: str, value: str) -> None:
    with pytest.raises(Misconfigured, match=rf"{name} .*example: "):
        read_settings({**VALID, name: value})


def test_all_that_is_wrong_is_told_at_once_and_no_value_is_repeated() -> None:
    with pytest.raises(Misconfigured) as wrong:
        read_settings({**VALID, "TENANT_ID": "hush", "WEBHOOK_URL": "https://hooks.example.com?sig=hush"})
    assert len(str(wrong.value).splitlines()) == 2
    assert "hush" not in str(wrong.value)


@pytest.mark.parametrize("url", ["https://[::1hush", "https://hush\u2100.example.com/alerts"])
def test_an_address_that_cannot_even_be_taken_apart_is_named_and_not_repeated(url: str) -> None:
    with pytest.raises(Misconfigured, match="WEBHOOK_URL is not valid") as wrong:
        read_settings({**VALID, "WEBHOOK_URL": url, "WEBHOOK_ALLOWED_HOSTS": "hooks.example.com"})
    assert "hush" not in str(wrong.value)


@pytest.mark.parametrize(
    "text",
    [
        "DefaultEndpointsProtocol=https;AccountName=contoso;AccountKey=Yg==;EndpointSuffix=core.windows.net;",
        "BlobEndpoint=https://b.example;QueueEndpoint=https://q.example;TableEndpoint=https://t.example;SharedAccessSignature=x",
    ],
)
def test_a_connection_string_has_a_key_or_all_addresses_and_a_signature(text: str) -> None:
    assert read_settings({**VALID, "DataStorage": text}).storage.connection_string == text


def test_the_three_addresses_of_a_storage_account_do_as_well() -> None:
    addresses = {f"DataStorage__{kind}ServiceUri": f"https://x.{kind}.example" for kind in ("table", "queue", "blob")}
    settings = read_settings({**VALID, "DataStorage": "", **addresses})
    assert settings.storage.table_service_uri == "https://x.table.example"


def test_a_webhook_needs_its_host_on_the_list() -> None:
    hook = {"WEBHOOK_URL": "https://hooks.example.com/x", "WEBHOOK_MINIMUM_SEVERITY": "high"}
    with pytest.raises(Misconfigured, match="WEBHOOK_ALLOWED_HOSTS"):
        read_settings({**VALID, **hook})
    webhook = read_settings({**VALID, **hook, "WEBHOOK_ALLOWED_HOSTS": "Hooks.example.com"}).webhook
    assert webhook is not None
    assert webhook.minimum_severity is Severity.HIGH


def test_by_default_audits_and_what_apps_sign_in_with_are_read() -> None:
    found = read_settings(VALID).collection.streams
    assert found == {
        Stream.DIRECTORY_AUDITS,
        Stream.SERVICE_PRINCIPAL_SIGN_INS,
        Stream.MANAGED_IDENTITY_SIGN_INS,
    }


def test_sources_are_spelled_as_they_are_named_and_audits_are_among_them() -> None:
    collection = read_settings({**VALID, "SOURCES": "exchangeAudits, oauthAppInfo"}).collection
    assert collection.streams == {Stream.DIRECTORY_AUDITS, Stream.EXCHANGE_AUDITS}
    assert collection.app_info


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"SOURCES": "signIns"}, "SOURCES is not valid"),
        ({"SOURCES": "GraphActivity"}, "SOURCES is not valid"),
        (
            {"SOURCES": "graphActivity,graphActivityLogs"},
            "SOURCES must not hold both graphActivity and graphActivityLogs",
        ),
        ({"SOURCES": "auditSearch,exchangeAudits"}, "SOURCES must not hold both auditSearch and exchangeAudits"),
        ({"SOURCES": "graphActivityLogs"}, "LOG_ANALYTICS_WORKSPACE_ID is missing"),
        ({"SOURCES": "azureActivity"}, "AZURE_SUBSCRIPTION_IDS is missing"),
        ({"ARCHIVE_DAYS": "6"}, "ARCHIVE_DAYS"),
        ({"OFFICE_ENDPOINT": "http://manage.contoso.example"}, "OFFICE_ENDPOINT"),
    ],
)
def test_sources_that_cannot_be_read_so_stop_the_start(values: dict[str, str], told: str) -> None:
    with pytest.raises(Misconfigured, match=told):
        read_settings({**VALID, **values})


def test_every_source_that_excludes_another_is_excluded_by_it() -> None:
    pairs = {(stream, other) for stream, facts in STREAMS.items() for other in facts.excludes}
    assert pairs == {(other, stream) for stream, other in pairs}
    assert STREAMS.keys() == {*Stream}
