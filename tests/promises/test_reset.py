"""The service forgets what was read: all of it is read again, and nothing else comes of it."""

from collections.abc import Callable
from dataclasses import dataclass

from msgspec.structs import replace

from local.tenant.directory.actors import Actor
from local.tenant.directory.tenant import Tenant
from local.tenant.graph.faults import Fault
from shared.domain.alerts import Alert
from shared.domain.apps import App
from shared.graph.directory import GraphDirectory
from shared.storage.filters import Filter
from shared.storage.rows import read_body
from tests.conftest import RecordFigure
from tests.pipeline.inventory.conftest import NOW, Inventory, StartInventory
from tests.promises.conftest import Connect, ServeTenant
from tests.promises.test_late_records import is_of_a_vendor

_FORGOTTEN = ["servicePrincipals", "applications", "oauth2PermissionGrants"]
_MOST_RUNS = 10


@dataclass(frozen=True)
class Outcome:
    apps: dict[str, App]
    alerts: set[str]


async def test_changes_that_were_forgotten_are_found_by_reading_all_again(
    serve_tenant: ServeTenant,
    connect: Connect,
    start: StartInventory,
    unique: Callable[[str], str],
    record_figure: RecordFigure,
) -> None:
    server = await serve_tenant(40)
    directory = GraphDirectory(connect(server))
    undisturbed, disturbed = (start(directory, unique(name)) for name in ("undisturbed", "disturbed"))
    await read_and_judged(undisturbed)
    await read_and_judged(disturbed)
    for number, kind in enumerate(_FORGOTTEN):
        change_some(server.tenant, number)
        expected = await read_and_judged(undisturbed)
        server.faults.once(Fault.DELTA_EXPIRED, f"GET /{kind}/delta")
        reads = await whole_reads(disturbed)
        found = await read_and_judged(disturbed)
        assert await whole_reads(disturbed) == reads + 1, "the service forgot, and nobody noticed"
        app_ids = expected.apps.keys() | found.apps.keys()
        different = [each for each in app_ids if expected.apps.get(each) != found.apps.get(each)]
        assert different == []
        assert len(expected.alerts) > 0
        record_figure("R7", "resets", 1)
        record_figure("R7", "apps that differ from the tenant", len(different))
        record_figure("R7", "alerts added or missing", len(expected.alerts ^ found.alerts))


def change_some(tenant: Tenant, number: int) -> None:
    """One app is switched off, another is deleted, and a third loses a grant."""
    user = tenant.users.all()[0]
    actor = Actor.user(user["id"], user["userPrincipalName"])
    off, gone = [item for item in tenant.service_principals.all() if is_of_a_vendor(item)][number * 2 : number * 2 + 2]
    tenant.update_service_principal(actor, off["id"], {"accountEnabled": not off["accountEnabled"]})
    tenant.delete_service_principal(actor, gone["id"])
    tenant.revoke_grant(actor, tenant.grants.all()[0]["id"])


async def read_and_judged(inventory: Inventory) -> Outcome:
    """What is known once the directory was read to its end and all apps were judged."""
    for _ in range(_MOST_RUNS):
        await inventory.tick()
        state = (await inventory.services.inventory_reads.state()).state
        if state.running is None and not state.full_read_wanted and not state.attempts:
            break
    else:
        raise AssertionError(f"not read after {_MOST_RUNS} runs: {state.reason}")
    while await inventory.judge():
        pass
    table = await inventory.connection.table("alerts")
    rows = [row async for row in table.query(Filter().where("PartitionKey", "gt", ""))]
    alerts = {read_body(row, Alert).id for row in rows if row["RowKey"].endswith("|alert")}
    return Outcome({app_id: comparable(app) for app_id, app in (await inventory.apps()).items()}, alerts)


async def whole_reads(inventory: Inventory) -> int:
    return (await inventory.services.inventory_reads.state()).state.reads


def comparable(app: App) -> App:
    """But for the times at which two readers saw it, and for what only a whole read tells of deleted ones."""
    return replace(app, first_seen=None, modified=None, deleted=app.deleted and NOW, recoverable_until=None)
