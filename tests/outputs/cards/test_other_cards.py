"""Summaries and heartbeats: valid, and true to what they were given."""

from datetime import timedelta

from msgspec.structs import replace

from local.teams.markdown import to_html
from shared.domain.route_status import Heartbeat
from shared.domain.severities import Severity
from shared.domain.summaries import MOST_NAMED, HeldDelivery, held_of, summary_of
from shared.outputs.cards.heartbeat_card import heartbeat_card
from shared.outputs.cards.summary_card import summary_card
from tests.outputs.alerts import NOW, alert, delivery
from tests.outputs.cards.adaptive_cards import card_of, facts_of, texts_of

DASHBOARD = "https://consentry.example"


def held(number: int, severity: Severity = Severity.LOW, **facts: object) -> HeldDelivery:
    return held_of(alert(severity, id=f"{number:032}-1", **{"title": f"Alert {number}", **facts}), delivery())


def test_a_summary_counts_names_the_gravest_and_leads_to_the_list() -> None:
    late = NOW + timedelta(minutes=3)
    waiting = [held(n, policy_id=f"policy-{n % 12}") for n in range(30)]
    waiting += [held(100 + n, Severity.HIGH, policy_id="grant-grows", created_date_time=late) for n in range(4)]
    card = card_of(summary_card(summary_of(waiting, more=True), DASHBOARD))
    assert card["body"][0] | {"text": "34 alerts at once", "color": "Attention"} == card["body"][0]
    assert card["body"][1]["text"].startswith("Raised from 2026-03-02 09:00 UTC to 2026-03-02 09:03 UTC")
    assert "More follow" in card["body"][1]["text"]
    facts = facts_of(card)
    assert (facts["High"], facts["Low"], facts["grant-grows"], facts["policy-0"]) == ("4", "30", "4", "3")
    assert sum(int(count) for title, count in facts.items() if title not in {"High", "Low"}) == 34
    named = [text for text in texts_of(card) if ": Alert " in text]
    assert len(named) == MOST_NAMED
    assert [text.split(":")[0] for text in named] == ["High"] * 4 + ["Low"] * 6
    assert [action["url"] for action in card["actions"]] == [f"{DASHBOARD}/alerts?status=new"]


def test_a_summary_of_hostile_titles_is_small_and_holds_no_markup() -> None:
    hostile = held(1, title="[click](https://evil.com) **now** <at>Ada</at>" + "\u202e" * 10_000)
    card = card_of(
        summary_card(summary_of([replace(hostile, alert_id=f"{n}") for n in range(50)], more=False), DASHBOARD)
    )
    shown = "".join(map(to_html, texts_of(card)))
    assert not any(tag in shown for tag in ("<a ", "<strong>", "<em>", "<mark>"))
    assert "More follow" not in card["body"][1]["text"]


def test_a_held_delivery_is_small_however_long_the_title() -> None:
    assert len(held(1, title="x" * 10_000).title) <= 200


def test_a_heartbeat_tells_its_number_and_asks_to_be_confirmed() -> None:
    beat = Heartbeat(route="teams urgent", number=7, cards=12, since=NOW, next=NOW + timedelta(days=1))
    card = card_of(heartbeat_card(beat, DASHBOARD))
    assert card["body"][0]["text"] == "Consentry heartbeat no. 7"
    assert facts_of(card) == {
        "Cards since 2026-03-02 09:00 UTC": "12",
        "The next comes by": "2026-03-03 09:00 UTC",
    }
    assert [action["url"] for action in card["actions"]] == [f"{DASHBOARD}/heartbeats/teams%20urgent/7"]
