"""The normalised Event: one thing that happened, whichever service told of it.

Detections read nothing else. Facts that a record of this kind never carries are ``UNKNOWN``; facts that it carries
empty are ``None`` (see ``known.py``).

``gc=False``: none of these can be part of a cycle, and where thousands are decoded at once the garbage collector would
take most of the time.
"""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from shared.domain.activities import Activity
from shared.domain.app_references import AppReference
from shared.domain.known import UNKNOWN, Known


class Source(StrEnum):
    """The log of record, not the way it came: a directory audit is one whether Graph or Log Analytics delivered it."""

    DIRECTORY_AUDITS = "directoryAudits"
    SIGN_INS = "signIns"
    UNIFIED_AUDIT_LOG = "unifiedAuditLog"
    GRAPH_ACTIVITY = "graphActivity"
    IDENTITY_RISK = "identityRisk"
    DEFENDER_ALERTS = "defenderAlerts"
    AZURE_ACTIVITY = "azureActivity"


class Service(StrEnum):
    """Whose data was touched."""

    EXCHANGE = "exchange"
    SHAREPOINT = "sharePoint"
    ONEDRIVE = "oneDrive"
    TEAMS = "teams"
    DIRECTORY = "directory"
    AZURE = "azure"
    OTHER = "other"


class ActorKind(StrEnum):
    USER = "user"
    APP = "app"
    UNKNOWN = "unknown"


class Actor(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True, gc=False):
    """Who did it. ``id`` is an object id; ``app`` is set where an app acted."""

    kind: ActorKind = ActorKind.UNKNOWN
    id: str | None = None
    name: str | None = None
    app: AppReference | None = None


class Resource(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True, gc=False):
    """The API that permissions are for, e.g. Microsoft Graph."""

    app_id: str | None = None
    service_principal_id: str | None = None
    display_name: str | None = None


class PermissionChange(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True, gc=False):
    """Delegated scopes, or permission names of a manifest, before and after. The services report them cumulatively."""

    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()

    @property
    def added(self) -> tuple[str, ...]:
        return tuple(name for name in self.after if name not in self.before)

    @property
    def removed(self) -> tuple[str, ...]:
        return tuple(name for name in self.before if name not in self.after)


class CredentialKind(StrEnum):
    SECRET = "secret"  # noqa: S105 -- the name of a kind of credential, not a value
    CERTIFICATE = "certificate"
    FEDERATED = "federated"
    UNKNOWN = "unknown"


class EventCredential(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True, gc=False):
    """A credential that was added or removed. Never its value."""

    key_id: str | None = None
    kind: CredentialKind = CredentialKind.UNKNOWN
    display_name: str | None = None
    issuer: str | None = None
    subject: str | None = None


class PropertyChange(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True, gc=False):
    """One modified property as the record tells it, decoded from its JSON-in-a-string, shown as text."""

    name: str
    before: str | None = None
    after: str | None = None


class Client(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True, gc=False):
    """Where the request came from. ``country`` is an ISO 3166 alpha-2 code, ``asn`` the number of its network."""

    ip_address: Known[str] = UNKNOWN
    country: Known[str] = UNKNOWN
    asn: Known[int] = UNKNOWN
    user_agent: Known[str] = UNKNOWN


class Target(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True, gc=False):
    """What was acted on, where that is no app: a file, a site, an Azure resource. ``name`` may be an attacker's."""

    kind: str | None = None
    id: str | None = None
    name: str | None = None


class ForeignAlert(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True, gc=False):
    """An alert of Microsoft's, as it stood at the time of the event. Status and the like are alerts_v2's words."""

    id: str
    title: str | None = None
    severity: str | None = None
    status: str | None = None
    classification: str | None = None
    determination: str | None = None
    category: str | None = None
    service_source: str | None = None
    detection_source: str | None = None
    detector_id: str | None = None
    techniques: tuple[str, ...] = ()
    description: str | None = None
    web_url: str | None = None
    created: datetime | None = None
    updated: datetime | None = None
    first_activity: datetime | None = None
    last_activity: datetime | None = None


class Event(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True, gc=False):
    """One normalised event.

    ``id`` is the source record's own id as it stood, or ``sha256:…`` of its content where it has none.
    ``time`` is UTC, or None for a record without one: it is judged, but no window or sequence can place it.
    ``scopes`` holds delegated scopes and, for ``app.permissionsRequested``, the permissions of the manifest.
    """

    id: str
    source: Source
    activity: Activity
    operation: str
    time: datetime | None = None
    succeeded: bool = True
    correlation_id: str | None = None
    actor: Actor = Actor()
    app: AppReference = AppReference()
    resource: Resource = Resource()
    client: Client = Client()
    changes: tuple[PropertyChange, ...] = ()

    consent_type: Known[str] = UNKNOWN
    admin_consent: Known[bool] = UNKNOWN
    risk_reason: Known[str] = UNKNOWN
    scopes: Known[PermissionChange] = UNKNOWN
    app_roles: Known[PermissionChange] = UNKNOWN
    """Of ``app.permissionsRequested``: the application permissions among ``scopes``."""

    app_role: Known[str] = UNKNOWN
    app_role_id: Known[str] = UNKNOWN
    credentials_added: Known[tuple[EventCredential, ...]] = UNKNOWN
    credentials_removed: Known[tuple[EventCredential, ...]] = UNKNOWN
    directory_role: Known[str] = UNKNOWN
    user: Known[str] = UNKNOWN
    """The user that was targeted: made owner, assigned to the app, or given a role."""

    mailbox: Known[str] = UNKNOWN
    item_count: Known[int] = UNKNOWN
    access_type: Known[str] = UNKNOWN
    error_code: Known[int] = UNKNOWN
    credential_key_id: Known[str] = UNKNOWN
    credential_kind: Known[str] = UNKNOWN
    """How the app proved itself: clientSecret, certificate, federatedIdentityCredential, managedIdentity or none."""

    sign_in_kind: Known[str] = UNKNOWN
    token_id: Known[str] = UNKNOWN
    """That of the token, by which a call leads to its sign-in."""

    service: Known[Service] = UNKNOWN
    target: Known[Target] = UNKNOWN
    byte_count: Known[int] = UNKNOWN
    label_id: Known[str] = UNKNOWN
    """The sensitivity label of what was touched."""

    method: Known[str] = UNKNOWN
    path: Known[str] = UNKNOWN
    """Of a call of Graph: its template (``/users/{id}/messages``), so that ids do not make each call another."""

    status_code: Known[int] = UNKNOWN
    token_permissions: Known[tuple[str, ...]] = UNKNOWN
    """Scopes or roles that the token carried."""

    risk_level: Known[str] = UNKNOWN
    risk_state: Known[str] = UNKNOWN
    risk_type: Known[str] = UNKNOWN
    foreign_alert: Known[ForeignAlert] = UNKNOWN
