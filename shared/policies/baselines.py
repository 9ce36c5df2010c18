"""What is usual for an app, and how policies refer to it."""

from collections.abc import Callable
from typing import Annotated

from msgspec import Struct
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from shared.domain.known import UNKNOWN, Known


class Baseline(Struct, frozen=True, kw_only=True):
    """What was usual over the days of the baseline: a middle with its deviation, or the set of values seen.

    For numbers the service takes the median and the median absolute deviation, which outliers do not move.
    """

    mean: float | None = None
    deviation: float | None = None
    values: frozenset[str] = frozenset()


type BaselineLookup = Callable[[str, str], Known[Baseline]]
"""The baseline of a dimension (``app.countries``) for the key of an app. UNKNOWN while it is still learning."""


class BaselineReference(BaseModel):
    """A value relative to a baseline, as policies write it. At most one of the four changes is given."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, alias_generator=to_camel)

    baseline: str
    times: Annotated[float, Field(gt=0)] | None = None
    percent: float | None = None
    plus: float | None = None
    deviations: float | None = None
    at_least: float | None = None

    @property
    def is_plain(self) -> bool:
        return all(change is None for change in (self.times, self.percent, self.plus, self.deviations, self.at_least))

    def number(self, baseline: Baseline) -> Known[float]:
        """The threshold: the mean, changed, and never below ``atLeast``. UNKNOWN if a part of it was not measured."""
        if baseline.mean is None or (self.deviations is not None and baseline.deviation is None):
            return UNKNOWN
        value = baseline.mean
        if self.times is not None:
            value *= self.times
        if self.percent is not None:
            value *= 1 + self.percent / 100
        if self.plus is not None:
            value += self.plus
        if self.deviations is not None:
            value += self.deviations * (baseline.deviation or 0.0)
        return value if self.at_least is None else max(value, self.at_least)
