"""What one look at the service's own health answers."""

from datetime import timedelta

from msgspec import Struct

from shared.domain.built_in import OperatorKind
from shared.domain.operator_conditions import OperatorCondition


class Check(Struct, frozen=True, kw_only=True):
    """One fact. ``condition`` is what an operator is told of where it is not well; storage alone has none: without it
    nobody can be told. ``is_without`` marks what the tenant does without, and may: a source that it has no licence for,
    or that is switched off.
    """

    name: str
    detail: str
    condition: OperatorCondition | None = None
    reachable: bool = True
    is_without: bool = False

    @property
    def healthy(self) -> bool:
        return self.reachable and self.condition is None


def unwell(name: str, kind: OperatorKind, subject: str, detail: str, patience: timedelta = timedelta(0)) -> Check:
    condition = OperatorCondition(kind=kind, subject=subject, detail=detail, patience=patience)
    return Check(name=name, detail=detail, condition=condition)
