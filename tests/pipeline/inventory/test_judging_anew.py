"""Apps are judged again though none changed: when the rules did, an exemption lapses, or something falls due."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from msgspec import structs

from shared.domain.exemptions import Exemption, Exemptions
from shared.domain.mirror import SLICES
from shared.pipeline.inventory.evaluate_apps import evaluate_apps
from shared.pipeline.inventory.judge_anew import mark_of, note_outdated
from shared.pipeline.inventory.services import InventoryServices
from shared.policies.loader import parse_policy
from shared.policies.model import Policy
from shared.policies.ruleset import compile_sound
from tests.pipeline.inventory.conftest import NOW, StartInventory
from tests.pipeline.inventory.test_standing import APP, EXEMPTION, PARTITION

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def young(days: int) -> Policy:
    return parse_policy({"id": "ownerless", "kind": "app", "when": {"app.age": {"lt": f"{days}d"}}})


def under(
    services: InventoryServices, policies: Sequence[Policy], exemptions: Sequence[Exemption] = ()
) -> InventoryServices:
    rules = compile_sound(policies, lists={}, exemptions=Exemptions(exemptions))
    return replace(services, rules=lambda: rules)


async def test_a_changed_policy_has_the_whole_inventory_judged_and_an_unchanged_one_nothing(
    start: StartInventory,
) -> None:
    services = under(start(None).services, [young(7)])
    await services.apps.save([APP], NOW)
    assert await note_outdated(services, NOW) == len(SLICES) - 1, "the partition of the app waits already"
    for partition in SLICES:
        await evaluate_apps(services, partition, NOW)
    assert await note_outdated(services, NOW) == 0
    changed = under(services, [young(8)])
    assert await note_outdated(changed, NOW) == len(SLICES)
    assert (await services.apps.all_unjudged()).keys() == set(SLICES)
    assert await note_outdated(changed, NOW) == 0, "all of them wait already"


async def test_an_exemption_counts_as_a_change_of_the_rules(start: StartInventory) -> None:
    services = start(None).services
    plain, exempted = under(services, [young(7)]), under(services, [young(7)], [EXEMPTION])
    ended = under(services, [young(7)], [structs.replace(EXEMPTION, ended=NOW)])
    assert len({mark_of(each.rules()) for each in (plain, exempted, ended)}) == 3


async def test_a_partition_is_judged_when_an_app_of_it_falls_due_but_at_most_hourly(start: StartInventory) -> None:
    services = under(start(None).services, [young(7), young(8).model_copy(update={"id": "other"})])
    for partition in SLICES:
        await services.apps.note_unjudged([partition], NOW)
        await evaluate_apps(services, partition, NOW)
    created = NOW - 7 * DAY + HOUR / 2
    await services.apps.save([structs.replace(APP, created=created)], NOW)
    await evaluate_apps(services, PARTITION, NOW)
    [judged] = [one for one in (await services.judged_partitions.all()).values() if one.due]
    assert (judged.partition, judged.due) == (PARTITION, NOW + HOUR / 2)
    assert await note_outdated(services, NOW + HOUR / 2) == 0
    assert await note_outdated(services, NOW + HOUR) == 1
    await evaluate_apps(services, PARTITION, NOW + HOUR)
    assert (await services.judged_partitions.all())[PARTITION].due == created + 8 * DAY
    assert await note_outdated(services, NOW + 2 * HOUR) == 0
