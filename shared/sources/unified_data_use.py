"""What apps and users do with mail and files, from the unified audit log."""

from msgspec.structs import replace

from shared.domain.activities import Activity
from shared.domain.app_references import AppReference
from shared.domain.events import Actor, ActorKind, Client, Event, Resource, Source
from shared.domain.microsoft import API_APP_IDS
from shared.sources.audits.apps import app_reference
from shared.sources.decoding import as_text, content_id
from shared.sources.fields import Fields, first_text, guid, integer, objects, text
from shared.sources.operations import activity_of, clean_operation
from shared.sources.times import time_of
from shared.sources.unified_fields import actor_kind, has_succeeded, named_value

_MAIL = frozenset({Activity.MAIL_ACCESSED, Activity.MAIL_SENT})
_FILES = frozenset({Activity.FILE_ACCESSED, Activity.FILE_DOWNLOADED})


def read_data_use(record: Fields, operation: str) -> tuple[Event, ...]:
    """The event of one record on mail, files or anything else that is not the directory's. Raises RecordError."""
    name = clean_operation(operation)
    activity = activity_of(name)
    context = _app_context(record)
    app = _app(record, context)
    event = Event(
        id=text(record, "Id") or content_id(record),
        source=Source.UNIFIED_AUDIT_LOG,
        activity=activity,
        operation=name,
        time=time_of(record, "CreationTime"),
        succeeded=has_succeeded(record),
        correlation_id=text(record, "CorrelationId") or text(context, "CorrelationId"),
        actor=_actor(record, app),
        app=app,
        resource=_resource(record, context),
        client=Client(
            ip_address=first_text(record, "ClientIPAddress", "ClientIP"),
            user_agent=first_text(record, "UserAgent", "ClientInfoString"),
        ),
    )
    if activity in _MAIL:
        event = replace(
            event,
            mailbox=_mailbox(record),
            item_count=_mail_count(record, activity),
            access_type=as_text(named_value(record, "OperationProperties", "MailAccessType")),
        )
    return (replace(event, item_count=1) if activity in _FILES else event,)


def _app_context(record: Fields) -> Fields:
    """``AppAccessContext``; the schema calls it a collection, the wire has one object."""
    context = record.get("AppAccessContext")
    if isinstance(context, dict):
        return context
    return next(iter(objects(context)), {})


def _app(record: Fields, context: Fields) -> AppReference:
    """The app that acted. Some fields name the API it went through instead: that one is never the app.

    Depending on workload and age of the record, the app is in any of these fields.
    """
    named = [
        guid(value)
        for value in (
            context.get("ClientAppId"),
            record.get("ClientAppId"),
            record.get("ApplicationId"),
            record.get("AppId"),
        )
    ]
    acting = next((app_id for app_id in named if app_id and app_id not in API_APP_IDS), None)
    name = text(context, "ClientAppName") or first_text(record, "ClientAppName", "ApplicationDisplayName")
    return app_reference(app_id=acting, display_name=name)


def _resource(record: Fields, context: Fields) -> Resource:
    """The API that the app went through, where the record names one."""
    named = (guid(context.get("APIId")), guid(record.get("AppId")), guid(record.get("ClientAppId")))
    return Resource(app_id=next((api for api in named if api in API_APP_IDS), None))


def _actor(record: Fields, app: AppReference) -> Actor:
    """Who acted. These records know a user by name alone: ``UserKey`` is no object id."""
    kind = actor_kind(record)
    return Actor(kind=kind, name=text(record, "UserId"), app=app if kind is ActorKind.APP else None)


def _mailbox(record: Fields) -> str | None:
    """The mailbox's GUID, which outlives a change of the owner's name; that name where there is no GUID."""
    return guid(record.get("MailboxGuid")) or text(record, "MailboxOwnerUPN")


def _mail_count(record: Fields, activity: Activity) -> int | None:
    """How many items. One synchronisation stands for a whole folder of unknown size: None."""
    count = integer(record.get("OperationCount"))
    if count is not None:
        return count
    if activity is Activity.MAIL_SENT:
        return 1
    return sum(len(objects(folder.get("FolderItems"))) for folder in objects(record.get("Folders"))) or None
