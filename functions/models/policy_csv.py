"""The list of policies as CSV."""

from collections.abc import Iterable
from typing import Final

from functions.models.policies import PolicyResource
from shared.domain.csv_text import csv_line

_COLUMNS: Final = (
    *("id", "title", "source", "kind", "state", "severity", "version", "template"),
    *("createdDateTime", "createdBy", "modifiedDateTime", "modifiedBy"),
)
_COUNTED: Final = ("activeAlerts", "totalAlerts", "lastAlertDateTime", "problems", "warnings")
_BYTE_ORDER_MARK: Final = "\ufeff"
"""Without it Excel takes UTF-8 for something else."""


def policies_csv(policies: Iterable[PolicyResource]) -> bytes:
    """Columns are named as in the list; problems and warnings are joined with their places."""
    lines = [csv_line((*_COLUMNS, *_COUNTED)), *map(_line, policies)]
    return (_BYTE_ORDER_MARK + "".join(lines)).encode()


def _line(policy: PolicyResource) -> str:
    shown = policy.model_dump(mode="json", by_alias=True)
    alerts = shown["alerts"]
    counted = [alerts["active"], alerts["total"], alerts["last"]]
    told = [[f"{one.field}: {one.message}" for one in each] for each in (policy.problems, policy.warnings)]
    return csv_line([*(shown[name] for name in _COLUMNS), *counted, *told])
