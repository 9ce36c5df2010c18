"""The life of a policy: made, changed, switched, copied, ended and brought back, each with its place in history."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from shared.domain.mirror import SLICES
from shared.domain.policy_book import BookChange, PolicyBody, PolicySource, StoredPolicy
from shared.pipeline.governance.edit_policies import (
    TemplateChoice,
    create_from_template,
    create_policy,
    delete_policy,
    duplicate_policy,
    restore_version,
    set_state,
    update_policy,
)
from shared.pipeline.governance.errors import NotTunable, PolicyExists, PolicyRefused, StalePolicy, UnknownPolicy
from shared.pipeline.governance.policy_history import read_history
from shared.pipeline.governance.policy_list import read_policy
from shared.pipeline.services import Services
from shared.policies.loader import parse_policy
from shared.policies.model import State
from shared.policies.policy_entries import Bundled
from shared.storage.connection import ConnectionString, StorageConnection
from shared.storage.work_queue import StorageQueues
from tests.pipeline.faults import Death, Died, dying
from tests.pipeline.governance.broken import break_stored
from tests.pipeline.governance.conftest import StartHost
from tests.pipeline.governance.written import BUNDLED, MINUTE, NOW, OWN, edit
from tests.pipeline.worker import NOBODY_LISTENS


def own(**changes: object) -> PolicyBody:
    return {**OWN, **changes}


async def history(host: Services, policy_id: str) -> list[tuple[int, str]]:
    """Versions and what was done, oldest first; the chain is whole."""
    found = await read_history(host, policy_id)
    assert found.first_broken is None
    return [(each.version, each.entry.action) for each in reversed(found.versions)]


async def test_a_policy_lives_through_all_of_it_and_its_history_tells(host: Services) -> None:
    made = await create_policy(host, OWN, edit("asked for by the board"))
    assert (made.version, made.source, made.definition, made.problems) == (1, PolicySource.USER_DEFINED, OWN, ())
    assert (made.created, made.created_by) == (NOW, "Ada (ada-id)")
    changed = await update_policy(host, OWN["id"], own(title="Nobody's app"), edit(if_match=made.etag))
    assert (changed.version, changed.title) == (2, "Nobody's app")
    assert (await set_state(host, OWN["id"], State.AUDIT, edit())).state is State.AUDIT
    await delete_policy(host, OWN["id"], edit("no use"))
    with pytest.raises(UnknownPolicy):
        await read_policy(host, OWN["id"])
    back = await restore_version(host, OWN["id"], 1, edit())
    assert (back.version, back.definition) == (5, OWN)
    assert await history(host, OWN["id"]) == [
        (1, "created"),
        (2, "updated"),
        (3, "audited"),
        (4, "deleted"),
        (5, "restored"),
    ]
    second = (await read_history(host, OWN["id"])).versions[3]
    [title] = second.entry.edits
    assert (title.property, title.before, title.after) == ("title", "An app without owners", "Nobody's app")


async def test_the_tuning_of_a_bundled_policy_is_in_force_until_it_is_reset(host: Services) -> None:
    tuning: PolicyBody = {"severity": "high", "parameters": {"most": 9}}
    tuned = await update_policy(host, "unused-app", tuning, edit(if_match='"1"'))
    assert (tuned.version, tuned.tuning, tuned.severity) == (2, tuning, "high")
    assert tuned.definition["parameters"]["most"]["default"] == 9
    quiet = await set_state(host, "unused-app", State.INACTIVE, edit())
    assert (quiet.tuning, "unused-app" in host.rules().in_force) == ({**tuning, "state": "inactive"}, False)
    await delete_policy(host, "unused-app", edit())
    reset = (await read_policy(host, "unused-app")).policy
    assert (reset.version, reset.tuning, reset.state) == (1, None, State.ACTIVE)
    again = await set_state(host, "unused-app", State.INACTIVE, edit())
    assert (again.version, (await history(host, "unused-app"))[-1]) == (5, (5, "deactivated"))
    with pytest.raises(NotTunable):
        await delete_policy(host, "credential-added", edit())


async def test_a_template_becomes_an_ordinary_policy_that_remembers_where_it_is_from(host: Services) -> None:
    choice = TemplateChoice(template="expiring-credentials", id="ours", title="Ours", changes={"state": "audit"})
    made = await create_from_template(host, choice, edit())
    assert (made.id, made.title, made.state, made.template) == ("ours", "Ours", State.AUDIT, "expiring-credentials")
    assert (await set_state(host, "ours", State.ACTIVE, edit())).template == "expiring-credentials"
    assert "ours" in host.rules().in_force
    with pytest.raises(PolicyExists):
        await create_from_template(host, choice, edit())
    with pytest.raises(UnknownPolicy):
        await create_from_template(host, TemplateChoice(template="no-such"), edit())
    with pytest.raises(PolicyRefused, match="unknown parameter"):
        await create_from_template(host, TemplateChoice(template="expiring-credentials", parameters={"no": 1}), edit())


async def test_what_is_so_already_makes_no_version(host: Services) -> None:
    await create_policy(host, OWN, edit())
    await update_policy(host, OWN["id"], own(version=1), edit())
    await set_state(host, OWN["id"], State.ACTIVE, edit())
    await restore_version(host, OWN["id"], 1, edit())
    assert await history(host, OWN["id"]) == [(1, "created")]


async def test_a_copy_is_inactive_and_the_tenants_own(host: Services) -> None:
    await update_policy(host, "unused-app", {"parameters": {"most": 9}}, edit())
    copy = await duplicate_policy(host, "unused-app", "unused-app-2", edit(), title="Ours")
    assert (copy.source, copy.state, copy.title, copy.version) == ("userDefined", State.INACTIVE, "Ours", 1)
    assert (copy.definition["parameters"]["most"]["default"], copy.tuning) == (9, None)
    with pytest.raises(PolicyExists):
        await duplicate_policy(host, "credential-added", "unused-app", edit())


async def test_another_version_than_the_caller_saw_is_refused(host: Services) -> None:
    made = await create_policy(host, OWN, edit())
    await set_state(host, OWN["id"], State.INACTIVE, edit(if_match=made.etag))
    for attempt in (
        update_policy(host, OWN["id"], OWN, edit(if_match=made.etag)),
        set_state(host, OWN["id"], State.ACTIVE, edit(if_match=made.etag)),
        delete_policy(host, OWN["id"], edit(if_match=made.etag)),
        restore_version(host, OWN["id"], 1, edit(if_match=made.etag)),
    ):
        with pytest.raises(StalePolicy):
            await attempt


async def test_the_id_of_a_bundled_policy_is_taken(host: Services) -> None:
    with pytest.raises(PolicyExists):
        await create_policy(host, own(id="unused-app"), edit())


_DEEP: object = 0
for _ in range(60):
    _DEEP = {"not": _DEEP}


@pytest.mark.parametrize(
    ("changes", "path", "text"),
    [
        ({"id": 7}, ("id",), "needs an id"),
        ({"id": "Not An Id"}, ("id",), "pattern"),
        ({"version": 4}, ("version",), "take the key out"),
        ({"whenn": {}}, ("whenn",), "unknown key whenn"),
        ({"when": {"app.ownerCont": {"eq": 0}}}, ("when", "app.ownerCont"), "did you mean app.ownerCount"),
        ({"when": {"app.ownerCount": {"in": {"list": "nowhere"}}}}, ("when", "app.ownerCount", "in"), "unknown list"),
        ({"when": _DEEP}, None, "deep"),
        ({"description": "x" * 4_000, "triage": ["x" * 4_000] * 20}, (), "at most 64 KB"),
        ({"actions": [{"do": "notify", "route": "pager"}]}, ("actions", 0, "route"), "unknown route pager"),
        ({"scope": {"only": ["no-guid"]}}, ("scope", "only", 0), "an appId is a GUID"),
        (
            {"tests": [{"name": "one owner", "fires": True, "app": {"ownerCount": 1}}]},
            ("tests", 0),
            '"one owner" does not fire',
        ),
        ({"tests": [{"name": "odd", "fires": True, "app": {"owners": 1}}]}, ("tests", 0), "cannot be played"),
    ],
)
async def test_what_cannot_be_used_is_refused_with_its_place_and_nothing_is_stored(
    host: Services, changes: PolicyBody, path: tuple[str | int, ...] | None, text: str
) -> None:
    with pytest.raises(PolicyRefused) as refusal:
        await create_policy(host, own(**changes), edit())
    first = refusal.value.problems[0]
    assert text in first.text
    assert path is None or first.path == path
    assert await host.books.version() is None


async def test_the_tests_of_an_inactive_policy_for_other_apps_are_played_all_the_same(host: Services) -> None:
    scope = {"only": ["99999999-9999-4999-8999-999999999999"]}
    made = await create_policy(host, own(state="inactive", scope=scope), edit())
    assert made.problems == ()


async def test_of_two_writers_at_once_both_are_heard(start_host: StartHost, unique: Callable[[str], str]) -> None:
    prefix = unique("g")
    hosts = [start_host(prefix), start_host(prefix)]
    await asyncio.gather(*(create_policy(one, own(id=f"own-{i}"), edit()) for i, one in enumerate(hosts)))
    await asyncio.gather(
        set_state(hosts[0], "own-0", State.AUDIT, edit()),
        update_policy(hosts[1], "own-0", own(id="own-0", title="T"), edit()),
    )
    versions = await history(hosts[0], "own-0")
    assert [number for number, _ in versions] == [1, 2, 3]
    assert {action for _, action in versions} == {"created", "audited", "updated"}
    assert (await read_policy(hosts[0], "own-1")).policy.version == 1


async def test_of_two_writers_who_saw_the_same_version_one_is_refused(
    start_host: StartHost, unique: Callable[[str], str]
) -> None:
    prefix = unique("g")
    hosts = [start_host(prefix), start_host(prefix)]
    made = await create_policy(hosts[0], OWN, edit())
    outcomes = await asyncio.gather(
        *(
            update_policy(one, OWN["id"], own(title=f"Title {i}"), edit(if_match=made.etag))
            for i, one in enumerate(hosts)
        ),
        return_exceptions=True,
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["PolicyView", "StalePolicy"]


async def test_a_change_has_every_app_judged_anew(host: Services) -> None:
    await create_policy(host, OWN, edit())
    assert set(await host.apps.all_unjudged()) == set(SLICES)
    assert OWN["id"] in host.rules().in_force


async def test_a_change_stands_although_no_queue_can_be_reached(
    start_host: StartHost, unique: Callable[[str], str]
) -> None:
    prefix = unique("g")
    alone = start_host(prefix)
    nowhere = StorageConnection(ConnectionString(NOBODY_LISTENS), timeout_seconds=1, retries=0)
    made = await create_policy(replace(alone, queue=StorageQueues(nowhere)), OWN, edit())
    await nowhere.close()
    assert (await read_policy(start_host(prefix), OWN["id"])).policy == made
    assert set(await alone.apps.all_unjudged()) == set(SLICES)


@pytest.mark.parametrize("call", [1, 2])
async def test_a_death_between_the_commit_and_the_hints_loses_no_change(
    start_host: StartHost, unique: Callable[[str], str], call: int
) -> None:
    prefix = unique("g")
    with pytest.raises(Died):
        await create_policy(dying(start_host(prefix), Death(at=call)), OWN, edit())
    other = start_host(prefix)
    assert await history(other, OWN["id"]) == [(1, "created")]
    assert OWN["id"] in (await other.rule_book.refresh()).rules.in_force
    again = await update_policy(other, OWN["id"], OWN, edit())
    assert again.version == 1


async def test_a_broken_policy_cannot_be_activated_and_can_be_switched_off_mended_or_deleted(host: Services) -> None:
    await create_policy(host, own(state="audit"), edit())
    await break_stored(host, OWN["id"])
    shown = (await read_policy(host, OWN["id"])).policy
    assert (shown.state, shown.title, len(shown.problems)) == (State.AUDIT, OWN["title"], 1)
    with pytest.raises(PolicyRefused):
        await set_state(host, OWN["id"], State.ACTIVE, edit())
    off = await set_state(host, OWN["id"], State.INACTIVE, edit())
    assert (off.state, len(off.problems)) == (State.INACTIVE, 1)
    mended = await update_policy(host, OWN["id"], OWN, edit(now=NOW + MINUTE))
    assert (mended.problems, mended.version) == ((), 3)
    assert set((await host.rule_book.refresh()).rules.in_force) == {OWN["id"], "unused-app", "credential-added"}


async def test_when_an_upgrade_takes_an_id_neither_policy_is_mistaken_for_the_other(
    start_host: StartHost, unique: Callable[[str], str]
) -> None:
    prefix = unique("g")
    await create_policy(start_host(prefix), OWN, edit())
    upgraded = start_host(prefix, (*BUNDLED, Bundled(policy=parse_policy(own(title="Ours")), group="apps")))
    taken = (await read_policy(upgraded, OWN["id"])).policy
    assert (taken.definition, len(taken.problems)) == (OWN, 1)
    with pytest.raises(PolicyRefused, match="duplicate yours"):
        await update_policy(upgraded, OWN["id"], OWN, edit())
    copy = await duplicate_policy(upgraded, OWN["id"], "ownerless-2", edit())
    assert copy.definition == {**OWN, "id": "ownerless-2", "state": "inactive"}
    await delete_policy(upgraded, OWN["id"], edit())
    bundled = (await read_policy(upgraded, OWN["id"])).policy
    assert (bundled.title, bundled.source, bundled.problems) == ("Ours", PolicySource.DETECTION, ())


async def test_the_tuning_of_a_policy_that_an_upgrade_took_away_can_only_be_deleted(
    start_host: StartHost, unique: Callable[[str], str]
) -> None:
    prefix = unique("g")
    await update_policy(start_host(prefix), "unused-app", {"severity": "high"}, edit())
    upgraded = start_host(prefix, BUNDLED[1:])
    assert len((await read_policy(upgraded, "unused-app")).policy.problems) == 1
    with pytest.raises(PolicyRefused, match="delete it"):
        await update_policy(upgraded, "unused-app", {"severity": "low"}, edit())
    await delete_policy(upgraded, "unused-app", edit())
    made = await create_policy(upgraded, own(id="unused-app"), edit())
    assert (made.version, await history(upgraded, "unused-app")) == (
        4,
        [(2, "updated"), (3, "deleted"), (4, "created")],
    )


@pytest.mark.parametrize(
    ("tuning", "path"),
    [
        ({"when": {}}, ("when",)),
        ({"parameters": {"mots": 1}}, ("parameters", "mots")),
        ({"parameters": {"most": "many"}}, ("parameters", "most")),
        ({"scope": {"only": []}}, ("scope", "only")),
        ({"scope": {"only": {"list": "nowhere"}}}, ("scope", "only")),
        ({"id": "other"}, ("id",)),
    ],
)
async def test_a_bundled_policy_cannot_be_rewritten_or_tuned_into_nonsense(
    host: Services, tuning: PolicyBody, path: tuple[str | int, ...]
) -> None:
    with pytest.raises(PolicyRefused) as refusal:
        await update_policy(host, "unused-app", tuning, edit())
    assert refusal.value.problems[0].path == path


async def test_there_is_a_limit_to_the_policies_of_a_tenant(host: Services) -> None:
    version = None
    for first in range(0, 500, 40):
        many = [stored_policy(f"p-{number}") for number in range(first, min(first + 40, 500))]
        version = await host.books.commit(BookChange(expected=version, saved=tuple(many)))
    with pytest.raises(PolicyRefused, match="500 policies"):
        await create_policy(host, OWN, edit())
    await delete_policy(host, "p-7", edit())
    assert (await create_policy(host, OWN, edit())).version == 1


def stored_policy(policy_id: str) -> StoredPolicy:
    """Of a kind that there is no more, which is read quickest."""
    return StoredPolicy(
        id=policy_id,
        version=1,
        body={"kind": "old"},
        is_tuning=False,
        created=NOW,
        created_by="ada",
        modified=NOW,
        modified_by="ada",
    )
