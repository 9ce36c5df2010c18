"""What each version of a policy changed, line by line."""

from datetime import UTC, datetime

from functions.pages.version_changes import changed_versions
from shared.domain.alerts import HistoryEntry
from shared.domain.history import next_entry
from shared.domain.policy_book import PolicyBody, PolicyVersion
from shared.pipeline.governance.written_policies import editor_text
from shared.policies.documents import read_document


def version(number: int, body: PolicyBody | None) -> PolicyVersion:
    entry: HistoryEntry = next_entry(None, datetime(2026, 1, 1, tzinfo=UTC), "kim", "updated", (), None)
    return PolicyVersion(policy_id="one", version=number, entry=entry, body=body)


def test_only_lines_that_changed_and_their_neighbours_are_told() -> None:
    first = {"title": "One", "kind": "app", "state": "inactive", "when": {"app.risk": {"gt": 50}}}
    newest, oldest = changed_versions([version(2, {**first, "when": {"app.risk": {"gt": 80}}}), version(1, first)])
    assert [line for line in newest.lines if line[0] != " "] == [
        ("-", "  app.risk: {gt: 50}"),
        ("+", "  app.risk: {gt: 80}"),
    ]
    assert {sign for sign, _ in oldest.lines} == {"+"}


def test_what_nobody_changed_has_no_versions() -> None:
    assert changed_versions([]) == []


def test_a_version_that_ended_the_policy_takes_all_lines_away() -> None:
    ended, _ = changed_versions([version(2, None), version(1, {"title": "One"})])
    assert ended.lines == (("-", "title: One"),)


def test_of_many_versions_the_newest_are_told_and_a_long_change_is_cut() -> None:
    found = changed_versions([version(n, {"title": f"Number {n}"}) for n in range(40, 0, -1)])
    assert [one.version.version for one in found] == [*range(40, 20, -1)]
    assert found[-1].lines == (("-", "title: Number 20"), ("+", "title: Number 21"))
    long = {"triage": [f"Step {n}" for n in range(500)]}
    [cut] = changed_versions([version(1, long)])
    assert cut.is_cut
    assert len(cut.lines) == 60


def test_the_text_of_an_editor_hides_nothing_and_reads_back_as_it_was() -> None:
    body = {"title": "a\u202eb\u200bc\ttab", "description": "plain\nlines"}
    text = editor_text("one", body)
    assert "\u202e" not in text
    assert "\u200b" not in text
    assert read_document(text, "").value == {**body, "id": "one"}


def test_a_number_that_a_policy_file_cannot_say_is_shown_all_the_same() -> None:
    assert "1e+30" in editor_text("one", {"when": {"app.risk": {"gt": 1e30}}})
