"""OData filters of table queries, built so that a value can never become part of the filter's text.

The client substitutes ``@name`` words and quotes what it puts there. It knows them only as whole words between single
spaces, which is why brackets stand apart.
"""

from collections.abc import Collection
from typing import Literal, Self

_MOST_CHARACTERS = 1024
"""Of a value. Filters travel in the address, which services limit; keys and column values are shorter."""

type Operator = Literal["eq", "ne", "gt", "ge", "lt", "le"]


class Filter:
    """Conditions that must all hold. Column names are the code's own; values may come from anywhere.

    Raises ValueError for a value of more than 1,024 characters.
    """

    def __init__(self) -> None:
        self._conditions: list[str] = []
        self.parameters: dict[str, str] = {}

    @classmethod
    def partition(cls, partition: str, first: str | None = None, end: str | None = None) -> Self:
        """Rows of one partition, from the row key ``first`` up to but without ``end``."""
        made = cls().where("PartitionKey", "eq", partition)
        if first is not None:
            made.where("RowKey", "ge", first)
        return made if end is None else made.where("RowKey", "lt", end)

    def where(self, column: str, operator: Operator, value: str) -> Self:
        self._conditions.append(self._comparison(column, operator, value))
        return self

    def any_of(self, column: str, values: Collection[str]) -> Self:
        """The column equals one of the values, of which there is at least one."""
        comparisons = [self._comparison(column, "eq", value) for value in sorted(values)]
        self._conditions.append(f"( {' or '.join(comparisons)} )")
        return self

    @property
    def text(self) -> str:
        return " and ".join(self._conditions)

    def _comparison(self, column: str, operator: Operator, value: str) -> str:
        if len(value) > _MOST_CHARACTERS:
            raise ValueError(f"{len(value)} characters are too many to filter by")
        name = f"p{len(self.parameters)}"
        self.parameters[name] = value
        return f"{column} {operator} @{name}"
