"""What an app did with data, as the unified audit log tells it, and as hunting does around the same record."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from local.tenant.directory.collections import Object
from shared.domain.microsoft import MICROSOFT_GRAPH

_REGULAR, _SERVICE_PRINCIPAL = 0, 6
_EXCHANGE_ADMIN, _EXCHANGE_ITEM, _FILE, _SHARING, _TEAMS, _EXCHANGE_AGGREGATED = 1, 2, 6, 14, 25, 50
"""``UserType`` and ``RecordType``."""

_CLOUD_SERVICES = {
    "Exchange": (20893, "Microsoft Exchange Online"),
    "SharePoint": (20892, "Microsoft SharePoint Online"),
    "OneDrive": (15600, "Microsoft OneDrive for Business"),
    "MicrosoftTeams": (28375, "Microsoft Teams"),
}
_INBOX = {"Id": "LgAAAABInbox", "Path": "\\Inbox"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """An app at work with a user's data: for itself, or on behalf of that user. ``id`` is the record's own."""

    id: str
    tenant_id: str
    moment: datetime
    app: Object
    whose: Object
    delegated: bool
    token_id: str
    ip: str
    user_agent: str
    country: str | None = None


def mail_read(access: Access, items: int, size: int, *, sync: bool) -> Object:
    """Read one by one, of which each is named, or a whole folder synchronised, whose number nobody tells."""
    common = _mail(access, "MailItemsAccessed", _EXCHANGE_ITEM if sync else _EXCHANGE_AGGREGATED)
    told = {"Name": "MailAccessType", "Value": "Sync" if sync else "Bind"}
    common["OperationProperties"] = [told, {"Name": "IsThrottled", "Value": "False"}]
    if sync:
        return {**common, "Item": {"Id": "LgAAAAB", "ParentFolder": _INBOX}}
    read = [
        {"InternetMessageId": f"<{uuid5(UUID(access.id), str(number))}@contoso.example>", "SizeInBytes": size}
        for number in range(items)
    ]
    return {**common, "Folders": [{**_INBOX, "FolderItems": read}], "OperationCount": items}


def mail_sent(access: Access, size: int) -> Object:
    item = {"Id": "LgAAAAC", "Subject": "Invoice", "SizeInBytes": size, "ParentFolder": {"Path": "\\Sent Items"}}
    return {**_mail(access, "Send", _EXCHANGE_ITEM), "Item": item}


def inbox_rule(access: Access, name: str, forward_to: str | None) -> Object:
    parameters = [{"Name": "Name", "Value": name}]
    if forward_to:
        parameters += [{"Name": "ForwardTo", "Value": forward_to}, {"Name": "DeleteMessage", "Value": "True"}]
    record = _mail(access, "New-InboxRule", _EXCHANGE_ADMIN)
    return {**record, "ObjectId": f"{access.whose['userPrincipalName']}\\{name}", "Parameters": parameters}


def file_record(access: Access, operation: str, name: str, size: int, label: str | None) -> Object:
    """Of a file in the user's OneDrive."""
    personal = str(access.whose["userPrincipalName"]).replace("@", "_").replace(".", "_")
    site = f"https://contoso-my.sharepoint.example/personal/{personal}/"
    return {
        **_base(access, operation, _FILE, "OneDrive"),
        **({} if access.delegated else {"UserId": "app@sharepoint"}),
        "ApplicationId": access.app["appId"],
        "ApplicationDisplayName": access.app["displayName"],
        "ClientIP": access.ip,
        "UserAgent": access.user_agent,
        "CorrelationId": access.id,
        "EventSource": "SharePoint",
        "ItemType": "File",
        "ObjectId": f"{site}Documents/{name}",
        "SiteUrl": site,
        "SourceFileName": name,
        "SourceFileExtension": name.rpartition(".")[2],
        "SourceRelativeUrl": "Documents",
        "FileSizeBytes": size,
        **({"SensitivityLabelId": label} if label else {}),
    }


def file_shared(access: Access, name: str) -> Object:
    """By a link that opens to anybody."""
    record = file_record(access, "AnonymousLinkCreated", name, 0, None)
    del record["FileSizeBytes"]
    return {**record, "RecordType": _SHARING}


def chat_read(access: Access, messages: int) -> Object:
    thread = f"19:{uuid5(UUID(access.whose['id']), 'chat')}@thread.v2"
    return {
        **_base(access, "MessagesListed", _TEAMS, "MicrosoftTeams"),
        "ClientIP": access.ip,
        "UserAgent": access.user_agent,
        "CommunicationType": "GroupChat",
        "ChatThreadId": thread,
        "ChatName": "Project",
        "Messages": [{"Id": str(number)} for number in range(messages)],
    }


def hunting_row(access: Access, record: Object) -> Object:
    """The row of CloudAppEvents that holds the record. It knows the user's object id, the OAuth app, and where."""
    number, name = _CLOUD_SERVICES[record["Workload"]]
    return {
        "Timestamp": access.moment.isoformat(timespec="microseconds").replace("+00:00", "7Z"),
        "ActionType": record["Operation"],
        "Application": name,
        "ApplicationId": number,
        "AppInstanceId": 0,
        "AccountObjectId": access.whose["id"] if access.delegated else None,
        "AccountId": access.whose["userPrincipalName"] if access.delegated else access.app["id"],
        "AccountDisplayName": access.whose["displayName"] if access.delegated else access.app["displayName"],
        "AccountType": "Regular" if access.delegated else "Application",
        "IsAdminOperation": False,
        "IsExternalUser": False,
        "IsImpersonated": False,
        "IPAddress": access.ip,
        "IsAnonymousProxy": False,
        "CountryCode": access.country,
        "City": None,
        "ISP": None,
        "UserAgent": access.user_agent,
        "ActivityType": "Basic",
        "ObjectName": record.get("SourceFileName"),
        "ReportId": f"{int(access.moment.timestamp())}_{number}_{access.id}",
        "RawEventData": record,
        "OAuthAppId": access.app["appId"],
        "AuditSource": "Microsoft Defender for Cloud Apps app connector",
    }


def mailbox_guid(user: Object) -> str:
    """The same for all records about the mailbox."""
    return str(uuid5(UUID(user["id"]), "mailbox"))


def _base(access: Access, operation: str, record_type: int, workload: str) -> Object:
    return {
        # UTC, in whole seconds and without a zone.
        "CreationTime": access.moment.strftime("%Y-%m-%dT%H:%M:%S"),
        "Id": access.id,
        "Operation": operation,
        "OrganizationId": access.tenant_id,
        "RecordType": record_type,
        "UserKey": "10032001266C162C" if access.delegated else access.app["id"],
        "UserType": _REGULAR if access.delegated else _SERVICE_PRINCIPAL,
        "Version": 1,
        "Workload": workload,
        "UserId": access.whose["userPrincipalName"] if access.delegated else access.app["displayName"],
        "AppAccessContext": {
            "APIId": MICROSOFT_GRAPH,
            "ClientAppId": access.app["appId"],
            "ClientAppName": access.app["displayName"],
            "UniqueTokenId": access.token_id,
            "CorrelationId": access.id,
        },
    }


def _mail(access: Access, operation: str, record_type: int) -> Object:
    return {
        **_base(access, operation, record_type, "Exchange"),
        "ResultStatus": "Succeeded",
        "AppId": access.app["appId"],
        "ClientAppId": access.app["appId"],
        "ClientIPAddress": access.ip,
        "ClientInfoString": f"Client=REST;Client=RESTSystem;{access.user_agent};",
        "ExternalAccess": False,
        "InternalLogonType": 0,
        "LogonType": 0,
        "MailboxGuid": mailbox_guid(access.whose),
        "MailboxOwnerUPN": access.whose["userPrincipalName"],
        "OrganizationName": "contoso.example",
        "OriginatingServer": "VI1PR04MB5056 (15.20.4129.032)\r\n",
    }
