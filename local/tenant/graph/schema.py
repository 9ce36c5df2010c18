"""The types of Graph as ``schema.yaml`` states them."""

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Self

import yaml

_FILE = Path(__file__).with_name("schema.yaml")


@dataclass(frozen=True, slots=True)
class Kind:
    """One type of object: what can be selected, filtered and sorted, and how large its pages may be."""

    name: str
    set: str
    resource: str
    page_size: int
    page_most: int
    properties: frozenset[str]
    plain: frozenset[str] | None
    expands: frozenset[str]
    beta_list_expands: frozenset[str]
    beta_properties: frozenset[str]
    filters: dict[str, frozenset[str]]
    sorts: frozenset[str]
    search: frozenset[str]

    @property
    def type(self) -> str:
        """As error texts name it."""
        return f"microsoft.graph.{self.name}"

    @property
    def in_version_1(self) -> Self:
        """The type without what only beta has."""
        kept = self.properties - self.beta_properties
        return replace(self, properties=kept, plain=(self.plain or kept) & kept)

    @property
    def is_directory(self) -> bool:
        """Whether it lives in the directory, which alone knows advanced queries."""
        return not self.set.startswith(("auditLogs/", "identityProtection/", "reports/", "security/"))


def kind(name: str) -> Kind:
    """The type of that name, such as ``servicePrincipal``."""
    return _kinds()[name]


@cache
def _kinds() -> dict[str, Kind]:
    return {name: _kind(name, told) for name, told in yaml.safe_load(_FILE.read_text()).items()}


def _kind(name: str, told: dict[str, Any]) -> Kind:
    return Kind(
        name=name,
        set=told["set"],
        resource=told["resource"],
        page_size=told["page"]["size"],
        page_most=told["page"]["most"],
        properties=frozenset(told["properties"]),
        plain=frozenset(told["plain"]) if "plain" in told else None,
        expands=frozenset(told.get("expands", ())),
        beta_list_expands=frozenset(told.get("beta_list_expands", ())),
        beta_properties=frozenset(told.get("beta_properties", ())),
        filters={path: frozenset(operators) for path, operators in told.get("filters", {}).items()},
        sorts=frozenset(told.get("sorts", ())),
        search=frozenset(told.get("search", ())),
    )
