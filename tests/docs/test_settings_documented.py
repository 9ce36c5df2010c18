"""The settings on the page for operators are exactly those that the service reads."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from shared.domain.errors import Misconfigured
from shared.settings import read_settings

PAGE = Path(__file__).resolve().parents[2] / "docs" / "operate.md"


class Asked(Mapping[str, str]):
    """An environment that remembers what it was asked for."""

    def __init__(self, values: dict[str, str]) -> None:
        self.names: set[str] = set()
        self._values = values

    def __getitem__(self, name: str) -> str:
        self.names.add(name)
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


def names_read() -> set[str]:
    """Without a connection string, since only then the addresses are read; with a webhook, for its secret."""
    asked = Asked({"WEBHOOK_URL": "https://example.com/alerts"})
    try:
        read_settings(asked)
    except Misconfigured:
        return asked.names
    raise AssertionError("nothing but a webhook was enough to start")


def test_every_setting_is_documented_and_every_documented_one_is_read() -> None:
    page = PAGE.read_text(encoding="utf-8")
    table = page[page.index("| setting |") :].partition("\n\n")[0]
    platform = page[page.index("The platform sets") :].partition("\n\n")[0]
    documented = set(re.findall(r"^\| `(\w+)`", table, re.MULTILINE))
    read = names_read()
    assert documented == {name for name in read if not name.startswith("WEBSITE_")}
    assert {name for name in read if name.startswith("WEBSITE_")} <= set(re.findall(r"`(\w+)`", platform))
