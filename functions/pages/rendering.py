"""Templates to HTML. What they show is escaped always; text of records goes through ``text`` besides (filters.py)."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from functions.pages.answers import View
from functions.pages.assets import asset_address
from shared.domain.roles import Caller, Right

if TYPE_CHECKING:  # Loaded with the first page: functions that render nothing start without it.
    from jinja2 import Environment

_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What every page shows around its own: the time, and who looks at it (None where that is not known)."""

    now: datetime
    caller: Caller | None = None
    form_token: str = ""


def render(view: View, frame: Frame) -> str:
    """The page. A template that names a value which it was not given is an error, never a gap."""
    template = _environment().get_template(view.template)
    return template.render(view.values, frame=frame, now=frame.now)


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    from functions.pages.filters import FILTERS

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters.update(FILTERS)
    environment.globals.update(asset=asset_address, Right=Right)
    return environment
