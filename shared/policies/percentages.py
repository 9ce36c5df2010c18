"""By how much a number grew, in per cent."""

from msgspec import UnsetType

from shared.domain.known import UNKNOWN, Known


def increase(now: Known[float], before: Known[float]) -> Known[float]:
    """Negative where it fell; None where there was nothing before, for nothing can be said to grow from nought."""
    if isinstance(now, UnsetType) or isinstance(before, UnsetType):
        return UNKNOWN
    return share((now or 0) - before, before) if before else None


def share(part: float, whole: float) -> float:
    return 100 * part / whole
