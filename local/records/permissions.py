"""What directory audits say of consents, delegated permission grants and app roles."""

from collections.abc import Iterable

from local.records.content import Content, Property, Target, app_target
from local.records.identifiers import invented_id, object_id_of
from shared.domain.activities import Activity
from shared.domain.events import Event, PermissionChange
from shared.domain.known import UNKNOWN, Known

_GONE = frozenset({Activity.CONSENT_REVOKED, Activity.GRANT_REVOKED, Activity.APP_ROLE_REVOKED})


def consent_content(event: Event) -> Content:
    """A consent: the client is the target, the scopes stand in a text of their own kind."""
    properties = [
        Property("ConsentContext.IsAdminConsent", None, _flag(event.admin_consent)),
        Property("ConsentContext.IsAppOnly", None, "False"),
        Property("ConsentContext.OnBehalfOfAll", None, _on_behalf_of_all(event.consent_type)),
        Property("ConsentContext.Tags", None, "WindowsAzureActiveDirectoryIntegratedApp"),
        Property("ConsentAction.Permissions", None, _consent_permissions(event)),
        Property("ConsentAction.Reason", None, event.risk_reason or None),
        Property("TargetId.ServicePrincipalNames", None, event.app.app_id),
    ]
    return Content((app_target(event),), _with_values(properties))


def grant_content(event: Event) -> Content:
    """A delegated permission grant: the API is the target, the client stands in the properties.

    The client's name and appId are often missing on the wire: so they are here where the event does not know them.
    """
    scopes = event.scopes or PermissionChange()
    consent_type = event.consent_type or None
    properties = [
        Property("DelegatedPermissionGrant.Scope", _joined(scopes.before), _joined(scopes.after)),
        Property("DelegatedPermissionGrant.ConsentType", consent_type if scopes.before else None, consent_type),
        *_client(event),
        *_names_of_api(event),
    ]
    client = Target(object_id_of(event.app, event), "ServicePrincipal")
    return Content((_api_target(event), client), _turned(event, properties))


def app_role_content(event: Event) -> Content:
    """An application permission: the API is the target, the client stands in the properties."""
    properties = [
        Property("AppRole.Id", None, event.app_role_id or None),
        Property("AppRole.Value", None, event.app_role or None),
        Property("AppRole.DisplayName", None, event.app_role or None),
        *_client(event),
        *_names_of_api(event),
    ]
    return Content((_api_target(event),), _turned(event, properties))


def app_role_of_user_content(event: Event) -> Content:
    """An app assigned to a user: the app is the target, the user stands in the properties."""
    user = event.user or None
    properties = [
        Property("AppRole.Id", None, event.app_role_id or None),
        Property("AppRole.Value", None, event.app_role or None),
        Property("User.UPN", None, user if user and "@" in user else None),
        Property("User.ObjectID", None, user if user and "@" not in user else None),
        Property("TargetId.ServicePrincipalNames", None, event.app.app_id),
    ]
    return Content((app_target(event),), _with_values(properties))


def _api_target(event: Event) -> Target:
    api = event.resource
    object_id = api.service_principal_id or invented_id("api", api.app_id or "")
    return Target(object_id, "ServicePrincipal", api.display_name, app_id=api.app_id)


def _client(event: Event) -> list[Property]:
    app = event.app
    return [
        Property("ServicePrincipal.ObjectID", None, object_id_of(app, event)),
        Property("ServicePrincipal.DisplayName", None, app.display_name),
        Property("ServicePrincipal.AppId", None, app.app_id),
        Property("ServicePrincipal.Name", None, app.app_id),
    ]


def _names_of_api(event: Event) -> list[Property]:
    """The API's names, of which only one is its appId and nothing else."""
    api = event.resource.app_id
    names = f"{api}/ags.windows.net;{api};https://{api}.example" if api else None
    return [Property("TargetId.ServicePrincipalNames", None, names)]


def _turned(event: Event, properties: Iterable[Property]) -> tuple[Property, ...]:
    """For what is gone, the values that describe it are the old ones; the scopes have both sides already."""
    if event.activity not in _GONE:
        return tuple(properties)
    return tuple(
        Property(found.name, found.after, None)
        if found.before is None and not found.name.startswith("TargetId.")
        else found
        for found in properties
    )


def _joined(scopes: Iterable[str]) -> str | None:
    """Scopes as a grant keeps them: a space in front of each."""
    return "".join(f" {scope}" for scope in scopes) or None


def _consent_permissions(event: Event) -> str | None:
    """``[] => [[Id: …]]; ``, both sides cumulative; a reader has to find its way through."""
    if not event.scopes:
        return None
    return f"{_entries(event, event.scopes.before)} => {_entries(event, event.scopes.after)}; "


def _entries(event: Event, scopes: tuple[str, ...]) -> str:
    if not scopes:
        return "[]"
    for_all = event.consent_type == "AllPrincipals"
    client, api = object_id_of(event.app, event), event.resource.service_principal_id or ""
    facts = {
        "Id": invented_id("grant", client, api),
        "ClientId": client,
        "PrincipalId": "" if for_all else event.actor.id or "",
        "ResourceId": api,
        "ConsentType": event.consent_type or "",
        "Scope": " ".join(scopes),
        "CreatedDateTime": "",
    }
    written = ", ".join(f"{name}: {value}" for name, value in facts.items())
    return f"[[{written}, LastModifiedDateTime ]]"


def _on_behalf_of_all(consent_type: Known[str]) -> str | None:
    return str(consent_type == "AllPrincipals") if consent_type else None


def _flag(value: Known[bool]) -> str | None:
    return None if value is None or value is UNKNOWN else str(value)


def _with_values(properties: Iterable[Property]) -> tuple[Property, ...]:
    return tuple(found for found in properties if found.before is not None or found.after is not None)
