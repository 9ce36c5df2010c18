"""Records of Azure's activity log: what was done to resources of a subscription, by whom.

One operation leaves several records, of its start, its progress and its end. Only those of its end are events.
"""

from collections.abc import Iterator, Mapping

from shared.domain.activities import Activity
from shared.domain.app_references import AppReference
from shared.domain.events import Actor, ActorKind, Client, Event, PropertyChange, Service, Source, Target
from shared.domain.known import UNKNOWN, Known
from shared.sources.audits.apps import app_reference
from shared.sources.decoding import as_text, content_id, decode, embedded
from shared.sources.errors import RecordError
from shared.sources.fields import Fields, first_text, guid, member, text
from shared.sources.times import time_of

_ASSIGNMENTS = "microsoft.authorization/roleassignments/"
_ROLES = {f"{_ASSIGNMENTS}write": Activity.AZURE_ROLE_ASSIGNED, f"{_ASSIGNMENTS}delete": Activity.AZURE_ROLE_REMOVED}
_KINDS = {
    "microsoft.keyvault/": Activity.KEY_VAULT_CHANGED,
    "microsoft.compute/virtualmachines/": Activity.VIRTUAL_MACHINE_CHANGED,
}
"""By the start of the operation, in lower case: the log spells providers in more than one way."""
_ENDS = {"succeeded": True, "failed": False}
_OBJECT_ID = "http://schemas.microsoft.com/identity/claims/objectidentifier"
_USER_CLAIMS = ("upn", "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn")
_BODIES = ("requestbody", "responseBody")
"""Where the record of a role assignment tells the assignment: which of them has it depends on the record."""


def is_azure_activity(record: Fields) -> bool:
    return "eventDataId" in record and "operationName" in record


def matters(line: bytes) -> bool:
    """Whether a record is of an ended operation that an app did, or that touches roles, key vaults or machines.

    What cannot be read matters: its record is then rejected, where somebody sees it.
    """
    try:
        record = decode(line)
        if not isinstance(record, dict):
            return True
        is_watched = _activity(_value(record, "operationName")) is not Activity.AZURE_CHANGED
        return _status(record) in _ENDS and (is_watched or _is_by_app(record))
    except RecordError:
        return True


def read_azure_activity(record: Fields) -> tuple[Event, ...]:
    """The event of one record. Raises RecordError."""
    operation = _value(record, "operationName")
    if not operation:
        raise RecordError("operationName is missing")
    activity = _activity(operation)
    assignment = _assignment(record) if activity in _ROLES.values() else {}
    acting = _acting_app(record)
    done = Event(
        id=text(record, "eventDataId") or content_id(record),
        source=Source.AZURE_ACTIVITY,
        activity=activity,
        operation=operation,
        time=time_of(record, "eventTimestamp"),
        succeeded=_ENDS.get(_status(record), True),
        correlation_id=text(record, "correlationId"),
        actor=_actor(record, acting),
        app=acting or _receiving_app(assignment),
        client=Client(ip_address=_address(record)),
        changes=tuple(_changes(record, assignment)),
        service=Service.AZURE,
        target=_target(record, operation),
    )
    return (done,)


def _activity(operation: str) -> Activity:
    wanted = operation.lower()
    by_start = (activity for start, activity in _KINDS.items() if wanted.startswith(start))
    return _ROLES.get(wanted) or next(by_start, Activity.AZURE_CHANGED)


def _is_by_app(record: Fields) -> bool:
    """Whether an app acted as itself: a user's token names an app as well, the one that the user works with."""
    claims = member(record, "claims")
    if kind := text(claims, "idtyp"):
        return kind == "app"
    return guid(claims.get("appid")) is not None and first_text(claims, *_USER_CLAIMS) is None


def _acting_app(record: Fields) -> AppReference | None:
    if not _is_by_app(record):
        return None
    claims = member(record, "claims")
    app_id = guid(claims.get("appid"))
    # What callers are named by differs: beside an appId it would teach a wrong alias.
    principal = guid(claims.get(_OBJECT_ID)) or (None if app_id else guid(record.get("caller")))
    return app_reference(app_id=app_id, service_principal_id=principal)


def _actor(record: Fields, acting: AppReference | None) -> Actor:
    caller, claims = text(record, "caller"), member(record, "claims")
    if acting is not None:
        return Actor(kind=ActorKind.APP, id=acting.service_principal_id, app=acting)
    identifier = guid(claims.get(_OBJECT_ID))
    kind = ActorKind.USER if identifier or first_text(claims, *_USER_CLAIMS) else ActorKind.UNKNOWN
    return Actor(kind=kind, id=identifier, name=caller)


def _receiving_app(assignment: Mapping[str, object]) -> AppReference:
    """The service principal that a role was given to, or taken from."""
    if str(assignment.get("principaltype", "")).lower() != "serviceprincipal":
        return AppReference()
    return app_reference(service_principal_id=guid(assignment.get("principalid")))


def _assignment(record: Fields) -> dict[str, object]:
    """Properties of a role assignment by their names in lower case; empty where the record does not tell them."""
    for name in _BODIES:
        body = embedded(member(record, "properties").get(name))
        told = _lowered(_lowered(body).get("properties"))
        if told:
            return told
    return {}


def _lowered(value: object) -> dict[str, object]:
    """The API answers ``principalId``, and clients send ``PrincipalId``."""
    return {name.lower(): found for name, found in value.items()} if isinstance(value, dict) else {}


def _changes(record: Fields, assignment: Mapping[str, object]) -> Iterator[PropertyChange]:
    for name in ("roleDefinitionId", "principalId", "principalType", "scope"):
        if after := as_text(assignment.get(name.lower())):
            yield PropertyChange(name=name, after=after)
    if reason := _value(record, "subStatus"):
        yield PropertyChange(name="subStatus", after=reason)


def _target(record: Fields, operation: str) -> Target:
    """The resource. Its type is that of the operation, without the verb, where the record does not say it."""
    identifier = as_text(text(record, "resourceId"))
    return Target(
        kind=_value(record, "resourceType") or operation.rpartition("/")[0] or None,
        id=identifier,
        name=identifier.rpartition("/")[2] if identifier else None,
    )


def _address(record: Fields) -> Known[str]:
    address = text(member(record, "httpRequest"), "clientIpAddress") or text(member(record, "claims"), "ipaddr")
    return address or UNKNOWN


def _status(record: Fields) -> str:
    return _value(record, "status").lower()


def _value(record: Fields, name: str) -> str:
    """Of ``{"value": …, "localizedValue": …}``; some exports have the text itself."""
    found = record.get(name)
    return found if isinstance(found, str) else text(member(record, name), "value") or ""
