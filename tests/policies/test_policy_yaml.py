"""A policy that is written as YAML reads back as it was, in every tool."""

import msgspec
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.policy_book import NamedList, PolicyBody
from shared.policies.documents import read_document
from shared.policies.errors import PolicyError
from shared.policies.loader import catalogue_texts, load_policies
from shared.policies.policy_yaml import lists_text, policy_text, tuning_text

TRAPS = ("on", "NO", "yes", "null", "~", "", "true", "2026-01-15", "007", "08", "0x1f", "1e3", "12:30", "1_000", "7d")
MARKS = ("=", "<<", "# no comment", "- x", "a: b", "{x}", "'", '"', "a\n\n b ", "\u0000", "\u0085", "\u2028", "\ufeff")

texts = st.one_of(st.sampled_from((*TRAPS, *MARKS)), st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
numbers = st.one_of(
    st.integers(-(10**17), 10**17), st.floats(-1e9, 1e9, allow_nan=False).map(lambda value: round(value, 6))
)
scalars = st.one_of(texts, numbers, st.booleans(), st.none())
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4), max_leaves=12
)


def exact(value: object) -> bytes:
    return msgspec.json.encode(value, order="sorted")


@given(st.dictionaries(st.sampled_from(["kind", "on", "when", "title", "parameters"]) | texts, values, max_size=5))
def test_what_is_written_reads_back_to_the_type(body: PolicyBody) -> None:
    expected = {**{key: value for key, value in body.items() if key != "version"}, "id": "example"}
    assert exact(read_document(policy_text("example", body), "example.yaml").value) == exact(expected)


@pytest.mark.parametrize("text", TRAPS)
def test_a_tool_of_yaml_1_1_reads_the_same_text(text: str) -> None:
    written = policy_text("example", {"title": text, "when": {"event.country": {"in": [text]}}})
    read = yaml.safe_load(written)
    assert (read["title"], read["when"]["event.country"]["in"]) == (text, [text])


def test_every_bundled_policy_is_the_same_policy_after_export() -> None:
    for name, text in catalogue_texts():
        (before,) = load_policies(text, name)
        raw = read_document(text, name).value
        assert isinstance(raw, dict)
        (after,) = load_policies(policy_text(before.id, raw))
        assert after == before


def test_keys_stand_in_the_order_of_the_documentation_and_the_version_is_left_out() -> None:
    body = {
        "when": {},
        "on": ["app.added"],
        "version": 3,
        "kind": "event",
        "title": "New",
        "alert": {"severity": "low"},
    }
    keys = [line.partition(":")[0] for line in policy_text("new-app", body).splitlines() if line[0].isalpha()]
    assert keys == ["id", "title", "kind", "alert", "on", "when"]


def test_a_tuning_begins_with_what_it_tunes() -> None:
    assert tuning_text("credential-added", {"severity": "high"}) == "tune: credential-added\nseverity: high\n"


def test_lists_are_written_by_name_with_what_they_are_for() -> None:
    lists = {name: NamedList(name=name, values=("NO", "FR"), description="Where.") for name in ("offices", "banned")}
    assert read_document(lists_text(lists), "lists.yaml").value == {
        "lists": {name: {"description": "Where.", "values": ["NO", "FR"]} for name in ("banned", "offices")}
    }


def test_a_value_that_no_file_can_say_is_refused_rather_than_changed() -> None:
    with pytest.raises(PolicyError, match="cannot say"):
        policy_text("example", {"when": {"app.risk": {"gt": 10**30}}})


def test_signs_that_cannot_be_seen_are_written_by_their_numbers() -> None:
    title = "Payroll \u202egnp.exe\u202c and \u200b more"
    text = policy_text("seen", {"kind": "app", "title": title})
    assert text.replace("\n", "").isprintable()
    assert read_document(text, "seen.yaml").value == {"id": "seen", "kind": "app", "title": title}
