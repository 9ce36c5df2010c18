"""How severities look on a terminal."""

from collections.abc import Mapping
from types import MappingProxyType

from shared.domain.severities import Severity

SEVERITY_STYLES: Mapping[str, str] = MappingProxyType(
    {Severity.HIGH: "bold red", Severity.MEDIUM: "yellow", Severity.LOW: "cyan", Severity.INFORMATIONAL: "dim"}
)
"""By severity, in rich's words."""
