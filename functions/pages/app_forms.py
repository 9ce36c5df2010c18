"""What the list of apps reads, and the parameters by which a query can be asked again."""

import re
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated
from urllib.parse import urlencode

from msgspec.structs import replace
from pydantic import BeforeValidator

from functions.models.app_filters import AppFilters, SortOrder
from functions.models.shapes import Moment, PageParameters
from shared.domain.app_summaries import AppQuery, AppSort

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _beginning(value: object) -> object:
    """A field for a date sends the day alone."""
    return f"{value}T00:00:00Z" if isinstance(value, str) and _DAY.fullmatch(value) else value


Day = Annotated[Moment, BeforeValidator(_beginning)]
"""A moment as the API takes it, or a day, which stands for its beginning in UTC."""


class Order(StrEnum):
    ASCENDING = "ascending"
    DESCENDING = "descending"


class PageFilters(AppFilters):
    """The filters of the API, with days where it takes moments."""

    used_before: Day | None = None
    used_after: Day | None = None
    created_before: Day | None = None
    created_after: Day | None = None
    modified_before: Day | None = None
    modified_after: Day | None = None
    credential_expires_before: Day | None = None


class AppsPageParameters(PageFilters, PageParameters):
    """``order`` says which way to sort, whatever sign ``sort`` has: a form has one field for each."""

    sort: SortOrder = f"-{AppSort.RISK}"
    order: Order | None = None

    def query(self) -> AppQuery:
        query = super().query()
        return query if self.order is None else replace(query, descending=self.order is Order.DESCENDING)


def filters_of(query: AppQuery) -> dict[str, str]:
    """The parameters that filter so; several values of one are joined by commas."""
    named = {name: getattr(query, _FIELDS.get(name, name)) for name in AppFilters.model_fields if name != "sort"}
    fields = AppFilters.model_fields
    return {
        fields[name].alias or name: _written(value) for name, value in named.items() if value != fields[name].default
    }


def parameters_of(query: AppQuery) -> dict[str, str]:
    """Filters and order."""
    return {**filters_of(query), "sort": f"{'-' if query.descending else ''}{query.sort}"}


def address_of(query: AppQuery) -> str:
    return f"/apps?{urlencode(parameters_of(query))}"


_FIELDS = {"trait": "traits", "not_trait": "not_traits"}
"""Fields that a query of the domain calls otherwise."""


def _written(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case frozenset():
            return ",".join(sorted(map(str, value)))
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case _:
            return str(value)
