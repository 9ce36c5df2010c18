"""Which app a directory audit is about, and which API. Each operation puts them elsewhere."""

from shared.domain.app_references import AppReference, Resolution
from shared.domain.events import Resource
from shared.sources.audits.record import AuditRecord, Target
from shared.sources.decoding import as_text
from shared.sources.fields import guid, object_id, strings

_APP_ID_PROPERTIES = ("TargetId.ServicePrincipalNames", "AppPrincipalId", "AppId", "ServicePrincipalName")


def app_reference(
    *,
    app_id: str | None = None,
    service_principal_id: str | None = None,
    application_object_id: str | None = None,
    display_name: str | None = None,
) -> AppReference:
    """A reference that is resolved if the record itself names the appId. It goes into table rows, so it is cut."""
    return AppReference(
        app_id=app_id,
        service_principal_id=object_id(as_text(service_principal_id)),
        application_object_id=object_id(as_text(application_object_id)),
        display_name=as_text(display_name),
        resolution=Resolution.RESOLVED if app_id else Resolution.UNRESOLVED,
    )


def target_app(record: AuditRecord, target: Target | None = None) -> AppReference:
    """The app that is the target itself, the first one unless given; empty for a target that is no app."""
    target = target or record.target
    if target.type not in ("Application", "ServicePrincipal"):
        return AppReference()
    is_registration = target.type == "Application"
    return app_reference(
        app_id=_target_app_id(record, target),
        application_object_id=target.id if is_registration else None,
        service_principal_id=None if is_registration else target.id,
        display_name=target.name,
    )


def client_app(record: AuditRecord) -> AppReference:
    """The app that holds a grant or an app role: the target is the API it is for.

    The client stands in the properties, its appId and name often empty, and sometimes again as the second target.
    """
    second = record.targets[1] if len(record.targets) > 1 else Target()
    repeated = second if second.type == "ServicePrincipal" else Target()
    return app_reference(
        app_id=guid(record.text("ServicePrincipal.AppId")) or repeated.app_id,
        service_principal_id=record.text("ServicePrincipal.ObjectID") or repeated.id,
        display_name=record.text("ServicePrincipal.DisplayName") or repeated.name,
    )


def owned_app(record: AuditRecord) -> AppReference:
    """The app that got or lost an owner: the target is the owner."""
    return app_reference(
        app_id=guid(record.text("Application.AppId") or record.text("ServicePrincipal.AppId")),
        application_object_id=record.text("Application.ObjectID"),
        service_principal_id=record.text("ServicePrincipal.ObjectID"),
        display_name=record.text("Application.DisplayName") or record.text("ServicePrincipal.DisplayName"),
    )


def target_resource(record: AuditRecord) -> Resource:
    """The API that is the target of a grant."""
    return Resource(
        app_id=_lone_guid(record.after("TargetId.ServicePrincipalNames")) or record.target.app_id,
        service_principal_id=object_id(record.target.id),
        display_name=as_text(record.target.name),
    )


def _target_app_id(record: AuditRecord, target: Target) -> str | None:
    if target.app_id:
        return target.app_id
    for name in _APP_ID_PROPERTIES:
        app_id = _lone_guid(record.after(name)) or _lone_guid(record.before(name))
        if app_id:
            return app_id
    return guid(record.details.get("AppId"))


def _lone_guid(value: object) -> str | None:
    """The GUID that stands alone among service principal names, which are a list or are joined by semicolons.

    Microsoft Graph's begin with ``00000003-…/ags.windows.net``: the appId is there, but not alone.
    """
    return next((found for item in strings(value) for name in item.split(";") if (found := guid(name))), None)
