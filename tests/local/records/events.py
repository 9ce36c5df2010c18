"""Random events such as the parsers give: every fact that a record of the activity can carry."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st
from msgspec.structs import replace

from shared.domain.activities import Activity
from shared.domain.app_references import AppReference, Resolution
from shared.domain.apps import PermissionKind
from shared.domain.events import (
    Actor,
    ActorKind,
    Client,
    CredentialKind,
    Event,
    EventCredential,
    PermissionChange,
    PropertyChange,
    Resource,
    Source,
)
from shared.domain.known import UNKNOWN
from shared.domain.microsoft import EXCHANGE_ONLINE, MICROSOFT_GRAPH
from shared.domain.permission_table import PERMISSIONS

guids = st.uuids().map(str)
# Letters first: a bare "17" or "true" cannot be told from a number or a flag in the unified audit log.
names = st.from_regex(r"\A[a-zé][\w ,\[\]=;'\"<>é–]{0,20}[a-z]\Z")
addresses = st.ip_addresses().map(str)
principal_names = st.from_regex(r"\A[a-z]{1,8}@contoso\.example\Z")
scopes = st.lists(st.sampled_from(["Mail.Read", "User.Read", "openid", "Files.Read.All", "x.y"]), unique=True).map(
    tuple
)
times = st.integers(1_600_000_000_000_000, 1_900_000_000_000_000).map(lambda us: datetime.fromtimestamp(us / 1e6, UTC))
_GRAPH_SCOPES = sorted(
    fact.name for fact in PERMISSIONS if fact.api == MICROSOFT_GRAPH and fact.kind is PermissionKind.DELEGATED
)


def _known[T](value: st.SearchStrategy[T]) -> st.SearchStrategy[T | None]:
    return st.none() | value


def _apps(**ids: st.SearchStrategy[str]) -> st.SearchStrategy[AppReference]:
    found = st.builds(AppReference, app_id=_known(guids), display_name=_known(names), **ids)
    return found.map(lambda app: replace(app, resolution=Resolution.RESOLVED if app.app_id else app.resolution))


_registrations = _apps(application_object_id=guids)
_service_principals = _apps(service_principal_id=guids)
_users = st.builds(Actor, kind=st.just(ActorKind.USER), id=guids, name=principal_names)
_acting_apps = _service_principals.map(
    lambda app: Actor(kind=ActorKind.APP, id=app.service_principal_id, name=app.display_name, app=app)
)
_clients = st.builds(Client, ip_address=addresses, user_agent=_known(names))
_keys = st.builds(
    EventCredential,
    key_id=guids,
    kind=st.sampled_from([CredentialKind.SECRET, CredentialKind.CERTIFICATE]),
    display_name=_known(names),
)
_trusts = st.builds(
    EventCredential,
    key_id=guids,
    kind=st.just(CredentialKind.FEDERATED),
    display_name=names,
    issuer=st.just("https://issuer.example"),
    subject=names,
)
_changes = st.lists(st.builds(PropertyChange, name=st.just("Homepage"), before=_known(names), after=names), max_size=1)


@st.composite
def directory_events(draw: st.DrawFn) -> Event:
    """An event of any activity that the directory audits."""
    activity = draw(st.sampled_from(sorted(_FACTS)))
    actor = draw(_users | _acting_apps)
    client = draw(_clients) if actor.kind is ActorKind.USER else Client(user_agent=draw(_known(names)))
    event = Event(
        id=f"Directory_{draw(guids)}",
        source=Source.DIRECTORY_AUDITS,
        activity=activity,
        operation=activity,
        time=draw(_known(times)),
        succeeded=draw(st.booleans()),
        correlation_id=draw(_known(guids)),
        actor=actor,
        client=client,
    )
    return replace(event, **draw(_FACTS[activity]))


@st.composite
def data_use_events(draw: st.DrawFn) -> Event:
    """An event on mail or files."""
    activity = draw(st.sampled_from([Activity.MAIL_ACCESSED, Activity.FILE_DOWNLOADED]))
    app = draw(_apps())
    actor = draw(
        st.builds(Actor, kind=st.just(ActorKind.USER), name=principal_names)
        | st.just(Actor(kind=ActorKind.APP, name="app@sharepoint", app=app))
    )
    event = Event(
        id=draw(guids),
        source=Source.UNIFIED_AUDIT_LOG,
        activity=activity,
        operation=activity,
        time=draw(_known(times)),
        succeeded=draw(st.booleans()),
        correlation_id=draw(_known(guids)),
        actor=actor,
        app=app,
        # A record that names the API alone is read as one of the API itself.
        resource=Resource(app_id=draw(st.sampled_from([MICROSOFT_GRAPH, EXCHANGE_ONLINE])) if app.app_id else None),
        client=draw(st.builds(Client, ip_address=_known(addresses), user_agent=_known(names))),
    )
    if activity is Activity.FILE_DOWNLOADED:
        return replace(event, item_count=1)
    access = draw(st.sampled_from(["Bind", "Sync"]))
    count = draw(st.integers(1, 4)) if access == "Bind" else None
    return replace(event, mailbox=draw(guids | principal_names), access_type=access, item_count=count)


@st.composite
def sign_in_events(draw: st.DrawFn) -> Event:
    """A sign-in of any of the four streams."""
    kind = draw(st.sampled_from(["interactiveUser", "nonInteractiveUser", "servicePrincipal", "managedIdentity"]))
    by_user = kind.endswith("User")
    app = draw(_apps(**({} if by_user else {"service_principal_id": guids})))
    app = replace(app, app_id=app.app_id or draw(guids), resolution=Resolution.RESOLVED)
    code = draw(st.sampled_from([0, 65_004, 7_000_215]))
    return Event(
        id=draw(guids),
        source=Source.SIGN_INS,
        activity=Activity.SIGN_IN,
        operation="Sign-in activity",
        time=draw(_known(times)),
        succeeded=code == 0,
        correlation_id=draw(_known(guids)),
        actor=draw(_users) if by_user else Actor(kind=ActorKind.APP, id=app.service_principal_id, app=app),
        app=app,
        resource=draw(st.builds(Resource, app_id=_known(guids), display_name=_known(names))),
        client=draw(
            st.builds(
                Client,
                ip_address=_known(addresses) | st.just(UNKNOWN),
                user_agent=_known(names) | st.just(UNKNOWN),
                country=_known(st.just("DE")) | st.just(UNKNOWN),
            )
        ),
        error_code=code,
        credential_key_id=UNKNOWN if by_user else draw(_known(guids)),
        sign_in_kind=kind,
    )


type _Facts = dict[str, st.SearchStrategy[Any]]

_some = scopes.filter(bool)
_objects = _registrations | _service_principals
_consent: _Facts = {
    "app": _service_principals,
    "resource": st.builds(Resource, service_principal_id=guids),
    "consent_type": st.sampled_from(["AllPrincipals", "Principal"]),
    "admin_consent": st.booleans(),
    "risk_reason": _known(st.just("Risky application detected")),
    "scopes": st.builds(PermissionChange, before=scopes, after=_some),
}
_api = st.builds(
    Resource, app_id=st.just(MICROSOFT_GRAPH), service_principal_id=guids, display_name=st.just("Microsoft Graph")
)
_role: _Facts = {
    "app": _service_principals,
    "resource": _api,
    "app_role": st.just("Mail.Read"),
    "app_role_id": st.just("810c84a8-4a9e-49e6-bf7d-12d183f40d01"),
}
_role_of_user: _Facts = {"app": _service_principals, "app_role_id": guids, "user": guids}
_new_keys = st.lists(_keys, min_size=1, max_size=3, unique_by=lambda key: key.key_id).map(tuple)
# The directory keeps the names of an app's trusts apart; ids are missing in exports, so parsers do not go by them.
_new_trusts = st.lists(_trusts, min_size=1, max_size=2, unique_by=lambda trust: trust.display_name).map(tuple)
_none = st.just(())


def _grant(before: st.SearchStrategy[Any], after: st.SearchStrategy[Any]) -> _Facts:
    return {
        "app": _service_principals,
        "resource": _api,
        "consent_type": st.sampled_from(["AllPrincipals", "Principal"]),
        "scopes": st.builds(PermissionChange, before=before, after=after),
    }


def _credentials(added: st.SearchStrategy[Any], removed: st.SearchStrategy[Any]) -> _Facts:
    return {"app": _objects, "credentials_added": added, "credentials_removed": removed}


@st.composite
def _requests(draw: st.DrawFn) -> dict[str, Any]:
    """A manifest that asks Microsoft Graph for more than before."""
    before = draw(st.lists(st.sampled_from(_GRAPH_SCOPES), unique=True, max_size=3))
    more = draw(st.lists(st.sampled_from(_GRAPH_SCOPES), unique=True, min_size=1, max_size=3))
    after = tuple(dict.fromkeys([*before, *more]))
    asked = PermissionChange(before=tuple(before), after=after)
    assume(asked.added)
    return {
        "app": draw(_registrations),
        "resource": Resource(app_id=MICROSOFT_GRAPH),
        "scopes": asked,
        "app_roles": PermissionChange(),
    }


_FACTS: dict[Activity, st.SearchStrategy[dict[str, Any]]] = {
    Activity.CONSENT_GRANTED: st.fixed_dictionaries(_consent),
    Activity.CONSENT_REVOKED: st.fixed_dictionaries(_consent),
    Activity.GRANT_ADDED: st.fixed_dictionaries(_grant(_none, _some)),
    Activity.GRANT_CHANGED: st.fixed_dictionaries(_grant(_some, _some)),
    Activity.GRANT_REVOKED: st.fixed_dictionaries(_grant(_some, _none)),
    Activity.APP_ROLE_GRANTED: st.fixed_dictionaries(_role),
    Activity.APP_ROLE_REVOKED: st.fixed_dictionaries(_role),
    Activity.APP_ROLE_ASSIGNED_TO_USER: st.fixed_dictionaries(_role_of_user),
    Activity.CREDENTIAL_ADDED: st.fixed_dictionaries(_credentials(_new_keys, _none | _new_keys)),
    Activity.CREDENTIAL_REMOVED: st.fixed_dictionaries(_credentials(_none, _new_keys)),
    Activity.FEDERATED_CREDENTIAL_ADDED: st.fixed_dictionaries(_credentials(_new_trusts, _none)),
    Activity.FEDERATED_CREDENTIAL_REMOVED: st.fixed_dictionaries(_credentials(_none, _new_trusts)),
    Activity.PERMISSIONS_REQUESTED: _requests(),
    Activity.APP_ADDED: st.fixed_dictionaries({"app": _registrations}),
    Activity.APP_UPDATED: st.fixed_dictionaries({"app": _registrations, "changes": _changes.map(tuple)}),
    Activity.APP_DELETED: st.fixed_dictionaries({"app": _registrations}),
    Activity.APP_RESTORED: st.fixed_dictionaries({"app": _objects}),
    Activity.SERVICE_PRINCIPAL_ADDED: st.fixed_dictionaries({"app": _service_principals}),
    Activity.SERVICE_PRINCIPAL_UPDATED: st.fixed_dictionaries({"app": _service_principals}),
    Activity.SERVICE_PRINCIPAL_REMOVED: st.fixed_dictionaries({"app": _service_principals}),
    Activity.OWNER_ADDED: st.fixed_dictionaries({"app": _objects, "user": guids}),
    Activity.OWNER_REMOVED: st.fixed_dictionaries({"app": _objects, "user": guids}),
    Activity.DIRECTORY_ROLE_ASSIGNED: st.fixed_dictionaries({"app": _service_principals, "directory_role": names}),
    Activity.DIRECTORY_ROLE_REMOVED: st.fixed_dictionaries({"user": guids, "directory_role": names}),
    Activity.POLICY_CHANGED: st.fixed_dictionaries({"changes": _changes.map(tuple)}),
}
