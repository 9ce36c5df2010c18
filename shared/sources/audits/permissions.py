"""Consents, delegated permission grants and app roles."""

import re

from msgspec import Struct
from msgspec.structs import replace

from shared.domain.activities import Activity
from shared.domain.events import Event, PermissionChange, Resource
from shared.domain.known import UNKNOWN, Known
from shared.domain.permissions import permission_by_id
from shared.sources.audits.apps import client_app, target_app, target_resource
from shared.sources.audits.record import AuditRecord
from shared.sources.fields import object_id

_ENTRY = re.compile(
    r"\[Id: [^,\[\]]*, ClientId: (?P<client>[^,\[\]]*), PrincipalId: [^,\[\]]*, ResourceId: (?P<resource>[^,\[\]]*)"
    r", ConsentType: (?P<type>[^,\[\]]*), Scope: (?P<scope>[^,\[\]]*)"
)
"""One grant in ``ConsentAction.Permissions``, which is no JSON. Records since 2025 go on with CreatedDateTime.

No class matches a bracket, so a value made of many openings costs linear time.
"""

_NO_GRANTS = re.compile(r"\s*\[\]\s*=>\s*\[\]\s*;?\s*")


class _Entry(Struct, frozen=True):
    client: str
    resource: str
    consent_type: str
    scopes: tuple[str, ...]


def read_consent(record: AuditRecord, activity: Activity) -> tuple[Event, ...]:
    """A consent. The client is the target. Both sides of the permissions are cumulative over all its grants."""
    told = _plain(record.after("ConsentAction.Permissions"))
    before, after = _consent_sides(told)
    app = target_app(record)
    if app.service_principal_id is None and after:
        app = replace(app, service_principal_id=object_id(after[0].client))
    apis = {entry.resource for entry in after or before}
    consented = replace(
        record.event(activity, app),
        resource=Resource(service_principal_id=object_id(apis.pop())) if len(apis) == 1 else Resource(),
        consent_type=_consent_type(record, after or before),
        admin_consent=_flag(record, "ConsentContext.IsAdminConsent"),
        risk_reason=_risk_reason(record),
        scopes=_consented_scopes(told, before, after),
    )
    return (consented,)


def read_grant(record: AuditRecord, activity: Activity) -> tuple[Event, ...]:
    """A delegated permission grant. The client stands in the properties; the target is the API."""
    scopes = PermissionChange(
        before=_words(record.before("DelegatedPermissionGrant.Scope")),
        after=_words(record.after("DelegatedPermissionGrant.Scope")),
    )
    granted = replace(
        record.event(_grant_activity(activity, scopes), client_app(record)),
        resource=target_resource(record),
        scopes=scopes if record.holds("DelegatedPermissionGrant.Scope") else UNKNOWN,
        consent_type=record.text("DelegatedPermissionGrant.ConsentType") or UNKNOWN,
    )
    return (granted,)


def read_app_role(record: AuditRecord, activity: Activity) -> tuple[Event, ...]:
    """An application permission. The client stands in the properties; the target is the API."""
    role_id = record.text("AppRole.Id")
    listed = permission_by_id(role_id) if role_id else None
    granted = replace(
        record.event(activity, client_app(record)),
        resource=target_resource(record),
        app_role=record.text("AppRole.Value") or (listed.name if listed else UNKNOWN),
        app_role_id=role_id or UNKNOWN,
    )
    return (granted,)


def read_app_role_of_user(record: AuditRecord, activity: Activity) -> tuple[Event, ...]:
    """An app assigned to a user, as a first consent does. The target is the app."""
    assigned = replace(
        record.event(activity, target_app(record)),
        app_role=record.text("AppRole.Value"),
        app_role_id=record.text("AppRole.Id"),
        user=record.text("User.ObjectID") or record.text("User.UPN"),
    )
    return (assigned,)


def _grant_activity(told: Activity, scopes: PermissionChange) -> Activity:
    """What really happened to a grant, whatever the operation is called.

    To amend a consent the service writes both an "Add" and a "Remove delegated permission grant" within milliseconds,
    and the scopes of both grow. Only a removal whose scopes shrink, or end, is one.
    """
    if told is Activity.GRANT_ADDED:
        return Activity.GRANT_CHANGED if scopes.before else Activity.GRANT_ADDED
    if scopes.after and (scopes.added or not scopes.removed):
        return Activity.GRANT_CHANGED
    return Activity.GRANT_REVOKED


def _consent_sides(permissions: str) -> tuple[list[_Entry], list[_Entry]]:
    """``[] => [[Id: …], [Id: …]]; ``: what the app had, and what it has now."""
    before, _, after = permissions.partition("=>")
    return _entries(before), _entries(after)


def _entries(side: str) -> list[_Entry]:
    return [
        _Entry(found["client"], found["resource"], found["type"], tuple(found["scope"].split()))
        for found in _ENTRY.finditer(side)
    ]


def _consented_scopes(told: str, before: list[_Entry], after: list[_Entry]) -> Known[PermissionChange]:
    """Null for a consent that says it gave nothing, unknown where the record does not say or cannot be understood."""
    if before or after:
        return PermissionChange(before=_union(before), after=_union(after))
    return None if _NO_GRANTS.fullmatch(told) else UNKNOWN


def _consent_type(record: AuditRecord, entries: list[_Entry]) -> Known[str]:
    types = {entry.consent_type for entry in entries if entry.consent_type}
    if types:
        return "AllPrincipals" if "AllPrincipals" in types else types.pop()
    for_all = _flag(record, "ConsentContext.OnBehalfOfAll")
    return UNKNOWN if for_all is UNKNOWN else "AllPrincipals" if for_all else "Principal"


def _risk_reason(record: AuditRecord) -> str | None:
    """Why the service found the consent risky; older records hold it as the result of the method that was run."""
    result = record.text("MethodExecutionResult.")
    return record.text("ConsentAction.Reason") or (result if result and "Risky" in result else None)


def _flag(record: AuditRecord, name: str) -> Known[bool]:
    """``True`` in JSON-quoted or bare form; unknown where the record does not hold the property."""
    value = record.text(name)
    return UNKNOWN if value is None else value.lower() == "true"


def _union(entries: list[_Entry]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(scope for entry in entries for scope in entry.scopes))


def _words(value: object) -> tuple[str, ...]:
    """Scopes of a grant: separated by spaces, often with one in front."""
    return tuple(dict.fromkeys(_plain(value).split()))


def _plain(value: object) -> str:
    """A value that is text, whole: what it grants must not be cut off, however much of it is shown."""
    return value if isinstance(value, str) else ""
