"""Sign-ins of apps. They write nothing to the directory and leave no audit; reports of use and logs tell of them."""

from datetime import datetime

from local.tenant.directory.activity import AppActivity, CredentialActivity
from local.tenant.directory.collections import Object
from local.tenant.directory.errors import bad_request, not_found
from local.tenant.directory.sign_in_records import (
    INTERACTIVE,
    MANAGED_IDENTITY,
    NON_INTERACTIVE,
    SERVICE_PRINCIPAL,
    Origin,
    SignIn,
    sign_in_log,
    sign_in_record,
)
from local.tenant.directory.state import State, found_in
from shared.domain.microsoft import MICROSOFT_GRAPH

_CREDENTIALS = {"passwordCredentials": "clientSecret", "keyCredentials": "certificate"}


class SignIns(State):
    """The part of ``Tenant`` for the use of apps. Every method raises Refused, and then nothing has changed."""

    def sign_in(  # noqa: PLR0913 -- what a record of the log tells, nearly all of it optional
        self,
        app_id: str,
        at: datetime,
        credential: str | None = None,
        *,
        delegated: bool = False,
        resource: str = MICROSOFT_GRAPH,
        ip: str = "203.0.113.10",
        country: str = "NL",
        asn: int = 64_500,
        user_agent: str = "python-requests/2.32.5",
        user: str | None = None,
        error_code: int = 0,
        interactive: bool | None = None,
    ) -> None:
        """The app gets a token for the API with the appId ``resource``, or is refused one where there is an error.

        ``credential`` is the key id of the secret or certificate that it shows; ``delegated`` is on behalf of the
        ``user`` with this object id, of any user where none is given. Who is named signs in interactively unless it is
        told otherwise. The reports tell of tokens alone.
        """
        principal, api = self._parties(app_id, resource)
        delegated = delegated or user is not None
        key_kind = self._held_by(app_id, credential)[1] if credential else "clientSecret"
        person = self._person(user) if delegated else None
        is_interactive = user is not None if interactive is None else interactive
        kind = _kind(principal, delegated=delegated, interactive=is_interactive)
        if not error_code:
            self.note_use(app_id, at, credential, delegated=delegated, resource=resource)
        signed_in = SignIn(
            id=self.new_id(),
            kind=kind,
            at=at,
            principal=principal,
            api=api,
            user=person,
            origin=Origin(ip=ip, country=country, asn=asn, user_agent=user_agent),
            key_id=credential or "",
            credential_kind=_credential_kind(kind, credential, key_kind),
            error_code=error_code,
        )
        self.log(sign_in_log(kind)).emit(sign_in_record(signed_in, self.tenant_id), at)

    def note_use(
        self,
        app_id: str,
        at: datetime,
        credential: str | None = None,
        *,
        delegated: bool = False,
        resource: str = MICROSOFT_GRAPH,
    ) -> None:
        """A sign-in as the reports of use remember it, and no log."""
        _, api = self._parties(app_id, resource)
        if credential is not None:
            owner_id, _ = self._held_by(app_id, credential)
            known = self.credential_activity.get(credential)
            if known is None or known.last <= at:
                self.credential_activity[credential] = CredentialActivity(owner_id, api["id"], at)
        client = self.sign_in_activity.get(app_id, AppActivity())
        self.sign_in_activity[app_id] = client.as_client(at, delegated=delegated)
        served = self.sign_in_activity.get(resource, AppActivity())
        self.sign_in_activity[resource] = served.as_resource(at, delegated=delegated)

    def _parties(self, app_id: str, resource: str) -> tuple[Object, Object]:
        """The service principals of the app and of the API."""
        principal, api = self.service_principal_of(app_id), self.service_principal_of(resource)
        if principal is None or api is None:
            raise not_found(app_id if api else resource)
        return principal, api

    def _person(self, user_id: str | None) -> Object | None:
        """The user; where nobody is named, one of those there are."""
        return found_in(self.users, user_id) if user_id is not None else next(iter(self.users.all()), None)

    def _held_by(self, app_id: str, key_id: str) -> tuple[str, str]:
        """The object id of the half of the app that carries the credential, and the kind of credential."""
        for half in (*self.applications.where("appId", app_id), *self.service_principals.where("appId", app_id)):
            for name, kind in _CREDENTIALS.items():
                if any(key["keyId"] == key_id for key in half[name]):
                    return str(half["id"]), kind
        raise bad_request(f"No credential of the application has the keyId '{key_id}'.")


def _kind(principal: Object, *, delegated: bool, interactive: bool) -> str:
    if delegated:
        return INTERACTIVE if interactive else NON_INTERACTIVE
    is_managed = principal["servicePrincipalType"] == "ManagedIdentity"
    return MANAGED_IDENTITY if is_managed else SERVICE_PRINCIPAL


def _credential_kind(kind: str, credential: str | None, key_kind: str) -> str:
    """Most apps on behalf of users are public clients, which prove nothing."""
    if kind == MANAGED_IDENTITY:
        return "managedIdentity"
    return "none" if credential is None and kind != SERVICE_PRINCIPAL else key_kind
