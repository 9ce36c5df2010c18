"""The conditions of a policy in words, whatever the policy says."""

from hypothesis import given
from hypothesis import strategies as st

from functions.pages.condition_tree import Line, condition_tree, measure_line, step_trees
from shared.policies.policy_entries import load_bundled

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["all", "any", "not", "of", "where", "app.risk", "gt", "parameter"]), inner)
    ),
    max_leaves=12,
)


def told(lines: tuple[Line, ...]) -> list[str]:
    """One text for each line, those below another one set in."""
    found = []
    for line in lines:
        found.append(" ".join(filter(None, (line.fact, line.words, line.value))))
        found += [f"  {below}" for below in told(line.below)]
    return found


def test_each_comparison_is_a_line_and_groups_are_set_in() -> None:
    when = {
        "all": [
            {"app.origin": {"eq": "external"}},
            {"any": [{"not": {"app.enabled": {"eq": True}}}, {"app.homepage": {"isNull": True}}]},
            {"any": {"of": "app.credentials", "where": {"lifetime": {"gt": "180d"}}}},
            {"app.owners": {"count": {"lt": 2}}},
        ]
    }
    assert told(condition_tree({"when": when})) == [
        "app.origin is external",
        "any of these",
        "  not",
        "    app.enabled is true",
        "  app.homepage is not there",
        "app.credentials has one of which",
        "  lifetime is more than 180d",
        "the number of app.owners is less than 2",
    ]


def test_a_parameter_stands_by_its_value_and_a_list_by_its_name() -> None:
    definition = {
        "parameters": {"unusedFor": {"default": "90d"}},
        "when": {
            "all": [
                {"app.unusedFor": {"gt": {"parameter": "unusedFor"}}},
                {"app.publisher.name": {"notIn": {"list": "trustedPublishers"}}},
            ]
        },
    }
    assert told(condition_tree(definition)) == [
        "app.unusedFor is more than 90d (unusedFor)",
        "app.publisher.name is none of the list trustedPublishers",
    ]


def test_a_window_says_what_makes_it_full_by_what_is_usual() -> None:
    having = {"sum": "event.itemCount", "gt": {"baseline": "app.itemsPerHour", "times": 5, "atLeast": 100}}
    line = measure_line({"having": having})
    assert line is not None
    assert told((line,)) == [
        "the sum of event.itemCount is more than 5 times what is usual for app.itemsPerHour but at least 100"
    ]


def test_every_bundled_policy_is_told_with_all_that_it_asks() -> None:
    for one in load_bundled():
        definition = one.policy.model_dump(mode="json", exclude_none=True)
        lines = [*condition_tree(definition), *(line for _, _, below in step_trees(definition) for line in below)]
        text = "\n".join(told(tuple(lines)))
        assert "?" not in text.replace("?:", ""), one.policy.id
        assert text or definition["on"] or definition["steps"], one.policy.id


@given(when=JSON, parameters=JSON)
def test_text_that_is_no_condition_is_told_all_the_same(when: object, parameters: object) -> None:
    assert isinstance(condition_tree({"when": when, "parameters": parameters}), tuple)


def test_depth_and_length_are_bounded() -> None:
    deep: object = {"app.risk": {"gt": 1}}
    for _ in range(100):
        deep = {"not": deep}
    assert len(told(condition_tree({"when": deep}))) <= 15
    many = {"all": [{"app.risk": {"gt": n}} for n in range(2000)]}
    assert len(condition_tree({"when": many})) <= 500
