"""Registrations and service principals: their changes, owners and directory roles."""

from msgspec import Struct
from msgspec.structs import replace

from shared.domain.activities import Activity
from shared.domain.app_references import AppReference
from shared.domain.events import Event
from shared.sources.audits.apps import owned_app, target_app
from shared.sources.audits.credentials import CredentialChange, federated_change, key_change
from shared.sources.audits.manifests import manifest_change
from shared.sources.audits.record import AuditRecord, Target

_ALWAYS_TOLD = frozenset({Activity.APP_ADDED, Activity.SERVICE_PRINCIPAL_ADDED})
_CREDENTIAL_OPERATIONS = frozenset({Activity.CREDENTIAL_ADDED, Activity.CREDENTIAL_REMOVED})


class _Facet(Struct, frozen=True):
    """One thing that an update tells, and the property that told it."""

    property: str
    event: Event


def read_object(record: AuditRecord, activity: Activity) -> tuple[Event, ...]:
    """What an operation on a registration or service principal tells.

    One update may add a credential, trust an issuer and ask for permissions at once: each becomes an event of its
    own. The update itself is told too if anything else has changed, and always when the object is new. An operation
    that is named after credentials but shows none is told as it is named.
    """
    whole = record.event(activity, target_app(record))
    facets = [*_credential_facets(record, whole), *_manifest_facets(record, whole)]
    told = tuple(facet.event for facet in facets)
    if not told or activity in _ALWAYS_TOLD:
        return (whole, *told)
    if activity in _CREDENTIAL_OPERATIONS or not _tells_more(record, {facet.property for facet in facets}):
        return told
    return (whole, *told)


def read_owner(record: AuditRecord, activity: Activity) -> tuple[Event, ...]:
    """A new or former owner. The target is the owner; the app stands in the properties."""
    whole = record.event(activity, owned_app(record))
    return (replace(whole, user=_principal_id(record.target)),)


def read_directory_role(record: AuditRecord, activity: Activity) -> tuple[Event, ...]:
    """A directory role for a service principal, then the app of the event, or for a user, then without an app."""
    principal = next((target for target in record.targets if target.type != "Role"), Target())
    role = next((target for target in record.targets if target.type == "Role"), Target())
    is_app = principal.type == "ServicePrincipal"
    app = target_app(record, principal) if is_app else AppReference()
    assigned = replace(
        record.event(activity, app),
        directory_role=record.text("Role.DisplayName") or role.name or record.text("Role.TemplateId"),
        user=None if is_app else _principal_id(principal),
    )
    return (assigned,)


def _credential_facets(record: AuditRecord, whole: Event) -> list[_Facet]:
    keys = key_change(record.before("KeyDescription"), record.after("KeyDescription"))
    trusts = federated_change(
        record.before("FederatedIdentityCredentials"), record.after("FederatedIdentityCredentials")
    )
    facets = []
    if keys:
        activity = Activity.CREDENTIAL_ADDED if keys.added else Activity.CREDENTIAL_REMOVED
        facets.append(_Facet("KeyDescription", _with_credentials(whole, activity, keys)))
    if trusts:
        activity = Activity.FEDERATED_CREDENTIAL_ADDED if trusts.added else Activity.FEDERATED_CREDENTIAL_REMOVED
        facets.append(_Facet("FederatedIdentityCredentials", _with_credentials(whole, activity, trusts)))
    return facets


def _with_credentials(whole: Event, activity: Activity, change: CredentialChange) -> Event:
    return replace(whole, activity=activity, credentials_added=change.added, credentials_removed=change.removed)


def _manifest_facets(record: AuditRecord, whole: Event) -> list[_Facet]:
    change = manifest_change(record.before("RequiredResourceAccess"), record.after("RequiredResourceAccess"))
    if change is None:
        return []
    requested = replace(
        whole,
        activity=Activity.PERMISSIONS_REQUESTED,
        resource=change.resource,
        scopes=change.scopes,
        app_roles=change.app_roles,
    )
    return [_Facet("RequiredResourceAccess", requested)]


def _tells_more(record: AuditRecord, told: set[str]) -> bool:
    """Whether a property has changed that no facet tells. Those that only describe the record do not count."""
    return any(
        change.name not in told
        and change.name != "Included Updated Properties"
        and not change.name.startswith("TargetId.")
        for change in record.changes
    )


def _principal_id(target: Target) -> str | None:
    """The object id, so that it compares with the actor's; the user principal name where there is none."""
    return target.id or target.user_principal_name
