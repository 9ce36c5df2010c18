"""What is done to resources of the tenant's Azure subscriptions, as their activity log tells it."""

import json
from datetime import timedelta
from uuid import NAMESPACE_OID, uuid5

from local.tenant.directory.actors import Actor
from local.tenant.directory.collections import Object
from local.tenant.directory.state import State

AZURE_ACTIVITY = "azureActivity"
_PORTAL = "c44b4083-3bb0-49c1-b47d-974e53cbdf3c"
"""The app that a person works with in the Azure portal: it stands in the claims as an acting app does."""
_OBJECT_ID = "http://schemas.microsoft.com/identity/claims/objectidentifier"
_UPN = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn"
_TAKES = timedelta(seconds=2)


class AzureEvents(State):
    """The part of ``Tenant`` for Azure. An operation leaves a record of its start and one of its end."""

    def assign_azure_role(self, actor: Actor, subscription_id: str, principal_id: str, role: str = "Owner") -> None:
        """``principal_id`` is a service principal's object id; the role is over the whole subscription."""
        scope = f"/subscriptions/{subscription_id}"
        definition = uuid5(NAMESPACE_OID, role)
        properties = {
            "roleDefinitionId": f"{scope}/providers/Microsoft.Authorization/roleDefinitions/{definition}",
            "principalId": principal_id,
            "principalType": "ServicePrincipal",
            "scope": scope,
        }
        told = {"responseBody": json.dumps({"properties": properties})}
        resource = f"{scope}/providers/Microsoft.Authorization/roleAssignments/{self.new_id()}"
        self.azure_operation(actor, "Microsoft.Authorization/roleAssignments/write", resource, told)

    def change_key_vault(self, actor: Actor, subscription_id: str, vault: str) -> None:
        resource = _resource(subscription_id, "Microsoft.KeyVault/vaults", vault)
        self.azure_operation(actor, "Microsoft.KeyVault/vaults/accessPolicies/write", resource)

    def create_virtual_machine(self, actor: Actor, subscription_id: str, machine: str) -> None:
        resource = _resource(subscription_id, "Microsoft.Compute/virtualMachines", machine)
        self.azure_operation(actor, "Microsoft.Compute/virtualMachines/write", resource)

    def azure_operation(
        self, actor: Actor, operation: str, resource_id: str, told: Object | None = None, *, succeeds: bool = True
    ) -> None:
        """Any operation on a resource. ``told`` are properties of the record of its end."""
        correlation, start = self.new_id(), self.clock.now()
        end = "Succeeded" if succeeds else "Failed"
        for status, moment in (("Started", start), (end, start + _TAKES / self.audits.factor)):
            record = {
                "eventDataId": self.new_id(),
                "eventTimestamp": moment.strftime("%Y-%m-%dT%H:%M:%S.%f0Z"),
                "submissionTimestamp": (moment + timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%SZ"),
                "correlationId": correlation,
                "operationId": correlation,
                "operationName": _value(operation),
                "status": _value(status),
                "subStatus": {"value": "" if succeeds else "Forbidden", "localizedValue": ""},
                "eventName": _value("BeginRequest" if status == "Started" else "EndRequest"),
                "category": _value("Administrative"),
                "level": "Informational",
                "resourceId": resource_id,
                "resourceType": _value(operation.rpartition("/")[0]),
                "resourceProviderName": _value(operation.partition("/")[0]),
                "subscriptionId": resource_id.split("/")[2],
                "tenantId": self.tenant_id,
                "httpRequest": {"clientRequestId": correlation, "clientIpAddress": actor.ip_address, "method": "PUT"},
                "properties": {} if status == "Started" else told or {},
                **self._caller(actor),
            }
            self.log(AZURE_ACTIVITY).emit(record, moment)

    def _caller(self, actor: Actor) -> Object:
        if actor.is_user:
            name = actor.user_principal_name
            return {"caller": name, "claims": {"appid": _PORTAL, _OBJECT_ID: actor.id, _UPN: name, "idtyp": "user"}}
        principal = self.service_principals.get(actor.id)
        app_id = principal["appId"] if principal else None
        return {"caller": actor.id, "claims": {"appid": app_id, _OBJECT_ID: actor.id, "idtyp": "app"}}


def _resource(subscription_id: str, kind: str, name: str) -> str:
    return f"/subscriptions/{subscription_id}/resourceGroups/production/providers/{kind}/{name}"


def _value(text: str) -> Object:
    return {"value": text, "localizedValue": text}
