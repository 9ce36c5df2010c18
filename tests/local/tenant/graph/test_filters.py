"""The language of ``$filter``."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.tenant.graph.filter_conditions import All, AnyElement, Compared, Condition, Either, Not, Value
from local.tenant.graph.filter_syntax import parse_filter
from local.tenant.graph.filters import read_filter
from local.tenant.graph.messages import GraphError
from local.tenant.graph.schema import kind

PRINCIPAL = kind("servicePrincipal")
APP: dict[str, Any] = {
    "id": "1",
    "displayName": "O'Neill Backup",
    "appId": "c0ffee00-0000-4000-8000-000000000001",
    "accountEnabled": True,
    "createdDateTime": "2026-03-02T09:00:00Z",
    "disabledByMicrosoftStatus": None,
    "tags": ["HideApp", "Integrated"],
}

_NAMES = st.sampled_from(["displayName", "appId", "tags"])
_MOMENTS = st.datetimes(timezones=st.just(UTC))
_VALUES: st.SearchStrategy[Value] = st.text() | st.booleans() | st.none() | st.integers() | _MOMENTS
_COMPARED = st.builds(
    lambda name, operator, value: Compared((name,), operator, (value,)),
    _NAMES,
    st.sampled_from(["eq", "ne", "ge", "le", "gt", "lt", "startswith", "endswith"]),
    _VALUES,
) | st.builds(lambda name, values: Compared((name,), "in", tuple(values)), _NAMES, st.lists(_VALUES, min_size=1))


def _joined(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.builds(All, several) | st.builds(Either, several) | st.builds(Not, inner)


CONDITIONS: st.SearchStrategy[Condition] = st.recursive(_COMPARED, _joined, max_leaves=6)


def written(condition: Condition) -> str:
    """The text of a condition, in brackets wherever they may stand."""
    match condition:
        case All(conditions):
            return " and ".join(f"({written(one)})" for one in conditions)
        case Either(conditions):
            return " or ".join(f"({written(one)})" for one in conditions)
        case Not(negated):
            return f"not ({written(negated)})"
        case AnyElement(path, inner):
            return f"{'/'.join(path)}/any(x:x/{written(inner)})"
        case Compared(path, ("startswith" | "endswith") as name, (value,)):
            return f"{name}({'/'.join(path)},{literal(value)})"
        case Compared(path, "in", values):
            return f"{'/'.join(path)} in ({','.join(map(literal, values))})"
        case Compared(path, operator, (value, *_)):
            return f"{'/'.join(path)} {operator} {literal(value)}"
    raise AssertionError


def literal(value: Value) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case datetime():
            return value.isoformat().replace("+00:00", "Z")
        case str():
            return "'" + value.replace("'", "''") + "'"
    return str(value)


@given(CONDITIONS)
def test_what_is_written_is_read_back(condition: Condition) -> None:
    assert parse_filter(written(condition)) == condition


@given(st.text() | st.text("()',/: anoteqidx1-"))
def test_any_text_is_either_a_filter_or_refused(text: str) -> None:
    with suppress(GraphError):
        read_filter(text, PRINCIPAL).matches(APP)


def test_nesting_has_an_end() -> None:
    with pytest.raises(GraphError, match="Recursion"):
        parse_filter("(" * 5000 + "appId eq 'x'" + ")" * 5000)
    with pytest.raises(GraphError):
        parse_filter("not " * 5000 + "appId eq 'x'")


@pytest.mark.parametrize(
    "text",
    [
        "displayName eq 'o''neill backup'",
        "startswith(displayName,'O''N') and accountEnabled eq true",
        "startswith(displayName,'x') or accountEnabled eq true",
        "appId in ('none','C0FFEE00-0000-4000-8000-000000000001')",
        "tags/any(t:t eq 'HideApp')",
        "createdDateTime ge 2026-03-02T10:00:00+01:00",
        "createdDateTime le 2026-03-02T09:00:00.000Z",
        "disabledByMicrosoftStatus eq null",
        "not(disabledByMicrosoftStatus eq 'DisabledDueToViolationOfServicesAgreement')",
        "accountEnabled eq false or accountEnabled eq true and displayName ne 'x'",
    ],
)
def test_it_matches(text: str) -> None:
    assert read_filter(text, PRINCIPAL).matches(APP)


@pytest.mark.parametrize(
    "text",
    [
        "displayName eq 'O''Neill'",
        "tags/any(t:t eq 'Hide')",
        "createdDateTime ge 2026-03-02T09:00:01Z",
        "startswith(displayName,'Backup')",
        "(accountEnabled eq false or accountEnabled eq true) and displayName eq 'x'",
        "disabledByMicrosoftStatus ne null",
    ],
)
def test_it_does_not_match(text: str) -> None:
    assert not read_filter(text, PRINCIPAL).matches(APP)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "appId",
        "appId eq",
        "appId eq x",
        "appId eq 'x",
        "appId eq 'x' and",
        "appId is 'x'",
        "tags/any(t:u eq 'x')",
        "tags/any(t:t/any(u:u eq 'x'))",
        "appId eq 'x')",
        "createdDateTime ge 2026-13-40T00:00:00Z",
        " or ".join(["appId eq 'x'"] * 16),
        f"appId in ({','.join(['$'] * 16)})".replace("$", "'x'"),
    ],
)
def test_what_is_no_filter_is_refused(text: str) -> None:
    with pytest.raises(GraphError):
        read_filter(text, PRINCIPAL)


def test_only_some_questions_need_the_eventual_index() -> None:
    advanced = {
        text: read_filter(text, PRINCIPAL).is_advanced
        for text in ("accountEnabled eq true", "accountEnabled ne true", "not(appOwnerOrganizationId eq 'x')")
    }
    assert list(advanced.values()) == [False, True, True]


def test_bounds_are_those_that_every_match_lies_in() -> None:
    def bounds(text: str) -> tuple[datetime | None, datetime | None]:
        return read_filter(text, kind("directoryAudit")).bounds("activityDateTime")

    early, late = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC)
    between = "activityDateTime ge 2026-03-01T00:00:00Z and activityDateTime le 2026-03-02T00:00:00Z"
    assert bounds(between) == (early, late)
    assert bounds(f"category eq 'x' and {between}") == (early, late)
    assert bounds("activityDateTime ge 2026-03-02T00:00:00Z or category eq 'x'") == (None, None)
