"""The tables inside a file of the list of apps, and what of an app's row goes where.

``bodies`` holds each row whole and ``owners`` the service principals that own the app: of these two all else is
derived. ``apps`` is narrow, since most filters and sorts read it from end to end. Words of which an app has several
stand in ``words``, each once, and ``worded`` leads from a word to the apps that have it.
"""

import unicodedata
import zlib
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import blake2b

import msgspec
from msgspec.structs import replace

from shared.domain.app_summaries import AppStatus, AppSummary, Consent, PermissionType
from shared.domain.app_traits import Trait
from shared.domain.apps import Certification, Origin
from shared.domain.privileges import Privilege

type Value = int | str | None

HOLDS_NOTHING = -1
"""In place of a privilege: the app was read and has none, which is below the lowest."""

PASSING = (
    *("credential_unused_since", "last_used", "risk", "judged"),
    *("data_use_items", "data_use_bytes", "data_use_trend", "data_services", "countries", "active_users"),
)
"""What changes by mere use or by the passing of time."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_ENUMS: tuple[type[StrEnum], ...] = (Certification, Origin, AppStatus, Privilege, PermissionType, Consent, Trait)
_BITS = {trait: 1 << number for number, trait in enumerate(Trait)}


class WordKind(StrEnum):
    PERMISSION = "permission"
    API = "api"
    DIRECTORY_ROLE = "directoryRole"


def folded(text: str | None) -> str | None:
    """For comparing without minding the case and the Unicode form. SQLite takes no half of a surrogate pair."""
    if text is None:
        return None
    # The case of some characters parts into several, which may then be written in one again.
    folded_once = unicodedata.normalize("NFKC", text).casefold()
    return unicodedata.normalize("NFKC", folded_once).encode("utf-8", "replace").decode()


def moment(time: datetime | None) -> int | None:
    """Microseconds since 1970."""
    return None if time is None else (time - _EPOCH) // _MICROSECOND


def rank(kind: type[StrEnum], value: str | None) -> int | None:
    """Its place among the values of its kind: what columns hold, and what sorts by meaning instead of by spelling."""
    return None if value is None else _RANKS[kind][value]


def bits(traits: Sequence[Trait] | frozenset[Trait]) -> int:
    return sum(_BITS[trait] for trait in set(traits))


def traits_in(mask: int) -> Iterator[Trait]:
    return (trait for trait, bit in _BITS.items() if mask & bit)


def words_of(row: AppSummary) -> dict[WordKind, list[str]]:
    """Each word of a kind once."""
    spelt = {
        WordKind.PERMISSION: row.permissions,
        WordKind.API: row.apis,
        WordKind.DIRECTORY_ROLE: row.directory_roles,
    }
    return {kind: sorted({folded(text) or "" for text in texts}) for kind, texts in spelt.items()}


def values_of(row: AppSummary) -> list[Value]:
    """In the order of ``APP_COLUMNS``, but for the last."""
    return [value(row) for value in _VALUES.values()]


def lasting_of(row: AppSummary) -> int:
    """A digest of all but what passes by itself, to tell by whether the app changed."""
    kept = replace(row, **dict.fromkeys(PASSING))
    digest = blake2b(msgspec.json.encode(kept), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)


def _privilege(row: AppSummary) -> int | None:
    return HOLDS_NOTHING if row.privilege is None and row.holds_nothing else rank(Privilege, row.privilege)


_RANKS: dict[type[StrEnum], dict[str, int]] = {
    kind: {value: number for number, value in enumerate(kind)} for kind in _ENUMS
}

_VALUES: dict[str, Callable[[AppSummary], Value]] = {
    "app_id": lambda row: row.app_id,
    "is_microsofts": lambda row: row.is_microsofts,
    "name": lambda row: folded(row.display_name),
    "publisher": lambda row: folded(row.publisher_name),
    "home_tenant_id": lambda row: folded(row.home_tenant_id),
    "verified": lambda row: row.publisher_verified,
    "certification": lambda row: rank(Certification, row.certification),
    "origin": lambda row: rank(Origin, row.origin),
    "status": lambda row: rank(AppStatus, row.status),
    "risk": lambda row: row.risk,
    "privilege": _privilege,
    "permission_type": lambda row: rank(PermissionType, row.permission_type),
    "permission_count": lambda row: len(row.permissions),
    "unused_permissions": lambda row: row.unused_permissions,
    "consent": lambda row: rank(Consent, row.consent),
    "consented_users": lambda row: row.consented_users,
    "priority_users": lambda row: row.priority_users,
    "privileged_users": lambda row: row.privileged_users,
    "enabled": lambda row: row.enabled,
    "owner_count": lambda row: row.owner_count,
    "credential_count": lambda row: row.credential_count,
    "credential_expires": lambda row: moment(row.credential_expires),
    "credential_unused_since": lambda row: moment(row.credential_unused_since),
    "created": lambda row: moment(row.created),
    "registered": lambda row: moment(row.registered),
    "first_seen": lambda row: moment(row.first_seen),
    "modified": lambda row: moment(row.modified),
    "deleted": lambda row: moment(row.deleted),
    "last_used": lambda row: moment(row.last_used),
    "data_use_items": lambda row: row.data_use_items,
    "data_use_bytes": lambda row: row.data_use_bytes,
    "data_use_trend": lambda row: row.data_use_trend,
    "active_users": lambda row: row.active_users,
    "traits": lambda row: bits(row.traits),
    "open_traits": lambda row: bits(row.open_traits),
    "lasting": lasting_of,
}

APP_COLUMNS = ("number", *_VALUES, "apis")
"""``apis`` are the numbers of its words for APIs, between spaces."""

TABLES = (
    f"CREATE TABLE apps (number INTEGER PRIMARY KEY, {', '.join(APP_COLUMNS[1:])})",
    "CREATE UNIQUE INDEX by_app_id ON apps (app_id)",
    "CREATE TABLE bodies (number INTEGER PRIMARY KEY, body BLOB NOT NULL)",
    "CREATE TABLE owners (owner_id TEXT, number INTEGER, PRIMARY KEY (owner_id, number)) WITHOUT ROWID",
    "CREATE TABLE words (word INTEGER PRIMARY KEY, kind TEXT, text TEXT, UNIQUE (kind, text))",
    "CREATE TABLE worded (word INTEGER, number INTEGER, PRIMARY KEY (word, number)) WITHOUT ROWID",
)
CLASSES = ("origin", "privilege", "verified", "status", "consent", "permission_type")
INDEXES = tuple(
    f"CREATE INDEX {name} ON apps (is_microsofts, deleted, {', '.join(columns)})"
    for name, columns in (
        ("by_classes", (*CLASSES, "consented_users", "risk")),
        ("by_traits", ("traits", "open_traits")),
        ("by_apis", ("apis",)),
    )
)
"""For the counts, each in the order of its groups: without filters they read nothing else, and sort nothing."""

_REVISION = 2
"""To be raised where a column of the same name comes to hold something else."""
LAYOUT = zlib.crc32(repr((_REVISION, TABLES, INDEXES, [list(kind) for kind in _ENUMS])).encode()) >> 1
"""Differs where any column, or the rank of any value, does: such a file is derived anew from its bodies."""
