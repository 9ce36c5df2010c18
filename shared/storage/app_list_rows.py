"""Writing rows into a file of the list of apps, and reading them out of it. All of it blocks: call it in threads."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from itertools import batched

import msgspec
from msgspec import Struct

from shared.domain.app_summaries import AppSummary
from shared.storage.app_list_columns import APP_COLUMNS, WordKind, values_of, words_of

BATCH = 1000
_APP = f"INSERT INTO apps VALUES ({', '.join('?' * len(APP_COLUMNS))})"  # noqa: S608 -- fixed text
_NUMBERS = "SELECT number FROM apps WHERE app_id IN (SELECT value FROM json_each(?))"

_decode = msgspec.json.Decoder(AppSummary).decode


class ListedApp(Struct, frozen=True, rename="camel", omit_defaults=True):
    """One row, and the object ids of the service principals that own the app."""

    row: AppSummary
    owners: tuple[str, ...] = ()


class RowWriter:
    """Writes within the caller's transaction. It remembers the words, of which there are a few hundred."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._words: dict[tuple[str, str], int] = {}
        self._next: int = connection.execute("SELECT coalesce(max(number), 0) + 1 FROM apps").fetchone()[0]

    def replace(self, apps: Sequence[ListedApp]) -> None:
        """Put these in place of what the file says of them."""
        ids = _json(app.row.app_id for app in apps)
        for table in ("worded", "owners", "bodies", "apps"):
            self._connection.execute(f"DELETE FROM {table} WHERE number IN ({_NUMBERS})", ids)  # noqa: S608 -- fixed text
        self.add(apps)

    def add(self, apps: Iterable[ListedApp]) -> None:
        """Apps that the file does not have yet."""
        rows, bodies = [], []
        owners: list[tuple[str, int]] = []
        worded: list[tuple[int, int]] = []
        for app in apps:
            number = self._next
            self._next += 1
            words = {kind: [self._word(kind, text) for text in texts] for kind, texts in words_of(app.row).items()}
            apis = " ".join(map(str, sorted(words[WordKind.API])))
            rows.append((number, *values_of(app.row), apis))
            bodies.append((number, msgspec.json.encode(app.row)))
            owners.extend((owner, number) for owner in dict.fromkeys(app.owners))
            worded.extend((word, number) for each in words.values() for word in each)
        self._connection.executemany(_APP, rows)
        self._connection.executemany("INSERT INTO bodies VALUES (?, ?)", bodies)
        self._connection.executemany("INSERT INTO owners VALUES (?, ?)", owners)
        self._connection.executemany("INSERT INTO worded VALUES (?, ?)", worded)

    def _word(self, kind: WordKind, text: str) -> int:
        word = self._words.get((kind, text))
        if word is None:
            self._connection.execute("INSERT OR IGNORE INTO words (kind, text) VALUES (?, ?)", (kind, text))
            found = self._connection.execute("SELECT word FROM words WHERE kind = ? AND text = ?", (kind, text))
            word = self._words[kind, text] = int(found.fetchone()[0])
        return word


def rows_of(connection: sqlite3.Connection, app_ids: Iterable[str]) -> dict[str, AppSummary]:
    """Those that are listed."""
    bodies = connection.execute(f"SELECT body FROM bodies WHERE number IN ({_NUMBERS})", _json(app_ids))  # noqa: S608 -- fixed text
    return {row.app_id: row for row in (_decode(body) for (body,) in bodies)}


def listed_apps(connection: sqlite3.Connection, app_ids: Iterable[str]) -> dict[str, ListedApp]:
    """Those that are listed, with their owners, sorted."""
    wanted = list(app_ids)
    owners: dict[str, list[str]] = {}
    for owner, app_id in connection.execute(
        "SELECT owner_id, app_id FROM apps JOIN owners USING (number)"
        " WHERE app_id IN (SELECT value FROM json_each(?)) ORDER BY owner_id",
        _json(wanted),
    ):
        owners.setdefault(app_id, []).append(owner)
    rows = rows_of(connection, wanted)
    return {app_id: ListedApp(row, tuple(owners.get(app_id, ()))) for app_id, row in rows.items()}


def every_app(connection: sqlite3.Connection) -> Iterator[ListedApp]:
    """By nothing but ``bodies`` and ``owners``, which every file has had."""
    bodies = connection.execute("SELECT number, body FROM bodies ORDER BY number")
    for some in batched(bodies, BATCH, strict=False):
        owners: dict[int, list[str]] = {}
        for owner, number in connection.execute(
            "SELECT owner_id, number FROM owners WHERE number IN (SELECT value FROM json_each(?)) ORDER BY owner_id",
            _json(number for number, _ in some),
        ):
            owners.setdefault(number, []).append(owner)
        yield from (ListedApp(_decode(body), tuple(owners.get(number, ()))) for number, body in some)


def bodies_of(connection: sqlite3.Connection, numbers: Iterable[int]) -> tuple[AppSummary, ...]:
    """In the order of the numbers."""
    read = connection.execute
    found = (read("SELECT body FROM bodies WHERE number = ?", (number,)).fetchone() for number in numbers)
    return tuple(_decode(body) for (body,) in found)


def owned_by(connection: sqlite3.Connection, principal_ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The appIds of the apps that each of these owns, sorted."""
    found: dict[str, list[str]] = {}
    for owner, app_id in connection.execute(
        "SELECT owner_id, app_id FROM owners JOIN apps USING (number)"
        " WHERE owner_id IN (SELECT value FROM json_each(?)) ORDER BY app_id",
        _json(principal_ids),
    ):
        found.setdefault(owner, []).append(app_id)
    return {owner: tuple(app_ids) for owner, app_ids in found.items()}


def consented_users(connection: sqlite3.Connection, app_ids: Iterable[str]) -> dict[str, int]:
    """Of those that are listed and of which it is known."""
    found = connection.execute(
        "SELECT app_id, consented_users FROM apps"
        " WHERE app_id IN (SELECT value FROM json_each(?)) AND consented_users IS NOT NULL",
        _json(app_ids),
    )
    return dict(found.fetchall())


def _json(values: Iterable[str] | Iterable[int]) -> tuple[str]:
    return (msgspec.json.encode(list(values)).decode(),)
