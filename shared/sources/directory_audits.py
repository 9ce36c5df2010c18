"""Directory audits in the form of Microsoft Graph (``/auditLogs/directoryAudits``).

Log Analytics rows and diagnostic-settings envelopes are brought into this form and read here too, so that one mapping
serves all three.
"""

from shared.domain.events import Actor, ActorKind, Client, Event, Source
from shared.domain.known import UNKNOWN, Known
from shared.domain.operations import clean_operation
from shared.sources.audits.apps import app_reference
from shared.sources.audits.changes import Change
from shared.sources.audits.events import events_of
from shared.sources.audits.record import AuditRecord, Details, Target
from shared.sources.decoding import content_id, embedded
from shared.sources.errors import RecordError
from shared.sources.fields import Fields, first_text, guid, member, members, text
from shared.sources.times import time_of

_TOKEN_SERVICE = "Azure ESTS Service"  # noqa: S105 -- the name of a service, not a secret


def read_directory_audit(record: Fields) -> tuple[Event, ...]:
    """The events of one directoryAudit object. Raises RecordError."""
    operation = text(record, "activityDisplayName")
    if operation is None:
        raise RecordError("activityDisplayName is missing")
    initiator = member(record, "initiatedBy")
    targets = members(record, "targetResources")
    details = _details(record)
    return events_of(
        AuditRecord(
            id=text(record, "id") or content_id(record),
            source=Source.DIRECTORY_AUDITS,
            operation=clean_operation(operation),
            time=time_of(record, "activityDateTime"),
            succeeded=(text(record, "result") or "success").lower() == "success",
            correlation_id=text(record, "correlationId"),
            actor=_actor(initiator),
            client=Client(ip_address=_ip_address(initiator), user_agent=details.get("User-Agent") or None),
            details=details,
            targets=tuple(_target(target) for target in targets),
            changes=tuple(_change(found) for target in targets for found in members(target, "modifiedProperties")),
        )
    )


def _actor(initiator: Fields) -> Actor:
    """Who did it. An app's appId is null on the wire: it is known by its service principal alone."""
    user, app = member(initiator, "user"), member(initiator, "app")
    if text(user, "id") or text(user, "userPrincipalName"):
        return Actor(
            kind=ActorKind.USER, id=text(user, "id"), name=first_text(user, "userPrincipalName", "displayName")
        )
    if app:
        acting = app_reference(
            app_id=guid(app.get("appId")),
            service_principal_id=text(app, "servicePrincipalId"),
            display_name=text(app, "displayName"),
        )
        return Actor(kind=ActorKind.APP, id=acting.service_principal_id, name=acting.display_name, app=acting)
    return Actor()


def _ip_address(initiator: Fields) -> Known[str]:
    """The user's address. Records tell none for an app, and Microsoft's own for what its token service wrote."""
    user = member(initiator, "user")
    if not user or text(user, "displayName") == _TOKEN_SERVICE:
        return UNKNOWN
    return text(user, "ipAddress")


def _details(record: Fields) -> Details:
    return {
        key: value
        for detail in members(record, "additionalDetails")
        if (key := text(detail, "key")) and (value := text(detail, "value"))
    }


def _target(target: Fields) -> Target:
    return Target(
        id=text(target, "id"),
        type=text(target, "type"),
        name=text(target, "displayName"),
        user_principal_name=text(target, "userPrincipalName"),
    )


def _change(found: Fields) -> Change:
    return Change(text(found, "displayName") or "", embedded(found.get("oldValue")), embedded(found.get("newValue")))
