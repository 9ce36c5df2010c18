"""A host that dies at any write, before or after it took effect, leaves an inventory that mends itself."""

from collections.abc import Callable
from dataclasses import replace
from inspect import iscoroutinefunction
from typing import Any, cast

import pytest
from msgspec import structs

from shared.domain.app_summaries import AppSummary
from shared.domain.apps import App
from shared.domain.directory import DirectoryKind
from shared.domain.microsoft import MICROSOFT_GRAPH
from shared.pipeline.inventory.services import InventoryServices
from tests.pipeline.faults import Death, Died
from tests.pipeline.inventory.conftest import MINUTE, NOW, Inventory, StartInventory
from tests.pipeline.inventory.scripted_directory import GRANTS, SERVICE_PRINCIPALS, ScriptedDirectory
from tests.pipeline.inventory.tenant import assignment, grant, principal, principal_id, small_tenant

PORTS = (
    *("mirror", "inventory_reads", "apps", "aliases", "app_requests", "app_list", "queue", "ledger", "claims"),
    *("people", "timelines"),
)
LONGER_THAN_A_CLAIM = 10 * MINUTE

READS = {
    *("apis", "bodies", "exists", "grant", "owners", "principals", "registrations", "slice", "state"),
    *("all_unjudged", "get", "in_partition", "lookup", "marked", "versions", "wanted"),
}
"""To die at one of these is to die after the write before."""

type Moments = Callable[[list[str]], list[int]]
"""Which of the calls of a life to die at."""
type Seen = tuple[dict[str, App], dict[str, AppSummary], set[str], int]


class DyingPort:
    def __init__(self, port: object, name: str, death: Death) -> None:
        self._port, self._name, self._death = port, name, death

    def __getattr__(self, method: str) -> object:
        real = getattr(self._port, method)
        if not iscoroutinefunction(real):
            return real

        def call(*args: Any, **kwargs: Any) -> Any:
            return self._death.around(f"{self._name}.{method}", lambda: real(*args, **kwargs))

        return call


def dying(services: InventoryServices, death: Death) -> InventoryServices:
    ports = {name: cast(Any, DyingPort(getattr(services, name), name, death)) for name in PORTS}
    return replace(services, **ports)


@pytest.mark.soak
async def test_a_full_read_survives_a_death_before_each_kind_of_write(
    start: StartInventory, unique: Callable[[str], str]
) -> None:
    await assert_a_full_read_survives(start, unique, first_writes, after=False)


@pytest.mark.soak
@pytest.mark.parametrize("after", [False, True])
async def test_a_full_read_survives_a_death_at_any_write(
    start: StartInventory, unique: Callable[[str], str], after: bool
) -> None:
    await assert_a_full_read_survives(start, unique, writes, after)


async def test_following_changes_survives_a_death_before_each_kind_of_write(
    start: StartInventory, unique: Callable[[str], str]
) -> None:
    await assert_following_survives(start, unique, first_writes, after=False)


@pytest.mark.soak
@pytest.mark.parametrize("after", [False, True])
async def test_following_changes_survives_a_death_at_any_write(
    start: StartInventory, unique: Callable[[str], str], after: bool
) -> None:
    await assert_following_survives(start, unique, writes, after)


async def assert_a_full_read_survives(
    start: StartInventory, unique: Callable[[str], str], moments: Moments, after: bool
) -> None:
    log: list[str] = []
    undisturbed = start(small_tenant(1), prefix=unique("r"))
    await undisturbed.tick(services=dying(undisturbed.services, Death(log=log)))
    expected = await seen(undisturbed)
    for at in moments(log):
        directory = small_tenant(1)
        prefix = unique("d")
        died = await die(start(directory, prefix=prefix), Death(at=at, after=after))
        await recover(start(directory, prefix=prefix), expected, died)


async def assert_following_survives(
    start: StartInventory, unique: Callable[[str], str], moments: Moments, after: bool
) -> None:
    log: list[str] = []
    directory = small_tenant(3, apis=frozenset({MICROSOFT_GRAPH}))
    undisturbed = start(directory, prefix=unique("r"))
    await undisturbed.tick()
    await change(directory, undisturbed)
    await undisturbed.tick(services=dying(undisturbed.services, Death(log=log)))
    expected = await seen(undisturbed)
    for at in moments(log):
        directory = small_tenant(3, apis=frozenset({MICROSOFT_GRAPH}))
        prefix = unique("d")
        host = start(directory, prefix=prefix)
        await host.tick()
        await change(directory, host)
        died = await die(host, Death(at=at, after=after))
        await recover(start(directory, prefix=prefix), expected, died)


def writes(log: list[str]) -> list[int]:
    """The number of each call that changes something."""
    return [number for number, name in enumerate(log, start=1) if name.partition(".")[2] not in READS]


def first_writes(log: list[str]) -> list[int]:
    """Of each kind the first."""
    return sorted({log.index(log[number - 1]) + 1 for number in writes(log)})


async def change(directory: ScriptedDirectory, inventory: Inventory) -> None:
    directory.put(SERVICE_PRINCIPALS, principal("new"))
    directory.put(GRANTS, grant("new", "Mail.Send"))
    directory.remove(SERVICE_PRINCIPALS, principal_id(1))
    directory.remove(DirectoryKind.APP_ROLE_ASSIGNMENTS, assignment(2)["id"])
    await inventory.services.app_requests.want([principal_id(2)])


async def die(inventory: Inventory, death: Death) -> str:
    try:
        await inventory.tick(services=dying(inventory.services, death))
    except Died as died:
        return str(died)
    raise AssertionError("nothing died")


async def recover(inventory: Inventory, expected: Seen, died: str) -> None:
    inventory.now += LONGER_THAN_A_CLAIM
    await inventory.tick(2)
    assert await seen(inventory) == expected, f"died {died}"


async def seen(inventory: Inventory) -> Seen:
    """What readers see, without times that differ; and what still has to be judged or read."""
    apps = {key: without_times(app) for key, app in (await inventory.apps()).items()}
    listed = await inventory.services.app_list.rows(list(apps))
    rows = {key: without_times(row) for key, row in listed.items()}
    unjudged = set(await inventory.services.apps.all_unjudged())
    return apps, rows, unjudged, len(await inventory.services.app_requests.wanted(10))


def without_times[T: (App, AppSummary)](known: T) -> T:
    """Whether an app is deleted stays, when it was found to be so does not."""
    moments = dict.fromkeys({"first_seen", "modified", "judged"}.intersection(known.__struct_fields__))
    return structs.replace(known, **moments, deleted=NOW if known.deleted else None)
