"""What directory audits say of registrations and service principals: credentials, owners, roles, the rest."""

from local.records.content import Content, Property, Target, app_target
from local.records.errors import NotRecorded
from local.records.identifiers import invented_id
from local.records.manifests import required_access
from local.records.operations import is_about_registration
from shared.domain.events import CredentialKind, Event, EventCredential

_KEY_TYPES = {CredentialKind.SECRET: "Password", CredentialKind.CERTIFICATE: "AsymmetricX509Cert"}
_NO_KEY_TYPE = "Symmetric"
"""A key type of old that stands for neither: the kind stays unknown."""


def added_content(event: Event) -> Content:
    """A new registration or service principal, with the properties that it begins with.

    ``Credential`` is on the wire too: readers must not let its value out.
    """
    app, registration = event.app, is_about_registration(event)
    first = [
        Property("AppId" if registration else "AppPrincipalId", [], [app.app_id] if app.app_id else []),
        Property("DisplayName", [], [app.display_name] if app.display_name else []),
    ]
    if not registration:
        store = {"CredentialType": 2, "KeyStoreId": invented_id("key store", event.id)}
        first += [Property("AccountEnabled", [], [True]), Property("Credential", [], [store])]
    return _about_app(event, *first)


def key_content(event: Event) -> Content:
    """Secrets and certificates, added or removed."""
    added, removed = _credentials(event)
    return _about_app(event, Property("KeyDescription", _keys(event, removed), _keys(event, added)))


def federated_content(event: Event) -> Content:
    """Federated credentials, added or removed."""
    added, removed = _credentials(event)
    return _about_app(event, Property("FederatedIdentityCredentials", _trusts(event, removed), _trusts(event, added)))


def manifest_content(event: Event) -> Content:
    """Permissions that a manifest asks for. Raises NotRecorded where it asks for nothing new."""
    before, after = required_access(event)
    return _about_app(event, Property("RequiredResourceAccess", before, after))


def owner_content(event: Event) -> Content:
    """An owner: the target is the user, the app stands in the properties."""
    kind = "Application" if is_about_registration(event) else "ServicePrincipal"
    app = app_target(event)
    properties = (
        Property(f"{kind}.ObjectID", None, app.id),
        Property(f"{kind}.DisplayName", None, app.name),
        Property(f"{kind}.AppId", None, app.app_id),
    )
    return Content((_user_target(event),), properties)


def directory_role_content(event: Event) -> Content:
    """A directory role, for a user if the event names one, else for the app."""
    principal = _user_target(event) if event.user else app_target(event)
    role = Target(invented_id("role", event.directory_role or ""), "Role", event.directory_role or None)
    properties = (
        Property("Role.ObjectID", None, role.id),
        Property("Role.DisplayName", None, role.name),
        Property("TargetId.ServicePrincipalNames", None, None if event.user else event.app.app_id),
    )
    return Content((principal, role), properties)


def policy_content(event: Event) -> Content:
    """A policy of the tenant; what has changed in it stands in the event's own changes."""
    return Content((Target(invented_id("policy", event.operation), "Policy"),))


def plain_content(event: Event) -> Content:
    """The app, and nothing else."""
    return _about_app(event)


def _about_app(event: Event, *properties: Property) -> Content:
    """The app as the target, with its appId where each kind of object has it."""
    target = app_target(event)
    updated = Property("Included Updated Properties", None, ", ".join(found.name for found in properties))
    if target.type == "Application":
        details = {"AppId": target.app_id} if target.app_id else {}
        return Content((target,), (*properties, updated), details)
    names = Property("TargetId.ServicePrincipalNames", None, target.app_id)
    return Content((target,), (*properties, updated, names))


def _user_target(event: Event) -> Target:
    user = event.user or invented_id("user", event.id)
    if "@" in user:
        return Target(None, "User", user_principal_name=user)
    return Target(user, "User")


def _credentials(event: Event) -> tuple[tuple[EventCredential, ...], tuple[EventCredential, ...]]:
    """Those added and those removed. Raises NotRecorded without any: such a record tells of another activity."""
    added, removed = event.credentials_added or (), event.credentials_removed or ()
    if not added and not removed:
        raise NotRecorded(f"{event.activity} without a credential: give credentialsAdded or credentialsRemoved")
    return added, removed


def _keys(event: Event, credentials: tuple[EventCredential, ...]) -> list[str]:
    return [_key(event, number, one) for number, one in enumerate(credentials)]


def _key(event: Event, number: int, credential: EventCredential) -> str:
    facts = {
        "KeyIdentifier": credential.key_id or invented_id("key", event.id, str(number)),
        "KeyType": _KEY_TYPES.get(credential.kind, _NO_KEY_TYPE),
        "KeyUsage": "Verify",
        "DisplayName": credential.display_name or "",
    }
    return f"[{','.join(f'{name}={value}' for name, value in facts.items())}]"


def _trusts(event: Event, credentials: tuple[EventCredential, ...]) -> list[dict[str, object]]:
    return [
        {
            "Name": one.display_name or f"trust-{number}",
            "Issuer": one.issuer,
            "Subject": one.subject,
            "Id": one.key_id or invented_id("trust", event.id, str(number)),
            "Description": "",
            "Audiences": ["api://AzureADTokenExchange"],
            "ClaimsMatchingExpressionValue": None,
            "EncodingVersion": 2,
        }
        for number, one in enumerate(credentials)
    ]
