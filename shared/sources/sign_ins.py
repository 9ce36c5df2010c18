"""Sign-ins in the form of Microsoft Graph: v1.0, and the four streams of beta.

Log Analytics rows and diagnostic-settings envelopes are brought into this form and read here too. Empty strings mean
nothing: service principals sign in as a user named "".
"""

from shared.domain.activities import Activity
from shared.domain.app_references import AppReference
from shared.domain.events import Actor, ActorKind, Client, Event, Resource, Service, Source
from shared.domain.known import UNKNOWN, Known
from shared.domain.microsoft import (
    AZURE_AD_GRAPH,
    AZURE_SERVICE_MANAGEMENT,
    EXCHANGE_ONLINE,
    SHAREPOINT_ONLINE,
    TEAMS_ADMINISTRATION,
)
from shared.sources.audits.apps import app_reference
from shared.sources.decoding import as_text, content_id
from shared.sources.errors import RecordError
from shared.sources.fields import Fields, first_text, guid, integer, known_text, member, object_id, strings, text
from shared.sources.times import time_of

_USER_KINDS = frozenset({"interactiveUser", "nonInteractiveUser"})
_MANAGED_IDENTITY = "managedIdentity"
_UNTOLD = frozenset({"hidden", "unknownFutureValue"})
"""What an enumeration says where the tenant's licence hides the value, or the value is newer than the API's version."""

_SERVICES = {
    EXCHANGE_ONLINE: Service.EXCHANGE,
    SHAREPOINT_ONLINE: Service.SHAREPOINT,
    TEAMS_ADMINISTRATION: Service.TEAMS,
    AZURE_AD_GRAPH: Service.DIRECTORY,
    AZURE_SERVICE_MANAGEMENT: Service.AZURE,
}
"""By the appId of the API. A token for Microsoft Graph opens any of them: OTHER."""

_OPERATION = "Sign-in activity"
"""The name that every log gives to a sign-in."""


def read_sign_in(record: Fields) -> tuple[Event, ...]:
    """The event of one signIn object. Raises RecordError."""
    if not text(record, "appId") and not text(record, "servicePrincipalId"):
        raise RecordError("the sign-in names no app")
    kind = _sign_in_kind(record)
    app = app_reference(
        app_id=guid(record.get("appId")),
        service_principal_id=text(record, "servicePrincipalId"),
        display_name=first_text(record, "appDisplayName", "servicePrincipalName"),
    )
    error_code = integer(member(record, "status").get("errorCode"))
    resource = Resource(
        app_id=guid(record.get("resourceId")),
        service_principal_id=object_id(record.get("resourceServicePrincipalId")),
        display_name=as_text(text(record, "resourceDisplayName")),
    )
    signed_in = Event(
        id=text(record, "id") or content_id(record),
        source=Source.SIGN_INS,
        activity=Activity.SIGN_IN,
        operation=_OPERATION,
        time=time_of(record, "createdDateTime"),
        succeeded=not error_code,
        correlation_id=text(record, "correlationId"),
        actor=_actor(record, kind, app),
        app=app,
        resource=resource,
        client=Client(
            ip_address=known_text(record, "ipAddress"),
            country=_country(record),
            asn=_asn(record),
            user_agent=known_text(record, "userAgent"),
        ),
        error_code=error_code,
        credential_key_id=_credential_key_id(record),
        credential_kind=_MANAGED_IDENTITY if kind == _MANAGED_IDENTITY else _choice(record, "clientCredentialType"),
        sign_in_kind=kind,
        token_id=known_text(record, "uniqueTokenIdentifier"),
        service=_SERVICES.get(resource.app_id, Service.OTHER) if resource.app_id else UNKNOWN,
        risk_level=_risk_level(record),
    )
    return (signed_in,)


def _sign_in_kind(record: Fields) -> str:
    """One of interactiveUser, nonInteractiveUser, servicePrincipal, managedIdentity.

    Only beta says it; v1.0 holds interactive sign-ins alone.
    """
    told = next(iter(strings(record.get("signInEventTypes"))), None)
    return told or ("nonInteractiveUser" if record.get("isInteractive") is False else "interactiveUser")


def _actor(record: Fields, kind: str, app: AppReference) -> Actor:
    if kind in _USER_KINDS:
        return Actor(
            kind=ActorKind.USER,
            id=text(record, "userId"),
            name=first_text(record, "userPrincipalName", "userDisplayName"),
        )
    return Actor(kind=ActorKind.APP, id=app.service_principal_id, name=app.display_name, app=app)


def _country(record: Fields) -> Known[str]:
    """ISO 3166 alpha-2. Managed identities sign in from inside Azure: their records have no location."""
    return text(member(record, "location"), "countryOrRegion") if "location" in record else UNKNOWN


def _asn(record: Fields) -> Known[int]:
    """The number of the network, of which 0 is none."""
    if "autonomousSystemNumber" not in record:
        return UNKNOWN
    return integer(record["autonomousSystemNumber"]) or None


def _choice(record: Fields, name: str) -> Known[str]:
    """One of the values that an enumeration has."""
    told = known_text(record, name)
    return UNKNOWN if told in _UNTOLD else told


def _risk_level(record: Fields) -> Known[str]:
    """That of this one sign-in; None where nothing was found."""
    told = _choice(record, "riskLevelDuringSignIn")
    return None if told == "none" else told


def _credential_key_id(record: Fields) -> Known[str]:
    """The secret or certificate that was used, else the federated credential. v1.0 does not say."""
    if "servicePrincipalCredentialKeyId" not in record and "federatedCredentialId" not in record:
        return UNKNOWN
    return first_text(record, "servicePrincipalCredentialKeyId", "federatedCredentialId")
