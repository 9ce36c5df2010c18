"""``python -m local docs [--check]``: write the generated reference, or check that it is current."""

import argparse
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from local.docs.detections_page import detections_page
from local.docs.http_page import http_page
from local.docs.language_page import language_page
from local.docs.openapi_json import openapi_json
from local.docs.roles_page import roles_page

PAGES: Mapping[str, Callable[[], str]] = {
    "roles.md": roles_page,
    "http.md": http_page,
    "detections.md": detections_page,
    "language.md": language_page,
    "openapi.json": openapi_json,
}
_FOLDER = Path(__file__).resolve().parents[2] / "docs" / "reference"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--check", action="store_true", help="change nothing; fail if a page is not current")


def run(args: argparse.Namespace) -> int:
    """0 where all is current, 1 with the name of each page that is not on a line of standard error."""
    if args.check:
        stale = stale_pages(_FOLDER)
        for name in stale:
            print(f"docs/reference/{name}: is not current; run python -m local docs", file=sys.stderr)
        return 1 if stale else 0
    for name in write_pages(_FOLDER):
        print(f"wrote docs/reference/{name}")
    return 0


def stale_pages(folder: Path) -> list[str]:
    """The names of the pages that are missing or say something else than they would now."""
    return [name for name, render in PAGES.items() if _stored(folder / name) != render()]


def write_pages(folder: Path) -> list[str]:
    """Write the stale pages and return their names."""
    stale = stale_pages(folder)
    for name in stale:
        (folder / name).write_text(PAGES[name](), encoding="utf-8")
    return stale


def _stored(page: Path) -> str | None:
    return page.read_text(encoding="utf-8") if page.exists() else None
