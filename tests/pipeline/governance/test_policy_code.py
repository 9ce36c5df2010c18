"""A folder of files is compared with the policy book, applied to it, and written out again."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from shared.bootstrap import Application
from shared.domain.history import first_broken
from shared.domain.roles import Caller, Role
from shared.pipeline.governance.acting_policies import ActingPolicy
from shared.pipeline.governance.edit import Edit
from shared.pipeline.governance.edit_policies import set_state
from shared.pipeline.governance.errors import PolicyRefused, StalePolicy
from shared.pipeline.governance.export_policies import export_policies
from shared.pipeline.governance.policy_code import Comparison, Files, FolderReader, apply_folder, compare_folder
from shared.policies.model import State
from shared.policies.policy_plan import ChangeKind
from tests.pipeline.conftest import Start

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
ENGINEER = Caller(id="1", name="Robin", is_user=True, roles=frozenset({Role.SECURITY_ADMINISTRATOR}))
WRITER = Caller(id="2", name="Pipeline", is_user=False, roles=frozenset({Role.POLICIES_WRITE}))

LISTS = ("lists.yaml", "lists:\n  abroad: {description: Where we are not., values: ['NO', FR]}\n")
TUNING = ("tunings/credential-added.yaml", "tune: credential-added\nseverity: low\n")


def policy(name: str, severity: str = "low", more: str = "") -> tuple[str, str]:
    text = f"id: {name}\nkind: event\nalert: {{severity: {severity}}}\non: [app.added]\n"
    return f"policies/{name}.yaml", f"{text}when:\n  event.country: {{in: {{list: abroad}}}}\n{more}"


def kinds(made: Comparison) -> dict[str, ChangeKind]:
    assert made.plan is not None
    return {one.name: one.kind for one in made.plan.changes}


async def applied(
    application: Application, files: Files, *, force: bool = False, prune: bool = False, caller: Caller = ENGINEER
) -> set[str]:
    """The names of what was written."""
    edit = Edit(caller=caller, now=NOW, reason="Change 4711")
    made = await apply_folder(application.services, files, edit, force=force, prune=prune)
    return {name for _, name in made.applied}


async def test_a_folder_applied_is_in_force_and_exports_as_the_same_folder(application: Application) -> None:
    services = application.services
    folder = [LISTS, policy("from-abroad"), TUNING]
    assert await applied(application, folder) == {"abroad", "from-abroad", "credential-added"}
    rules = (await services.rule_book.refresh()).rules
    assert (rules.policies["from-abroad"].version, rules.broken) == (1, {})
    assert rules.policies["credential-added"].alert.severity == "low"

    exported = await export_policies(services)
    assert ([name for name, _ in exported.files], exported.problems) == (sorted(name for name, _ in folder), ())
    again = await compare_folder(services, exported.files, prune=True)
    assert set(kinds(again).values()) == {ChangeKind.UNCHANGED}
    assert again.etag == exported.etag

    assert await applied(application, [LISTS], prune=True) == {"from-abroad", "credential-added"}
    versions = await services.books.versions("from-abroad")
    assert [(one.version, one.entry.action, one.entry.reason) for one in versions] == [
        (2, "applied", "Change 4711"),
        (1, "applied", "Change 4711"),
    ]
    assert first_broken(one.entry for one in versions[::-1]) is None
    assert await applied(application, folder) == {"from-abroad", "credential-added"}
    assert (await services.books.versions("from-abroad"))[0].version == 3


async def test_what_a_person_changed_is_left_alone_until_forced(application: Application) -> None:
    await applied(application, [LISTS, policy("from-abroad"), policy("other")])
    edit = Edit(caller=ENGINEER, now=NOW)
    await set_state(application.services, "from-abroad", State.INACTIVE, edit)
    folder = [LISTS, policy("from-abroad", "high"), policy("other", "high")]
    assert await applied(application, folder) == {"other"}
    assert await applied(application, folder, force=True) == {"from-abroad"}


async def test_what_was_compared_is_what_is_applied(application: Application) -> None:
    services = application.services
    folder = [LISTS, policy("from-abroad")]
    seen = await compare_folder(services, folder, prune=False)
    await applied(application, [LISTS])
    edit = Edit(caller=ENGINEER, now=NOW, if_match=seen.etag)
    with pytest.raises(StalePolicy):
        await apply_folder(services, folder, edit, prune=False, force=False)


async def test_of_two_who_compared_at_the_same_time_one_applies(start: Start, unique: Callable[[str], str]) -> None:
    prefix = unique("p")
    hosts = start(prefix), start(prefix)
    seen = await compare_folder(hosts[0].services, [LISTS], prune=False)
    edit = Edit(caller=ENGINEER, now=NOW, if_match=seen.etag)
    folders: list[Files] = [[LISTS, policy("of-one")], [LISTS, policy("of-the-other")]]
    outcomes = await asyncio.gather(
        *(
            apply_folder(host.services, folder, edit, prune=False, force=False)
            for host, folder in zip(hosts, folders, strict=True)
        ),
        return_exceptions=True,
    )
    assert sorted((type(one) for one in outcomes), key=lambda kind: kind.__name__) == [Comparison, StalePolicy]


async def test_a_folder_with_a_problem_is_not_applied_at_all(application: Application) -> None:
    folder = [LISTS, policy("from-abroad"), policy("broken", "lowest")]
    with pytest.raises(PolicyRefused) as refused:
        await applied(application, folder)
    assert [(one.file, one.line) for one in refused.value.problems] == [("policies/broken.yaml", 3)]
    assert await application.services.books.version() is None


async def test_a_policy_that_disables_apps_takes_the_right_to_remediate(application: Application) -> None:
    acting = policy("from-abroad", more="actions: [{do: disableApp}]\n")
    with pytest.raises(ActingPolicy):
        await applied(application, [LISTS, acting], caller=WRITER)
    assert await applied(application, [LISTS, policy("from-abroad")], caller=WRITER) == {"abroad", "from-abroad"}


async def test_a_large_folder_takes_several_commits(application: Application) -> None:
    folder = [LISTS, *(policy(f"number-{number}") for number in range(65))]
    assert len(await applied(application, folder)) == 66
    assert len((await application.services.rule_book.refresh()).book.policies) == 65


async def test_a_folder_is_checked_again_only_where_its_surroundings_changed(application: Application) -> None:
    services = application.services
    reader = FolderReader(services, [policy("from-abroad")])
    before = await reader.read(await services.rule_book.refresh())
    await applied(application, [TUNING])
    assert await reader.read(await services.rule_book.refresh()) is before
    await applied(application, [LISTS])
    after = await reader.read(await services.rule_book.refresh())
    assert (len(before.problems), after.problems) == (1, ())


async def test_lists_too_large_for_one_file_are_exported_one_by_one(application: Application) -> None:
    values = ", ".join(f"6f0b7a58-5c1d-4d0a-9a43-{number:012}" for number in range(1_500))
    folder = [(f"{name}.yaml", f"lists: {{{name}: [{values}]}}\n") for name in ("one", "two")]
    assert await applied(application, folder) == {"one", "two"}
    exported = await export_policies(application.services)
    assert ([name for name, _ in exported.files], exported.problems) == (["lists/one.yaml", "lists/two.yaml"], ())
    again = await compare_folder(application.services, exported.files, prune=True)
    assert set(kinds(again).values()) == {ChangeKind.UNCHANGED}


async def test_an_unknown_route_is_refused_with_those_there_are(application: Application) -> None:
    told = policy("from-abroad", more="actions: [{do: notify, route: nowhere}]\n")
    made = await compare_folder(application.services, [LISTS, told], prune=False)
    assert [(one.line, one.text.partition(";")[0]) for one in made.folder.problems] == [(7, "unknown route nowhere")]
