"""Whatever one object says, the read is complete, and of the object is kept what can be."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest

from shared.domain.apps import App
from shared.domain.known import UNKNOWN
from shared.domain.ledger import SourceHealth
from shared.domain.microsoft import MICROSOFT_GRAPH
from shared.pipeline.inventory.collect_inventory import SOURCE
from tests.pipeline.inventory.conftest import MINUTE, Inventory, StartInventory
from tests.pipeline.inventory.scripted_directory import GRANTS, SERVICE_PRINCIPALS, agreeing
from tests.pipeline.inventory.tenant import APIS, app_id, grant, guid, principal, principal_id, small_tenant

ODD: list[dict[str, Any]] = [
    {"appOwnerOrganizationId": [1]},
    {"appOwnerOrganizationId": {"a": 1}},
    {"owners": 5},
    {"owners": True},
    {"owners": "x" * 30},
    {"owners": [None] * 30},
    {"displayName": "x" * 2_000_000},
    {"replyUrls": [f"https://a{number}.example/{'y' * 200}" for number in range(3000)]},
    {"replyUrls": ["https://example.org/" + "😀" * 800_000]},
    {"id": 5},
    {"id": None},
]


async def completed(inventory: Inventory) -> dict[str, App]:
    await inventory.tick()
    state = (await inventory.services.inventory_reads.state()).state
    assert (state.running, state.reads, state.health) == (None, 1, SourceHealth.OK)
    return await inventory.apps()


async def test_odd_objects_hold_up_no_other(start: StartInventory) -> None:
    directory = small_tenant(2)
    for number, odd in enumerate(ODD):
        directory.objects[SERVICE_PRINCIPALS][f"odd {number}"] = principal(f"odd {number}", **odd)
    apps = await completed(start(directory))
    named = {app_id(f"odd {number}") for number, odd in enumerate(ODD) if "id" not in odd}
    assert apps.keys() == {app_id(0), app_id(1)} | APIS | named


@pytest.mark.parametrize(
    "odd", [{"appRoles": 5}, {"appRoles": [None]}, {"id": None}, {"id": 5}, {"id": "x" * 30}], ids=str
)
async def test_an_odd_api_holds_up_no_app(start: StartInventory, odd: dict[str, Any]) -> None:
    directory = small_tenant(2)
    directory.objects[SERVICE_PRINCIPALS][principal_id(MICROSOFT_GRAPH)] |= odd
    apps = await completed(start(directory))
    permissions = apps[app_id(1)].permissions
    assert isinstance(permissions, tuple)
    # Roles are read of the APIs that can be asked; their names are those of the table.
    assert {held.name for held in permissions} == {"User.Read", "Mail.Read"}


async def test_what_is_too_large_of_an_app_is_unknown(start: StartInventory) -> None:
    directory = small_tenant(1)
    urls = [f"https://a{number}.example/{'y' * 200}" for number in range(3000)]
    directory.put(SERVICE_PRINCIPALS, principal("huge", replyUrls=urls, displayName="x" * 2_000_000))
    huge = (await completed(start(directory)))[app_id("huge")]
    assert (huge.reply_urls, huge.enabled) == (UNKNOWN, True)
    assert huge.display_name
    assert len(huge.display_name) == 4096


async def test_an_odd_grant_in_a_page_of_changes_is_left_out(start: StartInventory) -> None:
    directory = small_tenant(2)
    inventory = start(directory)
    await completed(inventory)
    odd = grant(1, "Mail.Send", guid("user", "ada"))
    directory.told[GRANTS].extend([{"id": None}, {"id": 5}, {**odd, "clientId": 5, "resourceId": [1]}])
    directory.put(SERVICE_PRINCIPALS, principal("new"))
    await inventory.tick()
    assert app_id("new") in await inventory.apps()
    assert (await inventory.services.inventory_reads.state()).state.health is SourceHealth.OK


async def test_a_failure_that_nobody_foresaw_is_stored_and_waited_for(start: StartInventory) -> None:
    directory = small_tenant(1)

    def failing(asked: str) -> None:
        if asked.startswith("list applications"):
            raise TypeError("text that an attacker may have written")

    directory.before = failing
    inventory = start(directory)
    await inventory.tick()
    (source,) = await inventory.services.ledger.source_states()
    assert (source.source, source.health) == (SOURCE, SourceHealth.FAILING)
    assert (source.reason or "").startswith("TypeError in test_odd_objects.py:")
    state = (await inventory.services.inventory_reads.state()).state
    assert state.read_not_before is not None
    directory.before = agreeing
    inventory.now += timedelta(minutes=15)
    await completed(inventory)
    assert (await inventory.services.ledger.source_states())[0].health is SourceHealth.OK


class Unreadable:
    """A mirror of which one slice cannot be made into apps, until it is read anew."""

    def __init__(self, mirror: object) -> None:
        self._mirror, self._until_read = mirror, 2

    def __getattr__(self, name: str) -> object:
        return getattr(self._mirror, name)

    async def slice(self, name: str) -> object:
        found = await cast(Any, self._mirror).slice(name)
        if any(each.read < self._until_read for each in found):
            raise KeyError(name)
        return found


async def test_what_cannot_be_made_into_apps_several_times_is_read_anew(start: StartInventory) -> None:
    directory = small_tenant(2)
    inventory = start(directory)
    mirror = Unreadable(inventory.services.mirror)
    services = replace(inventory.services, mirror=cast(Any, mirror))
    for _ in range(3):
        await inventory.tick(services=services)
        inventory.now += 15 * MINUTE
    assert directory.requests.count(f"list {SERVICE_PRINCIPALS} 0") == 1
    await inventory.tick(services=services)
    state = (await inventory.services.inventory_reads.state()).state
    assert (state.reads, state.running, state.health, state.attempts) == (2, None, SourceHealth.OK, 0)
    assert (await inventory.apps()).keys() == {app_id(0), app_id(1)} | APIS
