"""An app that is left alone for a while: at whose word, why, until when, and what is kept of it."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from shared.domain.apps import App
from shared.domain.history import first_broken
from shared.domain.policy_book import exemption_subject
from shared.domain.roles import Caller, Role
from shared.pipeline.governance.acting_policies import ActingPolicy
from shared.pipeline.governance.edit_policies import create_policy, delete_policy, update_policy
from shared.pipeline.governance.errors import PolicyRefused, UnknownPolicy
from shared.pipeline.governance.exemptions import (
    ExemptionOrder,
    create_exemption,
    end_exemption,
    list_exemptions,
)
from shared.pipeline.services import Services
from tests.pipeline.governance.written import MINUTE, NOW, OWN, edit

DAY = timedelta(days=1)
WRITER = Caller(id="bo-id", name="Bo", is_user=True, roles=frozenset({Role.SECURITY_OPERATOR}))
"""May write policies, and not remediate."""
APP = App(app_id="a1111111-1111-4111-8111-111111111111", owner_count=0)


def order(**changes: object) -> ExemptionOrder:
    usual = ExemptionOrder(
        policy_id="ownerless", app_id=APP.app_id, reason="It is being replaced.", expires=NOW + 30 * DAY
    )
    return replace(usual, **changes)


@pytest.fixture
async def known(host: Services) -> Services:
    """Knows the app and the policy that it breaks."""
    await host.apps.save([APP], NOW)
    await create_policy(host, OWN, edit())
    return host


async def test_an_exempt_app_is_left_alone_until_the_exemption_lapses(known: Services) -> None:
    made = await create_exemption(known, order(app_id=APP.app_id.upper()), edit())
    assert (made.app_id, made.approved_by, made.holds(NOW)) == (APP.app_id, "Ada (ada-id)", True)
    rules = known.rules()
    judged = rules.judge_app(APP, NOW + DAY)
    assert ([one.policy_id for one in judged.exempted], judged.findings) == (["ownerless"], ())
    assert [one.policy_id for one in rules.judge_app(APP, made.expires).findings] == ["ownerless"]
    assert APP.app_id[:1] in await known.apps.all_unjudged()


async def test_an_exemption_that_is_ended_holds_no_more_and_both_are_in_its_history(known: Services) -> None:
    made = await create_exemption(known, order(policy_id="*"), edit())
    ended = await end_exemption(known, made.id, edit("replaced", now=NOW + MINUTE))
    assert (ended.ended, ended.ended_by) == (NOW + MINUTE, "Ada (ada-id)")
    assert await end_exemption(known, made.id, edit(now=NOW + DAY)) == ended
    assert [one.policy_id for one in known.rules().judge_app(APP, NOW + DAY).findings] == ["ownerless"]
    entries = await known.books.entries(exemption_subject(made.id))
    assert [(entry.action, entry.reason) for entry in entries] == [("created", made.reason), ("ended", "replaced")]
    assert first_broken(entries) is None


async def test_those_that_hold_come_first_and_what_lapsed_is_forgotten_after_a_while(known: Services) -> None:
    short = await create_exemption(known, order(expires=NOW + DAY), edit())
    long = await create_exemption(known, order(policy_id="*"), edit())
    assert await list_exemptions(known, NOW) == (short, long)
    assert await list_exemptions(known, NOW + 2 * DAY) == (long, short)
    assert await list_exemptions(known, NOW, policy_id="ownerless") == (short,)
    assert await list_exemptions(known, NOW, app_id="b") == ()
    late = NOW + 92 * DAY
    assert await list_exemptions(known, late) == (long,)
    newest = await create_exemption(known, order(expires=late + DAY), edit(now=late))
    assert set((await known.books.read()).exemptions) == {long.id, newest.id}
    assert len(await known.books.entries(exemption_subject(short.id))) == 1


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"reason": "  "}, "reason"),
        ({"reason": "x" * 1_001}, "reason"),
        ({"expires": NOW}, "expires"),
        ({"expires": NOW + 367 * DAY}, "expires"),
        ({"app_id": "b1111111-1111-4111-8111-111111111111"}, "appId"),
        ({"app_id": ""}, "appId"),
    ],
)
async def test_an_exemption_that_cannot_be_is_refused_with_its_place(
    known: Services, changes: dict[str, object], key: str
) -> None:
    with pytest.raises(PolicyRefused) as refusal:
        await create_exemption(known, order(**changes), edit())
    assert refusal.value.problems[0].path == (key,)


async def test_there_is_no_exemption_from_a_policy_that_is_not_there(known: Services) -> None:
    with pytest.raises(UnknownPolicy):
        await create_exemption(known, order(policy_id="gone"), edit())
    with pytest.raises(UnknownPolicy):
        await end_exemption(known, "gone", edit())


async def test_an_exemption_ends_with_its_policy_and_not_with_the_tuning_of_a_bundled_one(known: Services) -> None:
    made = await create_exemption(known, order(), edit())
    kept = await create_exemption(known, order(policy_id="unused-app"), edit())
    await update_policy(known, "unused-app", {"severity": "high"}, edit())
    await delete_policy(known, "unused-app", edit(now=NOW + MINUTE))
    await delete_policy(known, "ownerless", edit(now=NOW + MINUTE))
    listed = {one.id: one.ended for one in await list_exemptions(known, NOW + MINUTE)}
    assert listed == {kept.id: None, made.id: NOW + MINUTE}
    assert (await known.books.entries(exemption_subject(made.id)))[-1].reason == "Its policy was deleted."
    await create_policy(known, OWN, edit(now=NOW + DAY))
    assert [one.policy_id for one in known.rules().judge_app(APP, NOW + DAY).findings] == ["ownerless"]


async def test_who_may_not_remediate_decides_of_no_app_whether_a_policy_disables_it(known: Services) -> None:
    kept = await create_exemption(known, order(), edit())
    acting = {**OWN, "id": "acting", "actions": [{"do": "disableApp"}]}
    await create_policy(known, acting, edit())
    spared = await create_exemption(known, order(policy_id="acting"), edit())
    for policy_id in ("acting", "*"):
        with pytest.raises(ActingPolicy):
            await create_exemption(known, order(policy_id=policy_id), replace(edit(), caller=WRITER))
    with pytest.raises(ActingPolicy):
        await end_exemption(known, spared.id, replace(edit(), caller=WRITER))
    assert (await end_exemption(known, kept.id, replace(edit(), caller=WRITER))).ended == NOW
