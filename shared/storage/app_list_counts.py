"""The counts of the list: apps in groups by their classes, by their traits and by their APIs, added up in each."""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from shared.domain.app_summaries import RISKY_FROM, AppCounts, AppQuery, AppStatus, Consent, PermissionType
from shared.domain.apps import Origin
from shared.domain.privileges import Privilege
from shared.storage.app_list_columns import CLASSES, HOLDS_NOTHING, WordKind, traits_in
from shared.storage.app_list_query import Condition, all_of, filters

_GOVERNED = Condition("is_microsofts = 0 AND deleted IS NULL")
_MICROSOFTS = Condition("is_microsofts = 1 AND deleted IS NULL")
_DELETED = Condition("is_microsofts = 0 AND deleted IS NOT NULL")
_SUMMED = (
    f"count(*), ifnull(sum(consented_users), 0), count(*) FILTER (WHERE risk >= {RISKY_FROM}), "
    "count(*) FILTER (WHERE risk IS NULL)"
)
_UNKNOWN = "unknown"

type _Grouped = list[tuple[Any, ...]]
"""The values of a group and the number of its apps; for classes also their users, and how many of them are
risky, or have no score."""


def counts(connection: sqlite3.Connection, query: AppQuery, now: datetime) -> AppCounts:
    """Whatever the query includes, Microsoft's own and deleted apps are only counted as such."""
    asked = list(filters(query, now))
    classes = _grouped(connection, "by_classes", CLASSES, asked)
    traits = _grouped(connection, "by_traits", ("traits", "open_traits"), asked)
    apis = _grouped(connection, "by_apis", ("apis",), asked)
    return AppCounts(
        total=sum(apps for *_, apps, _, _, _ in classes),
        by_origin=_named(classes, 0, _names(Origin)),
        by_privilege=_named(classes, 1, _names(Privilege) | {HOLDS_NOTHING: "none"}),
        by_verification=_named(classes, 2, {0: "unverified", 1: "verified"}),
        by_status=_named(classes, 3, _names(AppStatus)),
        by_consent=_named(classes, 4, _names(Consent)),
        by_permission_type=_named(classes, 5, _names(PermissionType)),
        by_trait=_by_trait(traits, 0),
        open_traits=_by_trait(traits, 1),
        by_api=_summed(_by_api(connection, apis)),
        consented_users=sum(users for *_, users, _, _ in classes),
        risky=sum(risky for *_, risky, _ in classes),
        unscored=sum(unscored for *_, unscored in classes),
        microsoft=_count(connection, [_MICROSOFTS, *asked]),
        deleted=_count(connection, [_DELETED, *asked]),
    )


def _grouped(
    connection: sqlite3.Connection, index: str, columns: tuple[str, ...], asked: Iterable[Condition]
) -> _Grouped:
    """With other filters the index would lead to almost every row, one by one: reading them in their order is less."""
    where, listed = all_of([_GOVERNED, *asked]), ", ".join(columns)
    counted = _SUMMED if columns is CLASSES else "count(*)"
    how = "NOT INDEXED" if where.values else f"INDEXED BY {index}"
    return connection.execute(
        f"SELECT {listed}, {counted} FROM apps {how} WHERE {where.text} GROUP BY {listed}",  # noqa: S608 -- fixed text; values are bound
        where.values,
    ).fetchall()


def _count(connection: sqlite3.Connection, conditions: Iterable[Condition]) -> int:
    where = all_of(conditions)
    found = connection.execute(f"SELECT count(*) FROM apps WHERE {where.text}", where.values)  # noqa: S608 -- as above
    return int(found.fetchone()[0])


def _named(classes: _Grouped, column: int, names: Mapping[int, str]) -> dict[str, int]:
    return _summed(
        (_UNKNOWN if group[column] is None else names[group[column]], group[len(CLASSES)]) for group in classes
    )


def _names(kind: type[StrEnum]) -> dict[int, str]:
    return {number: value.value for number, value in enumerate(kind)}


def _by_trait(groups: _Grouped, column: int) -> dict[str, int]:
    """Sums up what has the same traits first, of which there are far fewer than groups."""
    masks = _summed((group[column], group[2]) for group in groups)
    return _summed((trait.value, apps) for mask, apps in masks.items() for trait in traits_in(mask))


def _by_api(connection: sqlite3.Connection, groups: _Grouped) -> Iterator[tuple[str, int]]:
    found = connection.execute("SELECT CAST(word AS TEXT), text FROM words WHERE kind = ?", (WordKind.API.value,))
    names = dict(found.fetchall())
    return ((names[word], apps) for words, apps in groups for word in words.split())


def _summed[T](pairs: Iterable[tuple[T, int]]) -> dict[T, int]:
    found: Counter[T] = Counter()
    for name, apps in pairs:
        found[name] += apps
    return dict(found)
