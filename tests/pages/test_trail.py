"""Names without ids, and times and links within a text."""

from datetime import UTC, datetime

from jinja2 import Environment

from functions.pages.trail import linked, person, timed
from tests.pages.documents import parse

NOW = datetime(2026, 3, 3, 13, tzinfo=UTC)
GUID = "d1bc52d9-230d-477e-a225-71594720771f"


def told(value: str) -> str:
    context = Environment(autoescape=True).from_string("").new_context({"now": NOW})
    return parse(timed(context, value)).text


def test_a_name_is_shown_without_the_id_behind_it() -> None:
    assert parse(person(f"kim@contoso.example ({GUID})")).text == "kim@contoso.example"
    assert parse(person("Kim (Sales)")).text == "Kim (Sales)"


def test_ids_of_remediations_lead_to_them() -> None:
    [link] = parse(linked(f"undone by {'a' * 32}-2")).all("a")
    assert link.attributes["href"] == f"/remediations/{'a' * 32}-2"
    assert parse(linked(f"undone by {'a' * 32}-2")).text == "undone by another remediation"


def test_times_in_a_text_are_readable_and_the_rest_stays_inert() -> None:
    assert told("read 2026-03-03T12:00:00+00:00; <b>") == "read 3 Mar 2026, 12:00 UTC (1 hour ago); <b>"
    assert told("2026-99-99T12:00:00Z") == "2026-99-99T12:00:00Z"
