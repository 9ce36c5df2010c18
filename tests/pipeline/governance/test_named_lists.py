"""Lists that the tenant fills and policies refer to."""

import pytest

from shared.domain.apps import App
from shared.domain.history import first_broken
from shared.pipeline.governance.edit_policies import create_policy, delete_policy
from shared.pipeline.governance.errors import PolicyRefused, StalePolicy, UnknownPolicy
from shared.pipeline.governance.named_lists import (
    delete_named_list,
    list_history,
    list_named_lists,
    put_named_list,
    read_named_list,
)
from shared.pipeline.services import Services
from shared.policies.lists import TENANT_LISTS
from tests.pipeline.governance.written import NOW, OWN, edit

A, B = "a1111111-1111-4111-8111-111111111111", "b1111111-1111-4111-8111-111111111111"
SCOPED = {**OWN, "scope": {"except": {"list": "protectedApps"}}}


async def test_three_lists_are_there_from_the_start_and_empty(host: Services) -> None:
    found = {one.name: one for one in await list_named_lists(host)}
    for name, description in TENANT_LISTS.items():
        assert (found[name].values, found[name].description, found[name].etag) == ((), description, '"0"')
    assert found["signInScopes"].is_bundled
    assert "openid" in found["signInScopes"].values


async def test_a_filled_list_changes_what_policies_judge_and_says_who_refers_to_it(host: Services) -> None:
    await create_policy(host, SCOPED, edit())
    apps = [App(app_id=app_id, owner_count=0) for app_id in (A, B)]
    assert [len(host.rules().judge_app(app, NOW).findings) for app in apps] == [1, 1]
    filled = await put_named_list(host, "protectedApps", [A], edit(if_match='"0"'))
    assert (filled.version, filled.used_by, filled.values) == (1, ("ownerless",), (A,))
    assert [len(host.rules().judge_app(app, NOW).findings) for app in apps] == [0, 1]


async def test_each_change_of_a_list_is_in_its_history(host: Services) -> None:
    await put_named_list(host, "partners", ["contoso", "fabrikam"], edit("the first two"), "Who may.")
    with pytest.raises(StalePolicy):
        await put_named_list(host, "partners", ["x"], edit(if_match='"4"'))
    changed = await put_named_list(host, "partners", ["contoso", "tailspin"], edit(if_match='"1"'))
    assert (changed.version, changed.description) == (2, "Who may.")
    assert await put_named_list(host, "partners", ["contoso", "tailspin"], edit()) == changed
    await delete_named_list(host, "partners", edit(if_match='"2"'))
    with pytest.raises(UnknownPolicy):
        await read_named_list(host, "partners")
    assert (await put_named_list(host, "partners", [], edit())).version == 4
    entries = await list_history(host, "partners")
    assert [entry.action for entry in entries] == ["created", "updated", "deleted", "created"]
    assert {edit.property: edit.after for edit in entries[1].edits if edit.after} == {"added": '["tailspin"]'}
    assert first_broken(entries) is None


async def test_a_list_that_a_policy_refers_to_cannot_be_deleted(host: Services) -> None:
    await put_named_list(host, "partners", ["contoso"], edit())
    when = {"app.publisher.name": {"notIn": {"list": "partners"}}}
    await create_policy(host, {"id": "stranger", "kind": "app", "when": {"all": [when]}}, edit())
    with pytest.raises(PolicyRefused, match="stranger"):
        await delete_named_list(host, "partners", edit())
    await delete_policy(host, "stranger", edit())
    await delete_named_list(host, "partners", edit())


async def test_values_that_a_policy_could_not_be_used_with_are_refused(host: Services) -> None:
    await put_named_list(host, "partners", [A], edit())
    await create_policy(host, {**SCOPED, "scope": {"except": {"list": "partners"}}}, edit())
    with pytest.raises(PolicyRefused) as refusal:
        await put_named_list(host, "partners", [A, "payroll"], edit())
    [problem] = refusal.value.problems
    assert problem.path == ("values",)
    assert problem.text == "ownerless scope.except[1]: payroll is no appId; an appId is a GUID"


@pytest.mark.parametrize(
    ("name", "values", "path"),
    [
        ("signInScopes", ["x"], ("name",)),
        ("no name", ["x"], ("name",)),
        ("many", [str(number) for number in range(2_001)], ("values",)),
        ("large", [f"{number:0256}" for number in range(800)], ("values",)),
        ("long", ["x", "x" * 257], ("values", 1)),
        ("twice", ["x", "x"], ("values", 1)),
        ("empty", [""], ("values", 0)),
        ("protectedApps", ["6F0B7A58-5c1d-4d0a-9a43-6f1f4c1f0a11", "payroll"], ("values", 1)),
        ("hidden", ["x\u202e"], ("values", 0)),
    ],
)
async def test_a_list_that_cannot_be_is_refused_with_its_place(
    host: Services, name: str, values: list[str], path: tuple[str | int, ...]
) -> None:
    with pytest.raises(PolicyRefused) as refusal:
        await put_named_list(host, name, values, edit())
    assert refusal.value.problems[0].path == path


async def test_characters_that_take_two_units_count_twice(host: Services) -> None:
    with pytest.raises(PolicyRefused, match="100,000 characters together"):
        await put_named_list(host, "large", [f"{number:04}" + "\U0001f600" * 40 for number in range(2_000)], edit())


@pytest.mark.parametrize("filling", ["\\" * 40, "\U0001f600" * 20], ids=["escaped", "long on the wire"])
async def test_the_largest_list_can_be_stored_and_used(host: Services, filling: str) -> None:
    values = [f'{number:04}"\U0001f600{filling}' for number in range(2_000)]
    await put_named_list(host, "large", values, edit())
    assert await host.books.list_values("large") == tuple(values)
