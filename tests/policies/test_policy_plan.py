"""What a folder would change, and what people changed since it was last applied."""

from datetime import UTC, datetime

from msgspec.structs import replace

from shared.domain.history import next_entry
from shared.domain.policy_book import NamedList, PolicyBody, PolicyBook, StoredPolicy
from shared.policies.policy_files import FiledPolicy, PolicyFolder
from shared.policies.policy_plan import APPLIED, ChangeKind, Plan, plan

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
BODY: PolicyBody = {"kind": "event", "on": ["app.added"], "alert": {"severity": "low"}}
LOUDER: PolicyBody = {**BODY, "alert": {"severity": "high"}}


def filed(policy_id: str, body: PolicyBody = BODY) -> FiledPolicy:
    return FiledPolicy(id=policy_id, body=body, is_tuning=False, file=f"{policy_id}.yaml", line=1)


def book(*policy_ids: str, action: str = APPLIED, from_code: bool = True) -> PolicyBook:
    """Policies as they were stored by that action."""
    stored = {
        each: StoredPolicy(
            id=each,
            version=1,
            body=BODY,
            is_tuning=False,
            created=NOW,
            created_by="Dana",
            modified=NOW,
            modified_by="Dana",
            from_code=from_code,
        )
        for each in policy_ids
    }
    entry = next_entry(None, NOW, "Dana (id)", action, (), None)
    return PolicyBook(version="1", policies=stored, last_entries={f"policy/{each}": entry for each in policy_ids})


def kinds(made: Plan) -> dict[str, ChangeKind]:
    return {one.name: one.kind for one in made.changes}


def test_what_is_new_changed_and_the_same_is_told_apart() -> None:
    folder = PolicyFolder(policies=(filed("new"), filed("changed", LOUDER), filed("same")))
    made = plan(folder, book("changed", "same"), prune=False)
    assert kinds(made) == {
        "new": ChangeKind.CREATED,
        "changed": ChangeKind.UPDATED,
        "same": ChangeKind.UNCHANGED,
    }
    assert [one.name for one in made.due(force=False)] == ["new", "changed"]


def test_a_change_names_its_keys_and_shows_the_text_before_and_after() -> None:
    (change,) = plan(PolicyFolder(policies=(filed("one", LOUDER),)), book("one"), prune=False).changes
    assert change.keys == ("alert",)
    lines = change.diff.splitlines()
    assert lines[:2] == ["--- in the service", "+++ one.yaml"]
    assert [line for line in lines[2:] if line[0] in "+-"] == ["-alert: {severity: low}", "+alert: {severity: high}"]


def test_what_came_from_a_folder_and_left_it_is_deleted_only_where_that_is_asked_for() -> None:
    empty = PolicyFolder()
    assert plan(empty, book("gone"), prune=False).changes == ()
    assert kinds(plan(empty, book("gone"), prune=True)) == {"gone": ChangeKind.DELETED}
    assert plan(empty, book("by-hand", from_code=False, action="created"), prune=True).changes == ()


def test_what_a_person_changed_meanwhile_is_a_conflict_and_needs_force() -> None:
    folder = PolicyFolder(policies=(filed("one", LOUDER),))
    made = plan(folder, book("one", action="updated"), prune=False)
    assert made.changes[0].conflict == "updated by Dana (id) on 2026-11-30 12:00 UTC"
    assert made.due(force=False) == ()
    assert [one.name for one in made.due(force=True)] == ["one"]


def test_what_a_person_made_the_same_is_no_conflict() -> None:
    (change,) = plan(PolicyFolder(policies=(filed("one"),)), book("one", action="updated"), prune=False).changes
    assert (change.kind, change.conflict) == (ChangeKind.UNCHANGED, None)


def test_deleting_what_a_person_changed_is_a_conflict() -> None:
    (change,) = plan(PolicyFolder(), book("one", action="deactivated"), prune=True).changes
    assert (change.kind, change.conflict is None) == (ChangeKind.DELETED, False)


def test_a_value_of_another_type_is_a_change() -> None:
    before = book("one")
    folder = PolicyFolder(policies=(filed("one", {**BODY, "alert": {"severity": True}}),))
    assert plan(folder, before, prune=False).changes[0].kind is ChangeKind.UPDATED


def test_lists_are_created_updated_and_never_deleted() -> None:
    offices = NamedList(name="offices", values=("NO",))
    folder = PolicyFolder(lists=(offices,))
    assert kinds(plan(folder, PolicyBook(), prune=True)) == {"offices": ChangeKind.CREATED}
    stored = PolicyBook(lists={"offices": NamedList(name="offices", values=("FR",), version=4)})
    (change,) = plan(folder, stored, prune=True).changes
    assert (change.kind, change.keys) == (ChangeKind.UPDATED, ("values",))
    assert plan(PolicyFolder(), stored, prune=True).changes == ()


def test_a_list_shows_its_values_before_and_after() -> None:
    before, after = (NamedList(name="ours", values=(value,)) for value in ("FR", "DE"))
    stored = PolicyBook(version="1", lists={"ours": before})
    (change,) = plan(PolicyFolder(lists=(after,)), stored, prune=False).changes
    lines = change.diff.splitlines()[2:]
    assert [line.strip() for line in lines if line[0] in "+-"] == ["-    values: [FR]", "+    values: [DE]"]


def test_a_key_that_says_nothing_is_no_difference() -> None:
    stored = book("one")
    policies = {"one": replace(stored.policies["one"], body={**BODY, "when": None, "title": None})}
    made = plan(PolicyFolder(policies=(filed("one"),)), replace(stored, policies=policies), prune=False)
    assert kinds(made) == {"one": ChangeKind.UNCHANGED}


def test_what_stays_the_same_and_what_is_not_shown_is_not_written_out() -> None:
    folder = PolicyFolder(policies=(filed("same"), filed("changed", LOUDER)))
    stored = book("same", "changed")
    assert [bool(one.diff) for one in plan(folder, stored, prune=False).changes] == [False, True]
    assert not any(one.diff for one in plan(folder, stored, prune=False, with_diffs=False).changes)
