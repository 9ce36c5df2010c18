"""Every stream of a simulated tenant at once: what happens in its logs, their readers, and what was taken in."""

import gzip
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import msgspec

from local.tenant.directory.actors import Actor
from local.tenant.directory.collections import Object
from local.tenant.directory.tenant import Tenant
from local.tenant.graph.tokens import AZURE, OFFICE
from local.tenant.identities import READER_CLIENT_ID, SUBSCRIPTION_ID
from local.tenant.server import TenantServer
from shared.bootstrap import Application
from shared.domain.microsoft import HOME_TENANTS
from shared.domain.passes import PassKind
from shared.domain.progress import Progress
from shared.domain.streams import STREAMS, Stream
from shared.graph.audit_search import GraphAuditSearch
from shared.graph.audits import GraphAudits
from shared.graph.azure_activity import AzureActivity
from shared.graph.connection import GraphConnection
from shared.graph.defender_alerts import GraphDefenderAlerts
from shared.graph.hunting import GraphHunting
from shared.graph.limits import Limits
from shared.graph.log_analytics import LogAnalytics
from shared.graph.management_activity import ManagementActivity
from shared.graph.risk_detections import GraphRiskDetections
from shared.graph.risky_service_principals import GraphRiskyServicePrincipals
from shared.graph.sign_ins import GraphSignIns
from shared.pipeline.collection.ports import LogReader
from shared.pipeline.services import Services
from shared.sources.records import read_bytes
from shared.sources.twins import fact_of

_WORKSPACE = "00000000-0000-0000-0000-000000000009"
_SIGN_INS = {
    Stream.INTERACTIVE_SIGN_INS: "interactiveUser",
    Stream.NON_INTERACTIVE_SIGN_INS: "nonInteractiveUser",
    Stream.SERVICE_PRINCIPAL_SIGN_INS: "servicePrincipal",
    Stream.MANAGED_IDENTITY_SIGN_INS: "managedIdentity",
}
_CONTENT_TYPES = {
    Stream.EXCHANGE_AUDITS: "Audit.Exchange",
    Stream.SHAREPOINT_AUDITS: "Audit.SharePoint",
    Stream.GENERAL_AUDITS: "Audit.General",
    Stream.ENTRA_AUDITS: "Audit.AzureActiveDirectory",
}


@dataclass(frozen=True)
class Sources:
    """The readers of one process, by stream; streams that exclude each other too, since each stands for itself."""

    readers: dict[Stream, LogReader]
    opened: tuple[GraphConnection | LogAnalytics, ...]

    async def close(self) -> None:
        for each in self.opened:
            await each.close()


def sources_of(server: TenantServer, limits: Limits) -> Sources:
    graph = GraphConnection(server.address, READER_CLIENT_ID, limits=limits)
    office = GraphConnection(server.address, READER_CLIENT_ID, audience=OFFICE, limits=limits)
    azure = GraphConnection(server.address, READER_CLIENT_ID, audience=AZURE, limits=limits)
    workspace = LogAnalytics(server.address, _WORKSPACE, READER_CLIENT_ID, limits)
    tenant_id = server.tenant.tenant_id
    readers: dict[Stream, LogReader] = {
        Stream.DIRECTORY_AUDITS: GraphAudits(graph),
        **{stream: GraphSignIns(graph, kind) for stream, kind in _SIGN_INS.items()},
        Stream.GRAPH_ACTIVITY: GraphHunting(graph, "GraphApiAuditEvents", (READER_CLIENT_ID,)),
        Stream.CLOUD_APP_EVENTS: GraphHunting(graph, "CloudAppEvents"),
        Stream.GRAPH_ACTIVITY_LOGS: workspace,
        **{stream: ManagementActivity(office, tenant_id, kind) for stream, kind in _CONTENT_TYPES.items()},
        Stream.AUDIT_SEARCH: GraphAuditSearch(graph),
        Stream.RISKY_SERVICE_PRINCIPALS: GraphRiskyServicePrincipals(graph),
        Stream.RISK_DETECTIONS: GraphRiskDetections(graph),
        Stream.DEFENDER_ALERTS: GraphDefenderAlerts(graph),
        Stream.AZURE_ACTIVITY: AzureActivity(azure, (SUBSCRIPTION_ID,)),
    }
    assert readers.keys() == STREAMS.keys()
    return Sources(readers, (graph, office, azure, workspace))


def happen(tenant: Tenant, number: int) -> None:
    """A little of everything, so that each log has something to tell."""
    app = [one for one in tenant.service_principals.all() if _is_of_a_vendor(one)][number]
    app_id, now = str(app["appId"]), tenant.clock.now()
    user = tenant.users.all()[number]
    person = Actor.user(user["id"], user["userPrincipalName"])
    tenant.update_service_principal(person, app["id"], {"accountEnabled": not app["accountEnabled"]})
    sign_ins: tuple[Callable[[], None], ...] = (
        partial(tenant.sign_in, app_id, now),
        partial(tenant.sign_in, app_id, now, user=user["id"]),
        partial(tenant.sign_in, app_id, now, delegated=True),
        partial(tenant.sign_in, READER_CLIENT_ID, now),
    )
    for sign_in in sign_ins:
        sign_in()
    tenant.read_mail(app_id, user["id"], 3)
    tenant.send_mail(app_id, user["id"], 2)
    tenant.share_file(app_id, user["id"], f"plan {number}.docx")
    tenant.read_chats(app_id, user["id"], 2)
    tenant.change_key_vault(person, SUBSCRIPTION_ID, f"vault-{number}")
    tenant.detect_risk(app_id, "leakedCredentials")
    tenant.raise_defender_alert(app_id, f"Unusual use {number}")


def _is_of_a_vendor(item: Object) -> bool:
    return item["servicePrincipalType"] == "Application" and item["appOwnerOrganizationId"] not in HOME_TENANTS


async def progress_of(services: Services, stream: Stream) -> Progress:
    cursor = await services.ledger.cursor(stream)
    return msgspec.json.decode(cursor.position, type=Progress) if cursor.position else Progress()


async def has_read_beyond(services: Services, stream: Stream, moment: datetime) -> bool:
    """Whether every kind of pass of the stream has come to its end since then."""
    last = (await progress_of(services, stream)).last
    kinds = [kind for kind in STREAMS[stream].schedule.cadences if kind is not PassKind.FIRST]
    return all(kind in last and last[kind] > moment for kind in kinds)


@dataclass(frozen=True)
class Taken:
    """What a stream took in: ids of its records, ids of its events, and the facts that these are the only ones to tell.

    ``counted`` are the records that the ledger's hours tell of.
    """

    records: Counter[str]
    events: Counter[str]
    facts: Counter[str]
    counted: int


async def taken_in(application: Application, services: Services, stream: Stream, now: datetime) -> Taken:
    records, events, facts, counted = Counter[str](), Counter[str](), Counter[str](), 0
    container = await application.connection.container("archive")
    for sequence in range(1, (await services.ledger.cursor(stream)).next_sequence):
        chunk = await services.ledger.chunk(stream, sequence)
        assert chunk is not None
        assert chunk.rejected == 0
        raw = gzip.decompress(await (await container.download_blob(chunk.raw_path)).readall())
        records.update(read_bytes(line)[0].id for line in raw.splitlines())
        if chunk.events_path:
            found = await services.archive.read_events(chunk.events_path)
            events.update(event.id for event in found)
            facts.update(filter(None, map(fact_of, found)))
    for hour in await services.ledger.hours(stream, now, 24 * 31):
        counted += hour.events + hour.told_elsewhere
    return Taken(records, events, facts, counted)
