"""The pieces of Markdown that all pages are made of."""

from collections.abc import Iterable, Sequence


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Cells are taken as Markdown, but for the bar that would end them."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", r"\|") for cell in line) + " |" for line in lines)


def codes(names: Iterable[str]) -> str:
    """The names as code, by commas."""
    return ", ".join(f"`{name}`" for name in names)
