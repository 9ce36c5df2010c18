"""The tenant: its collections and every write to them."""

from local.tenant.directory.azure_events import AzureEvents
from local.tenant.directory.credential_writes import CredentialWrites
from local.tenant.directory.data_use import DataUse
from local.tenant.directory.defender import DefenderAlerts
from local.tenant.directory.people_writes import PeopleWrites
from local.tenant.directory.permission_writes import PermissionWrites
from local.tenant.directory.sign_ins import SignIns


class Tenant(PermissionWrites, CredentialWrites, PeopleWrites, SignIns, DefenderAlerts, AzureEvents, DataUse):
    """One simulated tenant.

    Reads go to the collections; each write checks what Microsoft Graph checks, changes the state and emits the audit
    records that Entra ID emits. ``AppWrites`` (below ``PermissionWrites``) has the writes to apps themselves.
    """
