"""The card of an alert: what it says, that it is valid, and that it is small."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local.teams.markdown import to_html
from shared.domain.alerts import Alert, AlertStatus
from shared.domain.app_references import AppReference, Resolution
from shared.domain.findings import ConditionResult
from shared.domain.severities import Severity
from shared.outputs.cards.alert_card import alert_card
from tests.conftest import RecordFigure
from tests.domain.findings import app
from tests.outputs.alerts import NOW, alert, delivery
from tests.outputs.cards.adaptive_cards import card_of, facts_of, texts_of

DASHBOARD = "https://consentry.example"
APP_ID = "d1bc52d9-230d-477e-a225-71594720771f"

HOSTILE = [
    "Мicrosoft",
    "invoice\u202efdp.exe",
    "Z" + "\u0301" * 500 + "algo",
    "a" * 10_000,
    "[click](https://evil)",
    "{{DATE(2026-01-01T00:00:00Z,SHORT)}}",
    "${title}",
    "two\nlines\n\n# heading",
    "<at>Ada</at> **now** https://evil.com",
]


def condition(text: str, seen: str, outcome: str = "true") -> ConditionResult:
    return ConditionResult(condition=text, outcome=outcome, seen=seen)


def rendered(of: Alert, steps: tuple[str, ...] = ()) -> bytes:
    return alert_card(of, delivery(), DASHBOARD, steps)


def test_it_says_what_an_analyst_has_to_know_and_leads_to_alert_and_app() -> None:
    told = alert(
        title="Consent gave Mailer risky permissions",
        app=app(APP_ID, "Mailer"),
        first_activity_date_time=NOW,
        last_activity_date_time=NOW + timedelta(hours=2),
        evidence_count=3,
        summary="Ada consented to Mailer: added Mail.Read",
        conditions=(
            condition("app.publisher.verified eq true", "false", "false"),
            condition("event.scopes.added anyOf [Mail.Read]", "Mail.Read, offline_access"),
            condition("event.actorIsTarget eq true", "true"),
            condition("event.succeeded eq true", "true"),
        ),
    )
    card = card_of(rendered(told, ("Ask who consented.", "Disable the app.")))
    assert card["body"][0]["text"] == "High: Consent gave Mailer risky permissions"
    assert card["body"][0]["color"] == "Attention"
    facts = facts_of(card)
    assert list(facts) == [
        *("Severity", "App", "App ID", "Publisher verified", "Permissions"),
        *("First activity", "Last activity", "Evidence"),
        *(r"event.scopes.added anyOf \[Mail.Read\]", "event.actorIsTarget"),
    ]
    assert (facts["App"], facts["App ID"], facts["Evidence"]) == ("Mailer", APP_ID, "3")
    assert (facts["First activity"], facts["Last activity"]) == ("2026-03-02 09:00 UTC", "2026-03-02 11:00 UTC")
    assert facts["Permissions"] == r"Mail.Read, offline\_access"
    assert facts["event.actorIsTarget"] == "true"
    assert "First of 3: Ada consented to Mailer: added Mail.Read" in texts_of(card)
    assert {"1. Ask who consented.", "2. Disable the app."} <= set(texts_of(card))
    assert [action["url"] for action in card["actions"]] == [
        f"{DASHBOARD}/alerts/{told.id}",
        f"{DASHBOARD}/apps/{APP_ID}",
    ]


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("created", "A new alert."),
        ("reopened", "Reopened: something newer happened."),
        ("[x](y)", r"\[x\]\(y\)"),
    ],
)
def test_it_says_why_it_is_sent(reason: str, said: str) -> None:
    card = card_of(alert_card(alert(), delivery(reason=reason), DASHBOARD, ()))
    assert card["body"][1]["text"] == said


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, []),
        ({"status": AlertStatus.RESOLVED}, ["It has been resolved since."]),
        ({"condition_holds": True}, []),
        ({"condition_holds": False}, ["What it tells of is no longer so."]),
    ],
)
def test_a_card_that_comes_late_says_what_became_of_the_alert(changes: dict[str, Any], said: list[str]) -> None:
    texts = texts_of(card_of(rendered(alert(**changes))))
    assert [text for text in texts if text.startswith(("It has been resolved", "What it tells of"))] == said


def test_an_app_that_is_not_resolved_is_marked_and_has_no_page() -> None:
    unresolved = AppReference(service_principal_id="sp-1", display_name="Mailer", resolution=Resolution.UNRESOLVED)
    card = card_of(rendered(alert(app=unresolved)))
    facts = facts_of(card)
    assert facts["Object ID"] == "sp-1"
    assert facts["Identity"].startswith("not resolved")
    assert [action["title"] for action in card["actions"]] == ["Open alert"]


def test_an_alert_of_no_app_says_nothing_of_one() -> None:
    facts = facts_of(card_of(rendered(alert(app=AppReference()))))
    assert not {"App", "App ID", "Object ID", "Identity"} & set(facts)


@pytest.mark.parametrize(("name", "said"), [("\u3164", r"\(blank name\)"), (None, "no name"), ("Mailer", "Mailer")])
def test_an_app_is_named_even_if_its_name_shows_nothing(name: str | None, said: str) -> None:
    unnamed = AppReference(app_id=APP_ID, display_name=name, resolution=Resolution.RESOLVED)
    assert facts_of(card_of(rendered(alert(app=unnamed))))["App"] == said


def test_a_look_alike_in_the_name_is_told_under_the_title() -> None:
    card = card_of(rendered(alert(app=app(APP_ID, "Micros\u043eft"))))
    assert card["body"][1]["text"] == "Contains a letter of another alphabet or style: U+043E, CYRILLIC SMALL LETTER O"


def test_ids_in_addresses_are_quoted() -> None:
    card = card_of(rendered(alert(app=app("../x?y#z&sig=<a>"))))
    assert card["actions"][1]["url"] == f"{DASHBOARD}/apps/..%2Fx%3Fy%23z%26sig%3D%3Ca%3E"


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_text_everywhere(name: str, record_figure: RecordFigure) -> None:
    told = alert(title=f"{name} was added", app=app(name, name), conditions=(condition("app.name eq x", name),))
    card = card_of(rendered(told))
    for text in texts_of(card):
        shown = to_html(text)
        assert "<a " not in shown, shown
        assert not any(tag in shown for tag in ("<strong>", "<em>", "<mark>", "<span"))
        assert "{{" not in text
        assert "${" not in text
        assert "\n" not in text
    record_figure("S2", "hostile names shown as text", 1)


@settings(max_examples=50)
@given(
    st.text(max_size=3000),
    st.lists(st.text(max_size=3000), max_size=20),
    st.sampled_from(["\u202e", "\U0001f469", "\\", '"', "\u0301", "x\u0301\u0302\u0303\u0304", "<"]),
)
def test_a_card_is_valid_and_small_whatever_it_tells(name: str, values: list[str], flood: str) -> None:
    told = alert(
        title=name + flood * 3000,
        app=app(flood * 3000, flood * 3000),
        conditions=tuple(condition(value + flood * 500, flood * 3000) for value in values),
    )
    card = card_of(rendered(told, tuple(f"{value}{flood * 3000}" for value in values)))
    assert card["body"][0]["text"].startswith("High: ")
    assert "Severity" in facts_of(card)


def test_the_last_steps_go_first_when_a_card_is_too_large() -> None:
    told = alert(conditions=tuple(condition(f"c{n}", "\u202e" * 150) for n in range(6)))
    texts = texts_of(card_of(rendered(told, tuple(f"{n}" + "\U0001f600" * 599 for n in range(1, 7)))))
    assert texts[-1] == "This card was shortened."
    assert "c5" in texts
    assert [text[:4] for text in texts if text[1:3] == ". "] == ["1. 1", "2. 2", "3. 3"]


def test_every_severity_has_its_colour() -> None:
    colours = [card_of(rendered(alert(severity)))["body"][0]["color"] for severity in Severity]
    assert colours == ["Default", "Accent", "Warning", "Attention"]
