"""The daily card that asks a reader to say that cards arrive."""

from urllib.parse import quote

from shared.domain.route_status import Heartbeat
from shared.outputs.cards.elements import facts, heading, moment, open_url, paragraph
from shared.outputs.cards.message import message


def heartbeat_card(heartbeat: Heartbeat, dashboard_url: str) -> bytes:
    """The message for a flow. ``dashboard_url`` ends without a slash."""
    since = moment(heartbeat.since) if heartbeat.since else "the beginning"
    body = [
        heading(f"Consentry heartbeat no. {heartbeat.number}"),
        facts([(f"Cards since {since}", str(heartbeat.cards)), ("The next comes by", moment(heartbeat.next))]),
        paragraph("Teams never tells whether a card was posted. Please confirm that you see this one."),
    ]
    url = f"{dashboard_url}/heartbeats/{quote(heartbeat.route, safe='')}/{heartbeat.number}"
    return message([body], [open_url("This card arrived", url)])
