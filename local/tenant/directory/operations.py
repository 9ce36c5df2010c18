"""What the directory calls each write, spelled as it stands in the records."""

from typing import NamedTuple

from local.records.operations import Operation
from local.tenant.directory.collections import Object
from local.tenant.directory.objects import is_service_principal


class Halves(NamedTuple):
    """One write by its name for each half of an app."""

    registration: Operation
    service_principal: Operation

    def of(self, item: Object) -> Operation:
        return self.service_principal if is_service_principal(item) else self.registration


# The en dash and the trailing space are the service's own; the documentation prints a hyphen and no space.
_UPDATE_KEYS = Operation("Update application \N{EN DASH} Certificates and secrets management ", "Update")

ADD = Halves(Operation("Add application", "Add"), Operation("Add service principal", "Add"))
UPDATE = Halves(Operation("Update application", "Update"), Operation("Update service principal", "Update"))
DELETE = Halves(Operation("Delete application", "Delete"), Operation("Remove service principal", "Delete"))
RESTORE = Halves(Operation("Restore application", "Update"), Operation("Restore service principal", "Update"))
PURGE = Halves(Operation("Hard Delete application", "Delete"), Operation("Hard delete service principal", "Delete"))
ADD_KEY = Halves(_UPDATE_KEYS, Operation("Add service principal credentials", "Add"))
REMOVE_KEY = Halves(_UPDATE_KEYS, Operation("Remove service principal credentials", "Delete"))
ADD_OWNER = Halves(
    Operation("Add owner to application", "Assign"), Operation("Add owner to service principal", "Assign")
)
REMOVE_OWNER = Halves(
    Operation("Remove owner from application", "Unassign"), Operation("Remove owner from service principal", "Unassign")
)

CONSENT = Operation("Consent to application", "Assign")
ADD_GRANT = Operation("Add delegated permission grant", "Assign")
REMOVE_GRANT = Operation("Remove delegated permission grant", "Unassign")
ADD_APP_ROLE = Operation("Add app role assignment to service principal", "Assign")
REMOVE_APP_ROLE = Operation("Remove app role assignment from service principal", "Unassign")
ASSIGN_USER = Operation("Add app role assignment grant to user", "Assign", "UserManagement")
UNASSIGN_USER = Operation("Remove app role assignment from user", "Unassign", "UserManagement")
ADD_ROLE_MEMBER = Operation("Add member to role", "Assign", "RoleManagement")
REMOVE_ROLE_MEMBER = Operation("Remove member from role", "Unassign", "RoleManagement")
