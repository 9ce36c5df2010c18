"""Mail and files in the unified audit log, and who did it."""

from datetime import UTC, datetime

import pytest

from shared.domain.activities import Activity
from shared.domain.app_references import Resolution
from shared.domain.events import ActorKind, Event
from shared.domain.known import UNKNOWN
from shared.sources.errors import RecordError
from shared.sources.records import read_record
from tests.sources.records import (
    APP_ID,
    GRAPH_APP_ID,
    USER_NAME,
    mail_items_accessed,
)

CALLER_ID = "aaaaaaaa-0000-4000-8000-000000000009"
EXCHANGE = "00000002-0000-0ff1-ce00-000000000000"


def one_event(**fields: object) -> Event:
    (event,) = read_record(mail_items_accessed(**fields))
    return event


def file_record(operation: str = "FileDownloaded", **fields: object) -> dict[str, object]:
    return {
        "CreationTime": "2026-07-15T09:47:09",
        "Id": "eeeeeeee-0000-4000-8000-000000000003",
        "Operation": operation,
        "RecordType": 6,
        "UserType": 0,
        "Workload": "OneDrive",
        "ClientIP": "203.0.113.8",
        "ObjectId": "https://contoso.example/plan.docx",
        "UserId": USER_NAME,
        "UserAgent": "rclone/v1.66",
        "CorrelationId": "cccccccc-0000-4000-8000-000000000002",
        **fields,
    }


def test_bound_mail_items_are_counted_for_app_mailbox_and_user() -> None:
    event = one_event()
    assert (event.activity, event.access_type, event.item_count) == (Activity.MAIL_ACCESSED, "Bind", 2)
    assert event.mailbox == "12121212-0000-4000-8000-000000000001"
    assert (event.app.app_id, event.app.resolution) == (APP_ID, Resolution.RESOLVED)
    assert (event.actor.kind, event.actor.id, event.actor.name) == (ActorKind.USER, None, USER_NAME)
    assert (event.client.ip_address, event.client.user_agent) == ("203.0.113.7", "Client=REST;;")
    assert event.time == datetime(2026, 5, 18, 10, 48, 21, tzinfo=UTC)


def test_a_synchronised_folder_has_no_known_number_of_items() -> None:
    record = mail_items_accessed(
        RecordType=2,
        OperationProperties=[{"Name": "MailAccessType", "Value": "Sync"}],
        Item={"ParentFolder": {"Path": "\\Inbox"}},
    )
    for name in ("Folders", "OperationCount"):
        del record[name]
    (event,) = read_record(record)
    assert (event.access_type, event.item_count) == ("Sync", None)


def test_items_are_counted_in_the_folders_where_no_count_is_given() -> None:
    assert one_event(OperationCount=None).item_count == 2


def test_the_api_is_the_way_and_not_the_app() -> None:
    event = one_event()
    assert (event.app.app_id, event.resource.app_id) == (APP_ID, GRAPH_APP_ID)


@pytest.mark.parametrize(
    ("fields", "app_id"),
    [
        ({"AppAccessContext": {"ClientAppId": CALLER_ID}}, CALLER_ID),
        ({"AppAccessContext": {"ClientAppId": GRAPH_APP_ID}}, APP_ID),
        ({"ClientAppId": EXCHANGE, "AppId": CALLER_ID}, CALLER_ID),
        ({"ClientAppId": None, "AppId": CALLER_ID}, CALLER_ID),
        ({"ClientAppId": "", "AppId": GRAPH_APP_ID}, None),
        ({"ClientAppId": None, "AppId": None}, None),
    ],
)
def test_the_app_is_found_in_whichever_field_has_it(fields: dict[str, object], app_id: str | None) -> None:
    assert one_event(**fields).app.app_id == app_id


def test_the_context_names_the_app_and_the_api() -> None:
    context = {"ClientAppId": CALLER_ID, "ClientAppName": "Exporter", "APIId": GRAPH_APP_ID, "CorrelationId": "c"}
    event = one_event(AppAccessContext=context, AppId=CALLER_ID)
    assert (event.app.display_name, event.resource.app_id, event.correlation_id) == ("Exporter", GRAPH_APP_ID, "c")


@pytest.mark.parametrize(
    ("user_type", "user_id", "kind"),
    [
        (0, USER_NAME, ActorKind.USER),
        (3, USER_NAME, ActorKind.USER),
        ("Regular", USER_NAME, ActorKind.USER),
        ("2", USER_NAME, ActorKind.USER),
        (5, "Contoso Mailer", ActorKind.APP),
        ("ServicePrincipal", "Contoso Mailer", ActorKind.APP),
        (0, "app@sharepoint", ActorKind.APP),
        (4, "NT AUTHORITY\\SYSTEM", ActorKind.UNKNOWN),
        (None, USER_NAME, ActorKind.USER),
        (None, "Contoso Mailer", ActorKind.UNKNOWN),
        ([], USER_NAME, ActorKind.USER),
    ],
)
def test_the_user_type_says_who_acted(user_type: object, user_id: str, kind: ActorKind) -> None:
    event = one_event(UserType=user_type, UserId=user_id)
    assert (event.actor.kind, event.actor.name) == (kind, user_id)
    assert (event.actor.app == event.app) == (kind is ActorKind.APP)


def test_a_mailbox_without_a_guid_goes_by_its_owner() -> None:
    assert one_event(MailboxGuid="").mailbox == USER_NAME


def test_properties_that_powershell_printed_are_read() -> None:
    printed = ["@{Value=Bind; Name=MailAccessType}", "@{Value=False; Name=IsThrottled}"]
    folders = ["@{Path=\\Inbox; FolderItems=System.Object[]}"]
    event = one_event(OperationProperties=printed, Folders=folders, OperationCount=7)
    assert (event.access_type, event.item_count) == ("Bind", 7)


@pytest.mark.parametrize("operation", ["Send", "SendAs", "SendOnBehalf"])
def test_sent_mail_counts_one_item(operation: str) -> None:
    record = mail_items_accessed(Operation=operation, RecordType=2)
    for name in ("Folders", "OperationCount", "OperationProperties"):
        del record[name]
    (event,) = read_record(record)
    assert (event.activity, event.item_count, event.access_type) == (Activity.MAIL_SENT, 1, None)


@pytest.mark.parametrize(
    ("operation", "activity"),
    [
        ("FileDownloaded", Activity.FILE_DOWNLOADED),
        ("FileSyncDownloadedFull", Activity.FILE_DOWNLOADED),
        ("FileAccessed", Activity.FILE_ACCESSED),
    ],
)
def test_a_file_is_told_with_the_app_that_took_it(operation: str, activity: Activity) -> None:
    (event,) = read_record(file_record(operation, ApplicationId=APP_ID, ApplicationDisplayName="rclone"))
    assert (event.activity, event.item_count, event.mailbox) == (activity, 1, UNKNOWN)
    assert (event.app.app_id, event.app.display_name) == (APP_ID, "rclone")
    assert (event.client.ip_address, event.client.user_agent) == ("203.0.113.8", "rclone/v1.66")


def test_a_file_that_a_person_opened_names_no_app() -> None:
    (event,) = read_record(file_record("FileAccessed"))
    assert (event.app.app_id, event.app.key) == (None, None)


def test_a_record_of_an_unpublished_type_is_read_all_the_same() -> None:
    (event,) = read_record(file_record("PlanRead", RecordType=9999))
    assert (event.activity, event.operation, event.item_count) == (Activity.OTHER, "PlanRead", UNKNOWN)


@pytest.mark.parametrize(
    ("status", "succeeded"),
    [
        ("Succeeded", True),
        ("PartiallySucceeded", True),
        ("True", True),
        (None, True),
        ("Failed", False),
        ("False", False),
    ],
)
def test_each_workload_writes_success_in_its_own_way(status: str | None, succeeded: bool) -> None:
    assert one_event(ResultStatus=status).succeeded is succeeded


def test_a_record_without_an_operation_is_malformed() -> None:
    with pytest.raises(RecordError, match="Operation is missing"):
        read_record(mail_items_accessed(Operation=None))
