"""YAML as policies may use it."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.policies.documents import read_document
from shared.policies.errors import PolicyError
from shared.policies.loader import load_policies, parse_policy


def test_words_that_yaml_once_took_for_booleans_stay_text() -> None:
    assert read_document("on: [NO, yes, off, y]", "x").value == {"on": ["NO", "yes", "off", "y"]}


def test_numbers_booleans_and_nulls_are_read_and_dates_and_durations_stay_text() -> None:
    value = read_document("[1, -2, 1.5, true, null, ~, 7d, 2026-01-01, 0x10, 1e5, 12:30, .nan]", "x").value
    assert value == [1, -2, 1.5, True, None, None, "7d", "2026-01-01", "0x10", "1e5", "12:30", ".nan"]


def test_every_value_has_its_line() -> None:
    document = read_document("- id: a\n  when:\n    all:\n      - x: 1\n      - y: 2\n", "x")
    assert document.line((0, "id")) == 1
    assert document.line((0, "when", "all", 1)) == 5
    assert document.line((0, "when", "all", 1, "y", "deeper", "still")) == 5


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("a: 1\nb: 2\na: 3", "x:3: the key a is given twice"),
        ("a: &b 1\nc: *b", "x:1: anchors and aliases are refused"),
        ("a: &a [1]\nb: &b [*a, *a]\nc: [*b, *b]", "anchors and aliases are refused"),
        ("a: !!python/object/apply:os.system [id]", "the tag"),
        ("a: !!binary aGk=", "the tag tag:yaml.org,2002:binary is refused"),
        ("? [a]\n: 1", "is not text; quote it"),
        ("1: 2", "the key 1 is not text; quote it"),
        ("a: [", "x:2: not YAML"),
        ("", "the file is empty"),
        ("a: b\n---\nc: d", "not YAML"),
        ("[" * 41 + "]" * 41, "nested more than 40 deep"),
        ("[" * 100_000, "nesting"),
        ('a: "\\ud800"', "Unicode"),
        ("\ud800", "surrogate"),
        ("a: !!map b", "the tag"),
        ("a" * (256 * 1024 + 1), "larger than 256 KB"),
        ("a: \x00", "not YAML"),
    ],
    ids=lambda text: text[:30],
)
def test_what_could_bite_is_refused(text: str, complaint: str) -> None:
    with pytest.raises(PolicyError) as caught:
        read_document(text, "x")
    assert complaint in str(caught.value)


@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from(list("-:[]{}&*!|>'\"%@`#?, \n\tab1~\\\x00\ud800😀")), max_size=40))
def test_any_text_is_read_or_refused_by_a_policy_error_only(text: str) -> None:
    with suppress(PolicyError):
        load_policies(text, "x", lists={})


def test_a_policy_from_elsewhere_with_half_a_surrogate_pair_is_refused() -> None:
    with pytest.raises(PolicyError, match="surrogate"):
        parse_policy({"id": "p", "title": "\ud800"})
