"""What records of the unified audit log tell of data: whose, what, how much, and with which token."""

from typing import Any

import pytest

from shared.domain.activities import Activity
from shared.domain.events import Event, Service, Target
from shared.domain.known import UNKNOWN
from shared.sources.records import read_record
from tests.sources.records import APP_ID, USER_NAME, mail_items_accessed

MAILBOX = "12121212-0000-4000-8000-000000000001"
LABEL = "34343434-0000-4000-8000-000000000001"


def one_event(record: dict[str, object]) -> Event:
    (event,) = read_record(record)
    return event


def mail(operation: str, **fields: object) -> Event:
    record = mail_items_accessed(Operation=operation, RecordType=3, **fields)
    for name in ("Folders", "OperationCount", "OperationProperties"):
        if name not in fields:
            del record[name]
    return one_event(record)


def file(operation: str = "FileDownloaded", **fields: object) -> Event:
    site = "https://contoso.sharepoint.example/sites/finance/"
    record = {
        "CreationTime": "2026-07-15T09:47:09",
        "Id": "eeeeeeee-0000-4000-8000-000000000003",
        "Operation": operation,
        "RecordType": 6,
        "UserType": 0,
        "Workload": "SharePoint",
        "UserId": USER_NAME,
        "ItemType": "File",
        "ObjectId": f"{site}Shared Documents/plan.docx",
        "SiteUrl": site,
        "SourceFileName": "plan.docx",
        "FileSizeBytes": 16_941,
        "ApplicationId": APP_ID,
        **fields,
    }
    return one_event(record)


@pytest.mark.parametrize(
    ("workload", "service"),
    [
        ("Exchange", Service.EXCHANGE),
        ("SharePoint", Service.SHAREPOINT),
        ("OneDrive", Service.ONEDRIVE),
        ("MicrosoftTeams", Service.TEAMS),
        ("PowerBI", Service.OTHER),
        (None, UNKNOWN),
    ],
)
def test_the_workload_says_whose_data_it_was(workload: str | None, service: object) -> None:
    assert file(Workload=workload).service is service


def test_a_file_is_told_by_address_name_size_and_label() -> None:
    event = file(SensitivityLabelId=LABEL)
    address = "https://contoso.sharepoint.example/sites/finance/Shared Documents/plan.docx"
    assert event.target == Target(kind="file", id=address, name="plan.docx")
    assert (event.byte_count, event.label_id, event.item_count) == (16_941, LABEL, 1)


def test_a_shared_site_is_told_as_one() -> None:
    event = file("SharingSet", ItemType="Web", SourceFileName="")
    assert event.activity is Activity.FILE_SHARED
    assert event.target == Target(kind="site", id="https://contoso.sharepoint.example/sites/finance/")


def test_a_size_that_is_not_told_is_unknown_and_an_empty_file_is_not() -> None:
    assert file(FileSizeBytes=None).byte_count is UNKNOWN
    assert file(FileSizeBytes=0).byte_count == 0


@pytest.mark.parametrize(
    ("fields", "label"),
    [
        ({}, UNKNOWN),
        ({"SensitivityLabelId": ""}, None),
        ({"SensitivityLabelIds": [LABEL, "other"]}, LABEL),
        ({"SensitivityLabelIds": []}, None),
        ({"SensitivityLabelIds": "x"}, UNKNOWN),
    ],
)
def test_no_label_is_not_an_unknown_one(fields: dict[str, Any], label: object) -> None:
    assert file(**fields).label_id == label


@pytest.mark.parametrize(
    ("operation", "activity"),
    [
        ("FileUploaded", Activity.FILE_CHANGED),
        ("FileModified", Activity.FILE_CHANGED),
        ("FileDeleted", Activity.FILE_DELETED),
        ("FileRecycled", Activity.FILE_DELETED),
        ("AnonymousLinkCreated", Activity.FILE_SHARED),
        ("SecureLinkCreated", Activity.FILE_SHARED),
        ("AddedToSecureLink", Activity.FILE_SHARED),
    ],
)
def test_what_is_done_to_a_file_has_an_activity(operation: str, activity: Activity) -> None:
    event = file(operation)
    assert (event.activity, event.operation, event.item_count) == (activity, operation, 1)


def test_sizes_of_read_mail_are_added_up_where_they_are_stated() -> None:
    items = [{"InternetMessageId": "<1@x>", "SizeInBytes": 4_000}, {"InternetMessageId": "<2@x>"}]
    more = [{"InternetMessageId": "<3@x>", "SizeInBytes": "1500"}]
    event = one_event(mail_items_accessed(Folders=[{"FolderItems": items}, {"FolderItems": more}], OperationCount=3))
    assert (event.byte_count, event.item_count) == (5_500, 3)
    assert event.target == Target(kind="mailbox", id=MAILBOX, name=USER_NAME)


def test_sizes_that_nobody_states_are_unknown() -> None:
    assert one_event(mail_items_accessed()).byte_count is UNKNOWN


@pytest.mark.parametrize("operation", ["HardDelete", "SoftDelete", "MoveToDeletedItems"])
def test_deleted_mail_counts_what_was_affected(operation: str) -> None:
    event = mail(operation, AffectedItems=[{"Subject": "Invoice"}, {"Subject": "Security alert"}])
    assert (event.activity, event.item_count, event.mailbox) == (Activity.MAIL_DELETED, 2, MAILBOX)


def test_an_update_is_one_of_mail_in_exchange_alone() -> None:
    changed = mail("Update", Item={"Subject": "Invoice", "SizeInBytes": 900})
    assert (changed.activity, changed.item_count, changed.byte_count) == (Activity.MAIL_CHANGED, 1, 900)
    assert mail("Update", Workload="Planner").activity is Activity.OTHER
    assert mail("Send", Workload="Planner").activity is Activity.OTHER


@pytest.mark.parametrize("operation", ["New-InboxRule", "Set-InboxRule"])
def test_a_rule_made_by_a_cmdlet_names_itself_in_its_parameters(operation: str) -> None:
    parameters = [{"Name": "ForwardTo", "Value": "eve@contoso.example"}, {"Name": "Name", "Value": ".."}]
    event = mail(operation, Parameters=parameters, ObjectId="ada\\42", MailboxGuid=None, MailboxOwnerUPN=None)
    assert (event.activity, event.mailbox) == (Activity.INBOX_RULE_CHANGED, USER_NAME)
    assert event.target == Target(kind="rule", id="ada\\42", name="..")


def test_a_rule_made_in_outlook_names_itself_in_its_properties() -> None:
    event = mail("UpdateInboxRules", OperationProperties=[{"Name": "RuleName", "Value": "Tidy"}])
    assert (event.activity, event.mailbox) == (Activity.INBOX_RULE_CHANGED, MAILBOX)
    assert event.target == Target(kind="rule", name="Tidy")


@pytest.mark.parametrize(
    ("operation", "activity"),
    [
        ("MessagesListed", Activity.TEAMS_MESSAGE_READ),
        ("MessageRead", Activity.TEAMS_MESSAGE_READ),
        ("ChatRetrieved", Activity.TEAMS_MESSAGE_READ),
        ("MessageSent", Activity.TEAMS_MESSAGE_SENT),
    ],
)
def test_a_chat_is_told_with_its_thread(operation: str, activity: Activity) -> None:
    record = {
        "Id": "t",
        "CreationTime": "2026-07-15T09:47:09",
        "Operation": operation,
        "RecordType": 25,
        "Workload": "MicrosoftTeams",
        "UserType": 6,
        "UserId": "Contoso Mailer",
        "ChatThreadId": "19:abc@thread.v2",
        "AppAccessContext": {"ClientAppId": APP_ID, "UniqueTokenId": "tok"},
    }
    event = one_event(record)
    assert (event.activity, event.item_count, event.token_id) == (activity, 1, "tok")
    assert event.target == Target(kind="chat", id="19:abc@thread.v2")
    assert one_event({**record, "Messages": [{"Id": "1"}, {"Id": "2"}]}).item_count == 2


def test_no_token_is_not_an_unknown_one() -> None:
    assert one_event(mail_items_accessed()).token_id is UNKNOWN
    assert one_event(mail_items_accessed(AppAccessContext={"UniqueTokenId": ""})).token_id is None


def test_names_that_an_attacker_chose_are_cut() -> None:
    event = file(SourceFileName="x" * 10_000, ObjectId="https://" + "y" * 10_000)
    assert event.target
    assert (len(event.target.name or ""), len(event.target.id or "")) == (4096, 4096)


@pytest.mark.parametrize("odd", [7, "x", [], {}, [1], None, {"FolderItems": 3}])
@pytest.mark.parametrize("field", ["Folders", "AffectedItems", "Item", "OperationProperties", "MailboxOwnerUPN"])
def test_a_field_of_another_shape_hides_no_event(field: str, odd: object) -> None:
    assert one_event(mail_items_accessed(**{field: odd})).activity is Activity.MAIL_ACCESSED
