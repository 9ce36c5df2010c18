"""The page that compares answers everything, and each thing that it says we have is where it says."""

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from functions.models.app_details import AppResource
from functions.models.apps import AppListParameters, AppSummaryResource
from functions.models.insights import InsightsResource
from functions.models.policies import PolicyDetails
from functions.models.shapes import Sent
from functions.routes import ROUTES
from shared.domain.app_traits import Trait
from shared.policies.facts import VOCABULARY
from shared.policies.loader import load_catalogue
from shared.policies.templates import load_templates
from tests.docs.compared_policy_rows import ROWS as POLICY_ROWS
from tests.docs.compared_rows import ROWS

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = {"compared.md": ROWS, "compared-policies.md": POLICY_ROWS}
HAD, LACKED = {"have", "better"}, {"later", "cannot"}

_SHOWN: dict[str, type[Sent]] = {
    "list": AppSummaryResource,
    "app": AppResource,
    "insights": InsightsResource,
    "policy": PolicyDetails,
}
_NAMED = {
    "fact": VOCABULARY.facts.keys(),
    "template": load_templates().keys(),
    "policy": {policy.id for policy in load_catalogue()},
}
_LINK = re.compile(r"\[[^]]+\]\(([^)]+)\)")


class Row(NamedTuple):
    section: str
    title: str
    verdict: str
    how: str
    where: str

    @property
    def places(self) -> list[str]:
        """The codes of the last column, and what its links lead to."""
        return [*re.findall(r"`([^`]+)`", self.where), *_LINK.findall(self.where)]


def _rows(page: str) -> list[Row]:
    found, section = [], ""
    for line in (DOCS / page).read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            section = line.removeprefix("## ")
        elif line.startswith("| ") and not line.startswith("| Microsoft's"):
            found.append(Row(section, *(cell.strip() for cell in line.strip("|").split("|"))))
    return found


TABLES = {page: _rows(page) for page in PAGES}
TABLE = [row for rows in TABLES.values() for row in rows]
each_row = pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.section}: {row.title}")


def exists(place: str) -> bool:
    """Whether a place is a field of an answer, a parameter of the list with its values, a route, or a page."""
    if matched := re.fullmatch(r"(list|app|insights|policy)\.(\w+)", place):
        return matched[2] in _names(_SHOWN[matched[1]])
    if matched := re.fullmatch(r"\?(\w+)=(\S*)", place):
        return _is_parameter(matched[1], matched[2])
    if matched := re.fullmatch(r"([A-Z]+) /(\S+)", place):
        return any((route.method, route.template) == matched.groups() for route in ROUTES)
    if matched := re.fullmatch(r"(fact|template|policy) (\S+)", place):
        return matched[2] in _NAMED[matched[1]]
    return place.endswith(".md") and (DOCS / place).exists()


def _names(model: type[Sent] | type[AppListParameters]) -> set[str]:
    return {field.alias or name for name, field in model.model_fields.items()}


def _is_parameter(name: str, value: str) -> bool:
    if name == "trait" and value:
        return {*value.split(",")} <= {*Trait}
    return name in _names(AppListParameters) and (not value or bool(AppListParameters.model_validate({name: value})))


@pytest.mark.parametrize("page", PAGES)
def test_everything_that_microsofts_product_shows_is_answered_once(page: str) -> None:
    told: dict[str, tuple[str, ...]] = {}
    for row in TABLES[page]:
        told[row.section] = (*told.get(row.section, ()), row.title)
    assert told == PAGES[page]


@each_row
def test_a_row_says_whether_we_have_it(row: Row) -> None:
    assert row.verdict in HAD | LACKED


@each_row
def test_what_we_have_is_where_the_row_says(row: Row) -> None:
    if row.verdict in HAD:
        assert row.places
    assert [place for place in row.places if not exists(place)] == []


@each_row
def test_what_we_lack_or_do_better_says_why(row: Row) -> None:
    assert row.how or row.verdict == "have"


@pytest.mark.parametrize(
    "place",
    [
        *("list.colour", "app.summary.risk", "insights.counts", "?colour=", "?trait=green", "?riskFrom=700"),
        *("fact app.colour", "template colours", "policy colours", "policy.colour"),
        *("POST /api/apps", "GET /api/colours", "colours.md", "colour"),
    ],
)
def test_a_place_that_is_not_there_is_told(place: str) -> None:
    assert not _exists_or_is_refused(place)


def _exists_or_is_refused(place: str) -> bool:
    try:
        return exists(place)
    except ValueError:
        return False
