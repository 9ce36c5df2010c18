"""Cards as a page of HTML, near to how a Teams channel shows them."""

import html
from collections.abc import Mapping, Sequence
from typing import Any

from local.teams.markdown import to_html

_STYLE = """
body { background: #f5f5f5; color: #242424; font: 14px/1.45 "Segoe UI", system-ui, sans-serif; margin: 2rem auto;
  max-width: 46rem; padding: 0 1rem }
.card { background: #fff; border: 1px solid #d1d1d1; border-radius: 6px; margin: 1rem 0; padding: 1rem 1.25rem }
.card p { margin: .35rem 0; overflow-wrap: anywhere }
.Large { font-size: 1.2rem } .Bolder { font-weight: 600 } .subtle { color: #616161 }
.Attention { color: #c4314b } .Warning { color: #a4510b } .Accent { color: #5b5fc7 }
table { border-collapse: collapse; margin: .5rem 0 }
th { font-weight: 600; padding: .1rem 1rem .1rem 0; text-align: left; vertical-align: top }
td { overflow-wrap: anywhere }
.actions a { border: 1px solid #d1d1d1; border-radius: 4px; color: inherit; display: inline-block;
  margin: .5rem .5rem 0 0; padding: .3rem .8rem; text-decoration: none }
"""


def page_of(cards: Sequence[Mapping[str, Any]], dropped: int) -> str:
    """The newest card first; reloads itself every few seconds."""
    lost = f" {dropped} were dropped: too large, or no cards." if dropped else ""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="5">'
        f"<title>Teams channel (local)</title><style>{_STYLE}</style></head><body><h1>Teams channel</h1>"
        f"<p>{len(cards)} cards.{lost}</p>{''.join(card_html(card) for card in reversed(cards))}</body></html>"
    )


def card_html(card: Mapping[str, Any]) -> str:
    body = "".join(_element(element) for element in card.get("body", ()))
    actions = "".join(_action(action) for action in card.get("actions", ()))
    return f'<article class="card">{body}<div class="actions">{actions}</div></article>'


def _element(element: Mapping[str, Any]) -> str:
    match element.get("type"):
        case "TextBlock":
            names = [str(element.get(name, "")) for name in ("size", "weight", "color")]
            names += ["subtle"] if element.get("isSubtle") else []
            return (
                f'<p class="{html.escape(" ".join(filter(None, names)))}">{to_html(str(element.get("text", "")))}</p>'
            )
        case "FactSet":
            rows = "".join(
                f"<tr><th>{to_html(str(fact['title']))}</th><td>{to_html(str(fact['value']))}</td></tr>"
                for fact in element["facts"]
            )
            return f"<table>{rows}</table>"
    return f"<p>(an element of type {html.escape(str(element.get('type')))})</p>"


def _action(action: Mapping[str, Any]) -> str:
    url = str(action.get("url", ""))
    if action.get("type") != "Action.OpenUrl" or not url.startswith(("https://", "http://127.0.0.1:")):
        return "<span>(an action that this channel does not take)</span>"
    return f'<a href="{html.escape(url)}" rel="noreferrer">{html.escape(str(action.get("title", "")))}</a>'
