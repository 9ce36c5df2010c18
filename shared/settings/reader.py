"""Reads single settings and collects what is wrong with them, so that one start tells of all of it."""

from collections.abc import Callable, Mapping

from shared.domain.severities import Severity
from shared.settings.values import is_severity, split


class SettingsReader:
    """``problems`` name settings and give valid examples. They never repeat values: some are secrets."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self.problems: list[str] = []

    def text(self, name: str, valid: Callable[[str], bool], example: str, default: str | None = None) -> str:
        value = self._environment.get(name, "").strip() or default
        if value is None:
            self.problems.append(f"{name} is missing; example: {name}={example}")
        elif not valid(value):
            self.problems.append(f"{name} is not valid; example: {name}={example}")
        return value or ""

    def optional(self, name: str, valid: Callable[[str], bool], example: str) -> str | None:
        return self.text(name, lambda value: not value or valid(value), example, default="") or None

    def names(self, name: str, valid: Callable[[str], bool], example: str) -> frozenset[str]:
        listed = self.optional(name, lambda value: all(map(valid, split(value))), example)
        return frozenset(split(listed or ""))

    def number(self, name: str, least: int, most: int, default: int) -> int:
        def valid(value: str) -> bool:
            return value.isascii() and value.isdigit() and len(value) < 10 and least <= int(value) <= most

        value = self.text(name, valid, str(default), default=str(default))
        return int(value) if valid(value) else default

    def severity(self, name: str, default: Severity) -> Severity:
        value = self.text(name, is_severity, "medium", default)
        return Severity(value) if is_severity(value) else default
