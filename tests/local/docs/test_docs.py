"""The generated reference pages are current, and say what the tables say."""

import re
from pathlib import Path

import pytest

from functions.routes import ROUTES
from local.docs.command import PAGES, stale_pages, write_pages
from local.docs.http_page import http_page
from local.docs.roles_page import roles_page
from shared.domain.roles import RIGHTS, Right, Role

DOCS = Path(__file__).resolve().parents[3] / "docs"


def rows_of(page: str) -> list[list[str]]:
    """The cells of all table rows, without marks of code."""
    lines = [line for line in page.splitlines() if line.startswith("| ")]
    return [[cell.strip().strip("`") for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


def test_the_pages_in_the_repository_are_current() -> None:
    assert stale_pages(DOCS) == []


def test_a_page_that_is_missing_or_was_edited_is_stale_until_written(tmp_path: Path) -> None:
    assert stale_pages(tmp_path) == [*PAGES]
    assert write_pages(tmp_path) == [*PAGES]
    assert stale_pages(tmp_path) == []
    page = tmp_path / "reference" / "roles.md"
    page.write_text(page.read_text(encoding="utf-8").replace("yes", "no"), encoding="utf-8")
    assert stale_pages(tmp_path) == ["reference/roles.md"]
    assert write_pages(tmp_path) == ["reference/roles.md"]


@pytest.mark.parametrize("role", Role)
def test_the_row_of_a_role_shows_its_rights(role: Role) -> None:
    [row] = [row for row in rows_of(roles_page()) if row[0] == role and len(row) == len(Right) + 1]
    assert {right for right, cell in zip(Right, row[1:], strict=True) if cell == "yes"} == RIGHTS[role]


def test_every_route_has_its_row() -> None:
    rows = {(row[0], row[1]) for row in rows_of(http_page())}
    assert {(route.method, f"/{route.template}") for route in ROUTES} <= rows
