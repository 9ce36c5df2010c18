"""The facts of an event, read from the normalised ``Event``."""

from datetime import datetime

from shared.domain.activities import Activity
from shared.domain.events import ActorKind, Event, Service, Source
from shared.domain.known import UNKNOWN
from shared.policies.app_facts import CREDENTIAL_TYPE, WORDS
from shared.policies.forms import Form
from shared.policies.vocabulary import Fact, FactType, Root, Vocabulary


def _actor_kind(event: Event, _now: datetime) -> object:
    return UNKNOWN if event.actor.kind is ActorKind.UNKNOWN else event.actor.kind


def _actor_is_target(event: Event, _now: datetime) -> object:
    """Whether the app acted on itself. Compares ids only: a display name proves nothing."""
    actor, target = event.actor.app, event.app
    if event.actor.kind is ActorKind.USER:
        return False
    if actor is not None:
        if actor.app_id and target.app_id:
            return actor.app_id == target.app_id
        if actor.service_principal_id and target.service_principal_id:
            return actor.service_principal_id == target.service_principal_id
    return UNKNOWN


def _app_id(event: Event, _now: datetime) -> object:
    """An app that is named by an object id only is not resolved yet: its appId is unknown, not null."""
    return event.app.app_id or (UNKNOWN if event.app.key else None)


def _resource_app_id(event: Event, _now: datetime) -> object:
    return event.resource.app_id or (UNKNOWN if event.resource.service_principal_id else None)


_CREDENTIAL = Vocabulary(
    [
        CREDENTIAL_TYPE,
        Fact("keyId", FactType.TOKEN, ("key_id",), "Its id.", may_be_unknown=False),
        Fact("displayName", FactType.TEXT, ("display_name",), "The name its maker gave it.", may_be_unknown=False),
        Fact("issuer", FactType.TEXT, ("issuer",), "Issuer of a federated credential.", may_be_unknown=False),
        Fact("subject", FactType.TEXT, ("subject",), "Subject of a federated credential.", may_be_unknown=False),
    ]
)

_CHANGE = Vocabulary(
    [
        Fact("name", FactType.TEXT, ("name",), "The property's name in the record.", may_be_unknown=False),
        Fact("before", FactType.TEXT, ("before",), "Its value before, as text.", may_be_unknown=False),
        Fact("after", FactType.TEXT, ("after",), "Its value after, as text.", may_be_unknown=False),
    ]
)


def _known(name: str, kind: FactType, path: str, description: str, choices: tuple[str, ...] = ()) -> Fact:
    """A fact that every event carries, if only as null."""
    return Fact(name, kind, tuple(path.split(".")), description, root=Root.EVENT, choices=choices, may_be_unknown=False)


def _fact(  # noqa: PLR0913 -- a row of the table below
    name: str,
    kind: FactType,
    path: str,
    description: str,
    *,
    unit: str | None = None,
    element: Vocabulary | None = None,
    choices: tuple[str, ...] = (),
    form: Form | None = None,
) -> Fact:
    segments = tuple(path.split("."))
    return Fact(
        name, kind, segments, description, root=Root.EVENT, unit=unit, element=element, choices=choices, form=form
    )


_ACTIVITIES = tuple(activity.value for activity in Activity)
_SOURCES = tuple(source.value for source in Source)
_SERVICES = tuple(service.value for service in Service)
_ACTORS = (ActorKind.USER.value, ActorKind.APP.value)

EVENT_FACTS: tuple[Fact, ...] = (
    _known("event.activity", FactType.TOKEN, "activity", "What happened.", _ACTIVITIES),
    _known("event.source", FactType.TOKEN, "source", "The log that told of it.", _SOURCES),
    _known("event.operation", FactType.TEXT, "operation", "The service's own name for it."),
    _known("event.succeeded", FactType.BOOLEAN, "succeeded", "False if the service refused it."),
    _known("event.time", FactType.TIME, "time", "When it happened."),
    Fact(
        "event.actor.kind",
        FactType.TOKEN,
        ("actor", "kind"),
        "Who did it: user or app.",
        root=Root.EVENT,
        choices=_ACTORS,
        derive=_actor_kind,
    ),
    _known("event.actor.id", FactType.TOKEN, "actor.id", "The actor's object id."),
    _known("event.actor.name", FactType.TEXT, "actor.name", "A user principal name, or an app's display name."),
    Fact(
        "event.actorIsTarget",
        FactType.BOOLEAN,
        ("actor", "app"),
        "The app acted on itself.",
        root=Root.EVENT,
        derive=_actor_is_target,
    ),
    Fact(
        "event.app.appId",
        FactType.TOKEN,
        ("app", "app_id"),
        "The app the event is about; unknown while unresolved.",
        root=Root.EVENT,
        derive=_app_id,
        form=Form.GUID,
    ),
    _known("event.app.displayName", FactType.TEXT, "app.display_name", "The app's name in the record."),
    Fact(
        "event.resourceAppId",
        FactType.TOKEN,
        ("resource", "app_id"),
        "The API that the permission or the sign-in is for.",
        root=Root.EVENT,
        derive=_resource_app_id,
        form=Form.GUID,
    ),
    _known("event.resourceName", FactType.TEXT, "resource.display_name", "The API's display name."),
    _fact("event.ipAddress", FactType.TOKEN, "client.ip_address", "Where the request came from.", form=Form.ADDRESS),
    _fact("event.country", FactType.TOKEN, "client.country", "ISO 3166 alpha-2.", form=Form.COUNTRY),
    _fact("event.asn", FactType.NUMBER, "client.asn", "The number of the network it came from.", unit="asn"),
    _fact("event.userAgent", FactType.TEXT, "client.user_agent", "What the client called itself."),
    Fact(
        "event.changes",
        FactType.COLLECTION,
        ("changes",),
        "The modified properties of the record.",
        root=Root.EVENT,
        may_be_unknown=False,
        element=_CHANGE,
    ),
    _fact("event.consentType", FactType.TOKEN, "consent_type", "AllPrincipals or Principal."),
    _fact("event.adminConsent", FactType.BOOLEAN, "admin_consent", "An administrator consented for all."),
    _fact("event.riskReason", FactType.TEXT, "risk_reason", "Why Entra found the consent risky."),
    # A grant keeps its scopes in the case that its maker wrote, so case must not matter.
    _fact("event.scopes.before", FactType.TEXTS, "scopes.before", "Permissions before.", element=WORDS),
    _fact("event.scopes.after", FactType.TEXTS, "scopes.after", "Permissions after.", element=WORDS),
    _fact("event.scopes.added", FactType.TEXTS, "scopes.added", "Permissions gained.", element=WORDS),
    _fact("event.scopes.removed", FactType.TEXTS, "scopes.removed", "Permissions lost.", element=WORDS),
    _fact(
        "event.appRoles.added",
        FactType.TOKENS,
        "app_roles.added",
        "Application permissions that a manifest newly asks for.",
        element=WORDS,
    ),
    _fact("event.appRole", FactType.TOKEN, "app_role", "The application permission granted, by name."),
    _fact("event.appRoleId", FactType.TOKEN, "app_role_id", "The application permission granted, by id."),
    _fact("event.credentials.added", FactType.COLLECTION, "credentials_added", "New ones.", element=_CREDENTIAL),
    _fact("event.credentials.removed", FactType.COLLECTION, "credentials_removed", "Gone ones.", element=_CREDENTIAL),
    _fact("event.directoryRole", FactType.TEXT, "directory_role", "The directory role, by display name."),
    _fact("event.user", FactType.TOKEN, "user", "The user who was made owner, assigned or given a role."),
    _fact("event.mailbox", FactType.TOKEN, "mailbox", "The mailbox that was read or sent from."),
    _fact("event.itemCount", FactType.NUMBER, "item_count", "Items in one record.", unit="items"),
    _fact("event.accessType", FactType.TOKEN, "access_type", "Bind or Sync."),
    _fact("event.errorCode", FactType.NUMBER, "error_code", "The sign-in's AADSTS code; 0 is success.", unit="code"),
    _fact("event.credentialKeyId", FactType.TOKEN, "credential_key_id", "The credential that signed in."),
    _fact("event.signInKind", FactType.TOKEN, "sign_in_kind", "E.g. interactiveUser, servicePrincipal."),
    _fact("event.credentialKind", FactType.TOKEN, "credential_kind", "How the app proved itself, e.g. clientSecret."),
    _fact("event.service", FactType.TOKEN, "service", "Whose data was touched.", choices=_SERVICES),
    _fact("event.targetKind", FactType.TEXT, "target.kind", "The type of what was acted on, where that is no app."),
    _fact("event.targetName", FactType.TEXT, "target.name", "Its name; whoever made it chose that."),
    _fact("event.byteCount", FactType.NUMBER, "byte_count", "How much was transferred.", unit="bytes"),
    _fact("event.labelId", FactType.TOKEN, "label_id", "The sensitivity label of what was touched."),
    _fact("event.method", FactType.TOKEN, "method", "Of a call of Graph: GET, POST and so on."),
    _fact("event.path", FactType.TEXT, "path", "Of a call of Graph: its template, as /users/{id}/messages."),
    _fact("event.statusCode", FactType.NUMBER, "status_code", "The status that a call was answered.", unit="code"),
    _fact(
        "event.tokenPermissions",
        FactType.TOKENS,
        "token_permissions",
        "Scopes or roles that the token carried.",
        element=WORDS,
    ),
    _fact("event.riskLevel", FactType.TOKEN, "risk_level", "low, medium, high, hidden or none."),
    _fact("event.riskState", FactType.TOKEN, "risk_state", "E.g. atRisk, confirmedCompromised, dismissed."),
    _fact("event.riskType", FactType.TOKEN, "risk_type", "E.g. leakedCredentials, suspiciousSignins."),
    _fact("event.foreignAlert.title", FactType.TEXT, "foreign_alert.title", "The title of Defender's alert."),
    _fact("event.foreignAlert.severity", FactType.TOKEN, "foreign_alert.severity", "Its severity, in Defender's word."),
    _fact("event.foreignAlert.status", FactType.TOKEN, "foreign_alert.status", "new, inProgress or resolved."),
    _fact("event.foreignAlert.category", FactType.TEXT, "foreign_alert.category", "Its category, e.g. Exfiltration."),
)
