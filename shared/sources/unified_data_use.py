"""What apps and users do with mail, files and chats, from the unified audit log."""

from shared.domain.activities import Activity
from shared.domain.app_references import AppReference
from shared.domain.events import Actor, ActorKind, Client, Event, Resource, Service, Source
from shared.domain.known import UNKNOWN, Known
from shared.domain.microsoft import API_APP_IDS
from shared.domain.operations import activity_of, clean_operation
from shared.sources.audits.apps import app_reference
from shared.sources.decoding import as_text, content_id
from shared.sources.fields import Fields, first_text, guid, known_text, objects, text
from shared.sources.times import time_of
from shared.sources.unified_fields import actor_kind, has_succeeded
from shared.sources.unified_files import is_file, with_file
from shared.sources.unified_mail import is_mail, with_mail
from shared.sources.unified_teams import is_chat, with_chat

_SERVICES = {
    "Exchange": Service.EXCHANGE,
    "SharePoint": Service.SHAREPOINT,
    "OneDrive": Service.ONEDRIVE,
    "MicrosoftTeams": Service.TEAMS,
    "AzureActiveDirectory": Service.DIRECTORY,
}
_FACTS = ((is_mail, with_mail), (is_file, with_file), (is_chat, with_chat))


def read_data_use(record: Fields, operation: str) -> tuple[Event, ...]:
    """The event of one record on mail, files or anything else that is not the directory's. Raises RecordError."""
    name = clean_operation(operation)
    service = _service(record)
    activity = _activity(name, service)
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
        service=service,
        token_id=known_text(context, "UniqueTokenId"),
        label_id=_label(record),
    )
    for belongs, filled in _FACTS:
        if belongs(activity):
            event = filled(event, record)
    return (event,)


def _service(record: Fields) -> Known[Service]:
    """Whose data it was, by the workload; one that is none of ours is another one, and not unknown."""
    workload = text(record, "Workload")
    return _SERVICES.get(workload, Service.OTHER) if workload else UNKNOWN


def _activity(name: str, service: Known[Service]) -> Activity:
    """The activity. ``Update`` and ``Send`` of another workload than Exchange have nothing to do with mail."""
    activity = activity_of(name)
    return activity if not is_mail(activity) or service in (Service.EXCHANGE, UNKNOWN) else Activity.OTHER


def _label(record: Fields) -> Known[str]:
    """The sensitivity label: one, or the first of several."""
    if "SensitivityLabelId" in record:
        return as_text(text(record, "SensitivityLabelId"))
    listed = record.get("SensitivityLabelIds")
    if not isinstance(listed, list):
        return UNKNOWN
    return next((as_text(one) for one in listed if isinstance(one, str) and one), None)


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
