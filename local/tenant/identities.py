"""The identities that Consentry has in the tenant: one reads, another one changes."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from uuid import UUID, uuid5

from local.host.identity.personas import TENANT_ID
from local.tenant.directory.objects import app_role_assignment, service_principal
from local.tenant.directory.state import graph_time
from local.tenant.directory.tenant import Tenant
from local.tenant.graph.tokens import AZURE, LOG_ANALYTICS, OFFICE, Identity
from shared.domain.microsoft import MICROSOFT_GRAPH

# Made up, and the same on every machine, so that settings can name them.
READER_CLIENT_ID = str(uuid5(UUID(TENANT_ID), "reader"))
SUBSCRIPTION_ID = str(uuid5(UUID(TENANT_ID), "subscription"))
REMEDIATOR_CLIENT_ID = str(uuid5(UUID(TENANT_ID), "remediator"))

_READER = (
    *("Application.Read.All", "AuditLog.Read.All", "Directory.Read.All"),
    # Of sources that a deployment may switch on.
    *("AuditLogsQuery.Read.All", "IdentityRiskEvent.Read.All", "IdentityRiskyServicePrincipal.Read.All"),
    *("SecurityAlert.Read.All", "ThreatHunting.Read.All"),
)
_READER_ELSEWHERE = {
    OFFICE: frozenset({"ActivityFeed.Read"}),
    LOG_ANALYTICS: frozenset({"Log Analytics Reader"}),
    AZURE: frozenset({"Monitoring Reader"}),
}
_REMEDIATOR = ("Application.ReadWrite.All", "Directory.Read.All")
_AGE = timedelta(days=30)


def own_identities(tenant: Tenant) -> dict[str, Identity]:
    """The reader and the remediator, by client id, put into the tenant with what they need."""
    identities = (
        add_managed_identity(tenant, READER_CLIENT_ID, "consentry-reader", _READER, _READER_ELSEWHERE),
        add_managed_identity(tenant, REMEDIATOR_CLIENT_ID, "consentry-remediator", _REMEDIATOR),
    )
    return {identity.client_id: identity for identity in identities}


def add_managed_identity(
    tenant: Tenant,
    client_id: str,
    display_name: str,
    permissions: Iterable[str],
    others: Mapping[str, frozenset[str]] | None = None,
) -> Identity:
    """A managed identity as if it had always been there: nothing of it stands in the audits.

    It holds those of the ``permissions`` as app roles that the tenant's Microsoft Graph knows; its tokens state all.
    ``others`` are what it has at other APIs, by their audience.
    """
    permissions = frozenset(permissions)
    created = graph_time(tenant.clock.now() - _AGE)
    properties = {
        "displayName": display_name,
        "servicePrincipalType": "ManagedIdentity",
        "alternativeNames": ["isExplicit=True"],
    }
    principal = service_principal(tenant.new_id(), client_id, created, properties)
    tenant.service_principals.put(principal)
    graph = tenant.service_principal_of(MICROSOFT_GRAPH)
    for role in graph["appRoles"] if graph is not None else ():
        if graph is not None and role["value"] in permissions:
            held = app_role_assignment(tenant.new_id(), principal, graph, role["id"], created)
            tenant.app_role_assignments.put(held)
    return Identity(client_id, principal["id"], display_name, permissions, others=dict(others or {}))
