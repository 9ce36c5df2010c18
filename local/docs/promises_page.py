"""``docs/promises.md``, from the promises and the figures that their tests recorded."""

from collections.abc import Mapping

from local.docs.markdown import table
from local.promises.check import check
from local.promises.figures import Key, Recorded, recorded
from local.promises.promises import Figure, Promise, Theme, load_themes, number

_HEAD = """# What you can rely on

Each promise is put to the test by a fault or an attack, against the real parts on one machine: the function host, the
storage emulator, HTTP over loopback and a simulated tenant. The figures are what the tests counted on the day beside
them, each with its bound in brackets and a link to its test; the same tests fail where a figure breaks its bound.

Written by `python -m local docs` from `local/promises/`: the promises in `promises.yaml`, the figures in
`recorded.json`. `make promises` runs the tests, long ones included, and records their figures anew. What these tests
cannot show is how Azure and Microsoft Graph themselves behave: simulator and emulator follow their documentation.
"""
_HEADER = ("promise", "put to the test by", "must happen", "figures", "recorded")


def promises_page() -> str:
    """The whole page. Raises BrokenPromises where a promise is not shown."""
    themes, values = load_themes(), recorded()
    check(themes, values)
    return "\n".join([_HEAD, *(_section(theme, values) for theme in themes)])


def _section(theme: Theme, values: Mapping[Key, Recorded]) -> str:
    rows = ([_promise(one), one.fault, one.expected, *_measured(one, values)] for one in theme.promises)
    return f"## {theme.title}\n\n{table(_HEADER, rows)}\n"


def _promise(promise: Promise) -> str:
    return f"**{promise.id}** {promise.promise}"


def _measured(promise: Promise, values: Mapping[Key, Recorded]) -> tuple[str, str]:
    """The figures, and the day of the oldest of them."""
    measured = [(figure, values[promise.id, figure.name]) for figure in promise.figures]
    return "<br>".join(_figure(figure, one.value) for figure, one in measured), min(one.date for _, one in measured)


def _figure(figure: Figure, value: float) -> str:
    """With the bound, where the value itself does not show it."""
    shown = number(value, figure.unit)
    bound = "" if shown == figure.target else f" ({figure.target})"
    return f"[{figure.name}](../{figure.test}): **{shown}**{bound}"
