"""``python -m local docs [--check]``: write the generated reference, or check that it is current."""

import argparse
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from local.docs.detections_page import detections_page
from local.docs.http_page import http_page
from local.docs.language_page import language_page
from local.docs.openapi_json import openapi_json
from local.docs.permissions_page import permissions_page
from local.docs.policy_schema_json import policy_schema_json
from local.docs.promises_page import promises_page
from local.docs.risk_page import risk_page
from local.docs.roles_page import roles_page
from local.docs.templates_page import templates_page
from local.promises.check import BrokenPromises

PAGES: Mapping[str, Callable[[], str]] = {
    "reference/roles.md": roles_page,
    "reference/http.md": http_page,
    "reference/detections.md": detections_page,
    "reference/templates.md": templates_page,
    "reference/language.md": language_page,
    "reference/openapi.json": openapi_json,
    "reference/policy.schema.json": policy_schema_json,
    "reference/permissions.md": permissions_page,
    "promises.md": promises_page,
    "reference/risk-score.md": risk_page,
}
"""By their paths below ``docs``."""
_FOLDER = Path(__file__).resolve().parents[2] / "docs"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--check", action="store_true", help="change nothing; fail if a page is not current")


def run(args: argparse.Namespace) -> int:
    """0 where all is current, 1 with a line on standard error for each page that is not and each broken promise."""
    try:
        return _check() if args.check else _write()
    except BrokenPromises as broken:
        for problem in broken.problems:
            print(f"docs/promises.md: {problem}", file=sys.stderr)
        return 1


def _check() -> int:
    stale = stale_pages(_FOLDER)
    for name in stale:
        print(f"docs/{name}: is not current; run python -m local docs", file=sys.stderr)
    return 1 if stale else 0


def _write() -> int:
    for name in write_pages(_FOLDER):
        print(f"wrote docs/{name}")
    return 0


def stale_pages(folder: Path) -> list[str]:
    """The names of the pages that are missing or say something else than they would now."""
    return [name for name, render in PAGES.items() if _stored(folder / name) != render()]


def write_pages(folder: Path) -> list[str]:
    """Write the stale pages and return their names."""
    stale = stale_pages(folder)
    for name in stale:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(PAGES[name](), encoding="utf-8")
    return stale


def _stored(page: Path) -> str | None:
    return page.read_text(encoding="utf-8") if page.exists() else None
