"""What README and the pages of docs name exists: pages, targets, commands, options, routes, personas."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from functions.routes import ROUTES
from local.__main__ import main
from local.host.identity.personas import PERSONAS

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
# What people wrote: the reference pages are made from the code, and decisions speak of their own time.
WRITTEN = [page for page in PAGES if page.parent.name not in {"reference", "adr"}]

NESTED = {"policies"}

_ROUTES = {f"/{route.template}": route for route in ROUTES}
_LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)")
_CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
_API_PATH = re.compile(r"/api/[a-z.-]+(?:/[a-z.{}-]+)*")
_QUERY = re.compile(r"(/api/[a-z]+)\?([A-Za-z][^\s'\"`]*)")


def each_page(pages: list[Path]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("page", pages, ids=lambda page: page.relative_to(ROOT).as_posix())


def code_of(page: Path) -> list[str]:
    """The lines of all code on the page, continued lines joined and ids in shell lines as the routes write them."""
    code = "\n".join(_CODE.findall(page.read_text(encoding="utf-8")))
    return re.sub(r"\$(ID|APP|REMEDIATION|POLICY|SIMULATION)\b", "{id}", code.replace("\\\n", " ")).splitlines()


def commands_of(page: Path) -> Iterator[tuple[str, str]]:
    """Each ``python -m local COMMAND`` with the rest of its line."""
    for line in code_of(page):
        yield from re.findall(r"python -m local ([a-z]+)([^`]*)", line)


def anchors_of(page: Path) -> set[str]:
    """The anchors of its headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@each_page(PAGES)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target, anchor in _LINK.findall(page.read_text(encoding="utf-8")):
        linked = (page.parent / target).resolve() if target else page
        assert linked.exists(), target
        if anchor:
            assert anchor in anchors_of(linked), f"{target}#{anchor}"


@each_page(WRITTEN)
def test_every_make_target_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {name for line in code_of(page) for name in re.findall(r"\bmake ([a-z]+)", line)}
    assert named <= targets


@each_page(WRITTEN)
def test_every_command_and_its_options_exist(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command, rest in commands_of(page):
        # Of a command that has commands of its own, these have the options.
        inner = re.findall(r"^ ([a-z]+)", rest) if command in NESTED else []
        with pytest.raises(SystemExit) as ended:
            main([command, *inner, "--help"])
        assert ended.value.code == 0, command
        assert set(re.findall(r"--[a-z-]+", rest)) <= set(re.findall(r"--[a-z-]+", capsys.readouterr().out))


@each_page(WRITTEN)
def test_every_path_of_the_api_is_a_route(page: Path) -> None:
    named = {path for line in code_of(page) for path in _API_PATH.findall(line)}
    assert named <= _ROUTES.keys()


@each_page(WRITTEN)
def test_every_query_parameter_is_known_to_its_route(page: Path) -> None:
    for line in code_of(page):
        for path, query in _QUERY.findall(line):
            fields = _ROUTES[path].parameters.model_fields
            known = {field.alias or name for name, field in fields.items()}
            assert {part.partition("=")[0] for part in query.split("&")} <= known


@each_page(WRITTEN)
def test_every_persona_exists(page: Path) -> None:
    named = {name for line in code_of(page) for name in re.findall(r"persona[= ]([a-z-]+)", line)}
    assert named - {"none"} <= PERSONAS.keys()


def test_the_pages_name_what_they_are_about() -> None:
    """Were the patterns above to match nothing, the tests would hold for any page."""
    lines = [line for page in WRITTEN for line in code_of(page)]
    assert {command for page in WRITTEN for command, _ in commands_of(page)} >= {"replay", "policies", "docs", "host"}
    assert {path for line in lines for path in _API_PATH.findall(line)} >= {"/api/alerts", "/api/alerts/{id}/evidence"}
    assert any(_QUERY.search(line) for line in lines)
