"""What the directory calls each activity, spelled as it stands in the records."""

from typing import NamedTuple

from shared.domain.activities import Activity
from shared.domain.events import Event
from shared.domain.operations import clean_operation


class Operation(NamedTuple):
    """``name`` is spelled as on the wire; ``type`` is the audit's ``operationType``."""

    name: str
    type: str
    category: str = "ApplicationManagement"


_EN_DASH = "\N{EN DASH}"
# The trailing space is the service's own.
_SECRETS = Operation(f"Update application {_EN_DASH} Certificates and secrets management ", "Update")
_UPDATE_APPLICATION = Operation("Update application", "Update")
_UPDATE_SERVICE_PRINCIPAL = Operation("Update service principal", "Update")

_OF_REGISTRATIONS: dict[Activity, Operation] = {
    Activity.APP_ADDED: Operation("Add application", "Add"),
    Activity.APP_UPDATED: _UPDATE_APPLICATION,
    Activity.APP_DELETED: Operation("Delete application", "Delete"),
    Activity.APP_RESTORED: Operation("Restore application", "Update"),
    Activity.PERMISSIONS_REQUESTED: _UPDATE_APPLICATION,
    Activity.CREDENTIAL_ADDED: _SECRETS,
    Activity.CREDENTIAL_REMOVED: _SECRETS,
    Activity.FEDERATED_CREDENTIAL_ADDED: _UPDATE_APPLICATION,
    Activity.FEDERATED_CREDENTIAL_REMOVED: _UPDATE_APPLICATION,
    Activity.OWNER_ADDED: Operation("Add owner to application", "Assign"),
    Activity.OWNER_REMOVED: Operation("Remove owner from application", "Unassign"),
    Activity.POLICY_CHANGED: Operation("Update policy", "Update", "Policy"),
}
_OF_SERVICE_PRINCIPALS: dict[Activity, Operation] = {
    Activity.CONSENT_GRANTED: Operation("Consent to application", "Assign"),
    Activity.CONSENT_REVOKED: Operation("Revoke consent", "Unassign"),
    Activity.GRANT_ADDED: Operation("Add delegated permission grant", "Assign"),
    Activity.GRANT_CHANGED: Operation("Add delegated permission grant", "Assign"),
    Activity.GRANT_REVOKED: Operation("Remove delegated permission grant", "Unassign"),
    Activity.APP_ROLE_GRANTED: Operation("Add app role assignment to service principal", "Assign"),
    Activity.APP_ROLE_REVOKED: Operation("Remove app role assignment from service principal", "Unassign"),
    Activity.APP_ROLE_ASSIGNED_TO_USER: Operation("Add app role assignment grant to user", "Assign", "UserManagement"),
    Activity.CREDENTIAL_ADDED: Operation("Add service principal credentials", "Add"),
    Activity.CREDENTIAL_REMOVED: Operation("Remove service principal credentials", "Delete"),
    Activity.FEDERATED_CREDENTIAL_ADDED: _UPDATE_SERVICE_PRINCIPAL,
    Activity.FEDERATED_CREDENTIAL_REMOVED: _UPDATE_SERVICE_PRINCIPAL,
    Activity.APP_RESTORED: Operation("Restore service principal", "Update"),
    Activity.SERVICE_PRINCIPAL_ADDED: Operation("Add service principal", "Add"),
    Activity.SERVICE_PRINCIPAL_UPDATED: _UPDATE_SERVICE_PRINCIPAL,
    Activity.SERVICE_PRINCIPAL_REMOVED: Operation("Remove service principal", "Delete"),
    Activity.OWNER_ADDED: Operation("Add owner to service principal", "Assign"),
    Activity.OWNER_REMOVED: Operation("Remove owner from service principal", "Unassign"),
    Activity.DIRECTORY_ROLE_ASSIGNED: Operation("Add member to role", "Assign", "RoleManagement"),
    Activity.DIRECTORY_ROLE_REMOVED: Operation("Remove member from role", "Unassign", "RoleManagement"),
}
_TABLES = (_OF_REGISTRATIONS, _OF_SERVICE_PRINCIPALS)
_BY_NAME = {clean_operation(operation.name): operation for table in _TABLES for operation in table.values()}


def is_about_registration(event: Event) -> bool:
    """Whether the record's object is the registration rather than the service principal.

    Where the activity leaves it open, the object id that the event names decides.
    """
    of_registrations, of_service_principals = (event.activity in table for table in _TABLES)
    if of_registrations != of_service_principals:
        return of_registrations
    return event.app.service_principal_id is None


def operation_of(event: Event) -> Operation:
    """The operation that the event names, or else the one that its activity is known by."""
    if event.operation in _BY_NAME:
        return _BY_NAME[event.operation]
    table = _OF_REGISTRATIONS if is_about_registration(event) else _OF_SERVICE_PRINCIPALS
    usual = table.get(event.activity)
    # An event that was made up, rather than read, has its activity in place of a name.
    if usual is None or event.operation != event.activity:
        return Operation(event.operation, "Update", usual.category if usual else "Other")
    return usual
