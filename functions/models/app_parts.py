"""What hangs on an app: permissions with their use, consents, owners, credentials, roles and sign-ins."""

from datetime import datetime

from functions.models.shapes import Sent
from shared.domain.apps import ConsentGrant, CredentialHolder, Owner, PermissionKind, SignIns
from shared.domain.events import CredentialKind
from shared.domain.known import Known
from shared.domain.privileges import Privilege
from shared.domain.timeline import TimelineEntry
from shared.pipeline.inventory.app_details import CredentialState, HeldCredential, HeldPermission


class PermissionResource(Sent):
    """One permission; ``reason`` says why it has its privilege. ``consentType`` is null for application permissions.

    ``used`` says whether it was used within 90 days, null where nothing can tell, as by a sign-in alone; ``basis``
    says what that rests on. ``coveredBy`` names a permission of the app that allows all that this one does.
    ``grantedDateTime`` is by the directory, else by the record that names who granted it, ``grantedBy``.
    """

    name: str
    kind: PermissionKind
    privilege: Privilege
    reason: str
    resource_app_id: str | None
    consent_type: str | None
    users: int
    used: bool | None
    last_used_date_time: datetime | None
    basis: str
    covered_by: str | None
    granted_by: str | None
    granted_date_time: datetime | None


class ConsentGrantResource(Sent):
    """What was consented to for one API: for all (AllPrincipals), or by so many users (Principal)."""

    resource_app_id: str | None
    consent_type: str
    scopes: list[str]
    users: int


class OwnerResource(Sent):
    """``guest`` and ``enabled`` are null where users may not be read; ``roles`` are directory roles."""

    id: str
    name: str | None
    kind: str | None
    guest: bool | None
    enabled: bool | None
    roles: list[str]


class CredentialResource(Sent):
    """A secret, certificate or federated credential, never its value.

    ``lastUsedDateTime`` is null where no use is known. ``issuer`` and ``subject`` are those of the tokens that a
    federated credential trusts. ``signs`` marks the parts of a certificate that signs SAML tokens for the app.
    """

    key_id: str | None
    kind: CredentialKind
    holder: CredentialHolder | None
    display_name: str | None
    start_date_time: datetime | None
    end_date_time: datetime | None
    state: CredentialState
    last_used_date_time: datetime | None
    issuer: str | None
    subject: str | None
    signs: bool


class DirectoryRoleResource(Sent):
    """``scope`` is ``/`` for the whole tenant; ``groupId`` is the group that it is held through, null: directly."""

    template_id: str
    name: str | None
    scope: str
    group_id: str | None


class SignInsResource(Sent):
    """The last sign-in of each way there is: as a client the app acts, as a resource others act on it."""

    delegated_client_date_time: datetime | None
    application_client_date_time: datetime | None
    delegated_resource_date_time: datetime | None
    application_resource_date_time: datetime | None
    last_date_time: datetime | None


def permission_resource(held: HeldPermission) -> PermissionResource:
    use, permission, granted = held.use, held.use.permission, held.granted
    return PermissionResource(
        name=permission.name,
        kind=permission.kind,
        privilege=permission.privilege,
        reason=held.reason,
        resource_app_id=permission.resource_app_id,
        consent_type=permission.consent_type,
        users=permission.users,
        used=use.used if isinstance(use.used, bool) else None,
        last_used_date_time=use.last_used,
        basis=use.basis,
        covered_by=use.covered_by,
        granted_by=granted.actor if granted else None,
        granted_date_time=permission.granted or _time_of(granted),
    )


def consent_grant_resource(held: ConsentGrant) -> ConsentGrantResource:
    return ConsentGrantResource(
        resource_app_id=held.resource_app_id,
        consent_type=held.consent_type,
        scopes=list(held.scopes),
        users=held.users,
    )


def owner_resource(owner: Owner) -> OwnerResource:
    return OwnerResource(
        id=owner.id,
        name=owner.name,
        kind=owner.kind,
        guest=owner.guest if isinstance(owner.guest, bool) else None,
        enabled=owner.enabled if isinstance(owner.enabled, bool) else None,
        roles=list(owner.roles),
    )


def credential_resource(held: HeldCredential) -> CredentialResource:
    credential = held.credential
    return CredentialResource(
        key_id=credential.key_id,
        kind=credential.kind,
        holder=credential.holder,
        display_name=credential.display_name,
        start_date_time=credential.start,
        end_date_time=credential.end,
        state=held.state,
        last_used_date_time=credential.last_used if isinstance(credential.last_used, datetime) else None,
        issuer=credential.issuer,
        subject=credential.subject,
        signs=credential.signs,
    )


def sign_ins_resource(sign_ins: Known[SignIns]) -> SignInsResource | None:
    if not isinstance(sign_ins, SignIns):
        return None
    return SignInsResource(
        delegated_client_date_time=sign_ins.delegated_client,
        application_client_date_time=sign_ins.application_client,
        delegated_resource_date_time=sign_ins.delegated_resource,
        application_resource_date_time=sign_ins.application_resource,
        last_date_time=sign_ins.last,
    )


def _time_of(granted: TimelineEntry | None) -> datetime | None:
    return granted.time if granted else None
