"""The card that tells at once of many alerts, when there were more than people can read one by one."""

from shared.domain.summaries import HeldDelivery, Summary
from shared.outputs.cards.elements import (
    COLOURS,
    Element,
    facts,
    heading,
    moment,
    open_url,
    paragraph,
    remark,
    subheading,
)
from shared.outputs.cards.message import message
from shared.outputs.cards.text import trusted, untrusted

_MOST_POLICIES = 10


def summary_card(summary: Summary, dashboard_url: str) -> bytes:
    """The message for a flow. ``dashboard_url`` ends without a slash."""
    gravest, _ = summary.by_severity[0]
    said = f"Raised from {moment(summary.first)} to {moment(summary.last)}; none had a card of its own."
    beginning = [
        heading(f"{_alerts(summary.total)} at once", COLOURS[gravest]),
        remark(f"{said} More follow in the next summary." if summary.more else said),
        facts([(severity.capitalize(), str(count)) for severity, count in summary.by_severity]),
    ]
    named = [[subheading("The gravest"), *map(_named, summary.gravest)]]
    return message(
        [beginning, *named, _policies(summary)],
        [open_url("Open the list", f"{dashboard_url}/alerts?status=new")],
    )


def _named(held: HeldDelivery) -> Element:
    return paragraph(f"{held.severity.capitalize()}: {untrusted(held.title, 120)}")


def _policies(summary: Summary) -> list[Element]:
    shown = [(trusted(policy, 80), str(count)) for policy, count in summary.by_policy[:_MOST_POLICIES]]
    if rest := sum(count for _, count in summary.by_policy[_MOST_POLICIES:]):
        shown.append(("others", str(rest)))
    return [subheading("By policy"), facts(shown)]


def _alerts(number: int) -> str:
    return "1 alert" if number == 1 else f"{number:,} alerts"
