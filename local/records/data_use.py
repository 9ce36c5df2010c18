"""What apps do with mail and files, as Exchange and SharePoint audit it."""

from local.records.content import Record
from local.records.errors import NotRecorded
from local.records.identifiers import invented_id
from shared.domain.activities import Activity
from shared.domain.events import ActorKind, Event

_EXCHANGE_ITEM, _SHAREPOINT_FILE, _EXCHANGE_AGGREGATED = 2, 6, 50
"""``RecordType``."""

_USER_TYPES = {ActorKind.USER: 0, ActorKind.APP: 6, ActorKind.UNKNOWN: 4}
"""``UserType``: Regular, ServicePrincipal, System."""

_SHAREPOINT_APP = "app@sharepoint"
_OPERATIONS = {
    Activity.MAIL_ACCESSED: "MailItemsAccessed",
    Activity.MAIL_SENT: "Send",
    Activity.FILE_ACCESSED: "FileAccessed",
    Activity.FILE_DOWNLOADED: "FileDownloaded",
}
_MAIL = frozenset({Activity.MAIL_ACCESSED, Activity.MAIL_SENT})


def data_use_record(event: Event) -> Record:
    """The record without the fields that all workloads share. Raises NotRecorded for a sign-in."""
    if event.activity not in _OPERATIONS:
        raise NotRecorded(f"the unified audit log does not tell {event.activity} in a form that is read")
    own = _mail_fields(event) if event.activity in _MAIL else _file_fields(event)
    return {
        "Operation": _OPERATIONS[event.activity] if event.operation == event.activity else event.operation,
        "ResultStatus": "Succeeded" if event.succeeded else "Failed",
        "UserType": _USER_TYPES[event.actor.kind],
        "UserKey": "Not Available",
        "UserId": event.actor.name or "",
        "AppAccessContext": _app_access(event),
        **own,
    }


def _app_access(event: Event) -> dict[str, object]:
    """The app, and the API that it came through."""
    return {
        "AADSessionId": invented_id("session", event.id),
        "APIId": event.resource.app_id or "",
        "ClientAppId": event.app.app_id or "",
        "ClientAppName": event.app.display_name or "",
        "CorrelationId": event.correlation_id or "",
        "UniqueTokenId": "",
    }


def _mail_fields(event: Event) -> Record:
    read = event.activity is Activity.MAIL_ACCESSED
    binds = read and event.access_type != "Sync"
    fields: Record = {
        "RecordType": _EXCHANGE_AGGREGATED if binds else _EXCHANGE_ITEM,
        "Workload": "Exchange",
        # The API's own id stands here where the record knows it, and the app's otherwise.
        "AppId": event.resource.app_id or event.app.app_id or "",
        "ClientAppId": event.app.app_id or "",
        "ClientIPAddress": event.client.ip_address or "",
        "ClientInfoString": event.client.user_agent or "",
        "ExternalAccess": False,
        "LogonType": 0,
        "OrganizationName": "contoso.onmicrosoft.com",
        **_mailbox(event),
        **({"OperationCount": event.item_count} if event.item_count else {}),
    }
    if read:
        fields["OperationProperties"] = [
            *([{"Name": "MailAccessType", "Value": event.access_type}] if event.access_type else []),
            {"Name": "IsThrottled", "Value": "False"},
        ]
    if binds:
        fields["Folders"] = [{"Id": "LgAAAAA", "Path": "\\Inbox", "FolderItems": _items(event)}]
    else:
        fields["Item"] = {"Id": "LgAAAAA", "ParentFolder": {"Id": "LgAAAAA", "Path": "\\Inbox"}}
    return fields


def _mailbox(event: Event) -> Record:
    """The mailbox by its GUID, or by its owner's name where the event knows it so."""
    if not event.mailbox:
        return {}
    return {"MailboxOwnerUPN" if "@" in event.mailbox else "MailboxGuid": event.mailbox}


def _items(event: Event) -> list[dict[str, object]]:
    """One entry for each message: the only count that Log Analytics keeps."""
    return [
        {"InternetMessageId": f"<{invented_id('message', event.id, str(number))}@contoso.example>"}
        for number in range(event.item_count or 0)
    ]


def _file_fields(event: Event) -> Record:
    file = f"{invented_id('file', event.id)}.docx"
    return {
        "RecordType": _SHAREPOINT_FILE,
        "Workload": "SharePoint",
        "UserId": _SHAREPOINT_APP if event.actor.kind is ActorKind.APP else event.actor.name or "",
        "ApplicationId": event.app.app_id or "",
        "ApplicationDisplayName": event.app.display_name or "",
        "ClientIP": event.client.ip_address or "",
        "UserAgent": event.client.user_agent or "",
        "CorrelationId": event.correlation_id or "",
        "EventSource": "SharePoint",
        "ItemType": "File",
        "ObjectId": f"https://contoso.sharepoint.example/sites/finance/Shared Documents/{file}",
        "SourceFileName": file,
        "SourceFileExtension": "docx",
    }
