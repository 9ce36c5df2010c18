"""Sign-ins in the form of Microsoft Graph, as beta gives them: the four streams, and what v1.0 leaves out."""

from local.records.content import Record
from local.records.directory_audits import graph_time
from local.records.errors import NotRecorded
from local.records.identifiers import object_id_of
from shared.domain.activities import Activity
from shared.domain.events import ActorKind, Event
from shared.domain.known import UNKNOWN

_SOME_FAILURE = 50_000
"""The token service's code for a failure that it does not explain, for an event that does not either."""


def as_sign_in(event: Event) -> Record:
    """The signIn object. Raises NotRecorded for anything else than a sign-in.

    Service principals sign in as a user named "": what is missing in a record is mostly an empty text, not null.
    """
    if event.activity is not Activity.SIGN_IN:
        raise NotRecorded(f"{event.activity} is no sign-in")
    kind = sign_in_kind(event)
    by_user = kind in ("interactiveUser", "nonInteractiveUser")
    code = event.error_code if event.error_code else 0 if event.succeeded else _SOME_FAILURE
    app, resource = event.app, event.resource
    record: Record = {
        "id": event.id,
        "createdDateTime": graph_time(event.time),
        "correlationId": event.correlation_id,
        "signInEventTypes": [kind],
        "isInteractive": kind == "interactiveUser",
        "appId": app.app_id or "",
        "appDisplayName": app.display_name or "",
        "userId": event.actor.id or "" if by_user else "",
        "userPrincipalName": event.actor.name or "" if by_user else "",
        "userDisplayName": "",
        "servicePrincipalId": "" if by_user else object_id_of(app, event),
        "servicePrincipalName": "" if by_user else app.display_name or "",
        "resourceId": resource.app_id or "",
        "resourceServicePrincipalId": resource.service_principal_id or "",
        "resourceDisplayName": resource.display_name or "",
        "clientAppUsed": "Browser" if kind == "interactiveUser" else "Unknown",
        "conditionalAccessStatus": "notApplied",
        "status": {"errorCode": code, "failureReason": "Other.", "additionalDetails": None},
    }
    return {**record, **_client(event), **_credential(event)}


def sign_in_kind(event: Event) -> str:
    """The stream that the sign-in is in; by who signed in where the event does not say."""
    if event.sign_in_kind:
        return event.sign_in_kind
    return "servicePrincipal" if event.actor.kind is ActorKind.APP else "interactiveUser"


def _client(event: Event) -> Record:
    client = event.client
    facts: Record = {}
    if client.ip_address is not UNKNOWN:
        facts["ipAddress"] = client.ip_address or ""
    if client.asn is not UNKNOWN:
        facts["autonomousSystemNumber"] = client.asn or 0
    if client.user_agent is not UNKNOWN:
        facts["userAgent"] = client.user_agent or ""
    if client.country is not UNKNOWN:
        facts["location"] = {"city": "", "state": "", "countryOrRegion": client.country or ""}
    return facts


def _credential(event: Event) -> Record:
    key = event.credential_key_id
    return {} if key is UNKNOWN else {"servicePrincipalCredentialKeyId": key or "", "federatedCredentialId": ""}
