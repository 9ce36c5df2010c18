"""Calls of Microsoft Graph, as hunting and Log Analytics tell of them, and the templates of their paths."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.activities import Activity
from shared.domain.events import Actor, ActorKind, Event, Service, Source
from shared.domain.known import UNKNOWN
from shared.sources.errors import RecordError
from shared.sources.records import read_record
from shared.sources.request_paths import service_of, template, user_in

APP = "8a18aa92-0000-4000-8000-000000000001"
PRINCIPAL = "8a18aa92-0000-4000-8000-000000000002"
USER = "8a18aa92-0000-4000-8000-000000000003"
CALL = "8a18aa92-0000-4000-8000-000000000004"
AT = datetime(2026, 3, 2, 8, 0, 0, 123456, UTC)

HUNTED: dict[str, object] = {
    "Timestamp": "2026-03-02T08:00:00.1234567Z",
    "ApiVersion": "v1.0",
    "ApplicationId": APP,
    "IPAddress": "198.51.100.7",
    "EntityType": "app",
    "RequestUri": f"https://graph.microsoft.com/v1.0/users/{USER}/messages?$top=50",
    "AccountObjectId": {},
    "OperationId": CALL,
    "Location": "West Europe",
    "RequestId": CALL,
    "RequestMethod": "GET",
    "ResponseStatusCode": "200",
    "Scopes": "Mail.Read User.Read.All",
    "UniqueTokenIdentifier": "token-1",
    "ServicePrincipalId": PRINCIPAL,
    "ResponseSize": "70512",
}
LOGGED: dict[str, object] = {
    "TimeGenerated": "2026-03-02T08:00:00.123456Z",
    "AppId": APP,
    "ClientAuthMethod": 2,
    "IPAddress": "198.51.100.7",
    "Location": "West Europe",
    "RequestId": CALL,
    "RequestMethod": "GET",
    "RequestUri": "https://graph.microsoft.com/v1.0/me/drive/root/children",
    "ResponseSizeBytes": 512,
    "ResponseStatusCode": 403,
    "Roles": "",
    "Scopes": "Files.Read",
    "ServicePrincipalId": "",
    "SignInActivityId": "token-2",
    "UserAgent": "python-requests/2.32",
    "UserId": USER,
    "Type": "MicrosoftGraphActivityLogs",
}


def read(row: dict[str, object]) -> Event:
    (event,) = read_record(row)
    return event


def test_a_hunted_row_tells_who_called_what_with_which_token() -> None:
    event = read(HUNTED)
    assert (event.id, event.source, event.activity) == (CALL, Source.GRAPH_ACTIVITY, Activity.GRAPH_CALLED)
    assert (event.operation, event.time, event.succeeded) == ("GET /users/{id}/messages", AT, True)
    assert event.actor == Actor(kind=ActorKind.APP, id=PRINCIPAL, app=event.app)
    assert (event.app.app_id, event.app.service_principal_id) == (APP, PRINCIPAL)
    assert (event.method, event.path, event.status_code, event.byte_count) == (
        "GET",
        "/users/{id}/messages",
        200,
        70512,
    )
    assert (event.token_permissions, event.token_id) == (("Mail.Read", "User.Read.All"), "token-1")
    assert (event.service, event.mailbox) == (Service.EXCHANGE, USER)
    assert event.item_count is UNKNOWN


def test_where_the_answering_data_centre_is_says_nothing_of_the_client() -> None:
    client = read(HUNTED).client
    assert (client.ip_address, client.country, client.user_agent) == ("198.51.100.7", UNKNOWN, UNKNOWN)


def test_a_row_of_log_analytics_tells_also_the_credential_and_the_user_agent() -> None:
    event = read(LOGGED)
    assert event.time == AT
    assert (event.actor.kind, event.actor.id, event.app.app_id) == (ActorKind.USER, USER, APP)
    assert (event.succeeded, event.status_code, event.byte_count) == (False, 403, 512)
    assert (event.credential_kind, event.token_id) == ("certificate", "token-2")
    assert (event.client.user_agent, event.token_permissions) == ("python-requests/2.32", ("Files.Read",))
    assert (event.service, event.mailbox) == (Service.ONEDRIVE, UNKNOWN)


def test_an_envelope_of_diagnostic_settings_is_the_same_call() -> None:
    properties = {name[:1].lower() + name[1:]: value for name, value in LOGGED.items() if name != "TimeGenerated"}
    envelope = {"time": LOGGED["TimeGenerated"], "category": "MicrosoftGraphActivityLogs", "properties": properties}
    assert read(envelope) == read(LOGGED)


@pytest.mark.parametrize(("method", "kind"), [(0, "none"), ("1", "clientSecret"), (2, "certificate"), (9, UNKNOWN)])
def test_how_the_app_proved_itself_is_told_by_a_number(method: object, kind: object) -> None:
    assert read({**LOGGED, "ClientAuthMethod": method}).credential_kind == kind


def test_an_app_in_the_column_of_the_user_acts_for_itself() -> None:
    assert read({**HUNTED, "AccountObjectId": PRINCIPAL}).actor.kind is ActorKind.APP
    assert read({**LOGGED, "EntityType": "App"}).actor.kind is ActorKind.APP


def test_a_users_own_mail_is_that_users_mailbox() -> None:
    assert read({**LOGGED, "RequestUri": "https://graph.microsoft.com/beta/me/mailFolders"}).mailbox == USER


@pytest.mark.parametrize("row", [{**HUNTED, "RequestUri": {}}, {**HUNTED, "Timestamp": "yesterday"}])
def test_a_row_without_an_address_or_with_a_senseless_time_is_rejected(row: dict[str, object]) -> None:
    with pytest.raises(RecordError):
        read(row)


@pytest.mark.parametrize(
    ("uri", "path", "service"),
    [
        ("/v1.0/users/a@b.example/mailFolders/inbox/messages", "/users/{id}/mailfolders/{id}/messages", "exchange"),
        ("/beta/users('ann@contoso.example')/sendMail", "/users/{id}/sendmail", "exchange"),
        ("/v1.0/servicePrincipals(appId='a/b')/owners/$ref", "/serviceprincipals/{id}/owners/$ref", "directory"),
        ("/v1.0/users/delta(token='secret')?$select=id", "/users/delta()", "directory"),
        ("/v1.0/me/drive/root:/Pay/March.xlsx:/content", "/me/drive/root/{id}/content", "oneDrive"),
        ("/v1.0/groups/1a/drive/items/01ABC/children", "/groups/{id}/drive/items/{id}/children", "sharePoint"),
        ("/v1.0/sites/contoso.example:/sites/hr:/lists", "/sites/{id}/{id}/lists", "sharePoint"),
        ("/v1.0/teams/1a/channels/19:x@thread/messages", "/teams/{id}/channels/{id}/messages", "teams"),
        ("/directory/deletedItems/microsoft.graph.user", "/directory/deleteditems/microsoft.graph.user", "directory"),
        ("/v1.0/$batch", "/$batch", "other"),
        ("/v1.0/users/1a/onenote/pages", "/users/{id}/onenote/pages", "other"),
        ("", "/", "other"),
        ("/a" * 20, "/a" * 12 + "/{more}", "other"),
    ],
)  # fmt: skip
def test_a_template_names_what_was_called_and_for_whose_data(uri: str, path: str, service: str) -> None:
    assert template(f"https://graph.microsoft.com{uri}") == template(uri) == path
    assert service_of(path) == service


@pytest.mark.parametrize(
    "uri", ["/v1.0/users/$count", "/v1.0/users/delta", "/v1.0/users/..%2f/messages", "/v1.0/users"]
)
def test_what_is_no_user_names_none(uri: str) -> None:
    assert user_in(uri) is None


@given(st.one_of(st.text(), st.lists(st.sampled_from("/('):%$.?#aZ0\0é"), max_size=300).map("".join)))
def test_no_address_makes_a_template_that_is_long_or_not_plain(uri: str) -> None:
    path = template(uri)
    assert path.isascii()
    assert path.isprintable()
    assert len(path) < 13 * 60
    assert set(path) <= set("abcdefghijklmnopqrstuvwxyz$.{}()/")


def test_a_long_address_of_brackets_and_quotes_costs_no_more_than_its_length() -> None:
    assert template("/" + "('" * 1_000_000) == "/{id}"


CLOUD: dict[str, object] = {
    "Timestamp": "2026-03-02T08:00:00Z",
    "ActionType": "MailItemsAccessed",
    "Application": "Microsoft Exchange Online",
    "ApplicationId": 20893,
    "AccountObjectId": USER,
    "AccountDisplayName": "Ann",
    "IPAddress": "198.51.100.7",
    "CountryCode": "nl",
    "UserAgent": "Client=REST",
    "ReportId": "report-1",
    "OAuthAppId": APP,
}


def test_a_hunting_row_fills_what_its_record_leaves_open() -> None:
    record = {"Id": "r1", "Operation": "MailItemsAccessed", "RecordType": 50, "UserId": "ann@contoso.example"}
    event = read({**CLOUD, "RawEventData": record})
    assert (event.id, event.app.app_id, event.actor.id) == ("r1", APP, USER)
    assert (event.client.ip_address, event.client.country, event.client.user_agent) == (
        "198.51.100.7",
        "NL",
        "Client=REST",
    )


def test_what_the_record_says_stands() -> None:
    other = APP.replace("1", "9")
    record = {"Operation": "FileAccessed", "RecordType": 6, "ClientIP": "203.0.113.1", "ApplicationId": other}
    event = read({**CLOUD, "RawEventData": record})
    assert (event.client.ip_address, event.app.app_id) == ("203.0.113.1", other)


@pytest.mark.parametrize("raw", [None, {}, "", {"title": "of another cloud"}])
def test_a_hunting_row_without_a_record_is_read_from_its_columns(raw: object) -> None:
    event = read({**CLOUD, "RawEventData": raw})
    assert (event.id, event.activity, event.app.app_id) == ("report-1", Activity.MAIL_ACCESSED, APP)
    assert (event.actor.kind, event.actor.id, event.client.country) == (ActorKind.USER, USER, "NL")
