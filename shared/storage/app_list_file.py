"""The file of the list on this host: SQLite, read by several threads at a time while one lays changes over it."""

import gzip
import shutil
import sqlite3
import tempfile
import weakref
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import batched
from pathlib import Path
from typing import Self
from uuid import uuid4

from shared.storage.app_list_columns import INDEXES, LAYOUT, TABLES
from shared.storage.app_list_rows import BATCH, ListedApp, RowWriter, every_app

_LEVEL = 3
"""Of compression. A base is written seldom and read by every host at once: quick rather than small."""
_CACHE_KIBIBYTES = 4096
"""Of each connection. The system keeps the file itself in memory where it can."""
_PATIENCE_SECONDS = 20

_PREFIX = "consentry-applist-"
_PROCESSES = Path("/proc")


class ListFile:
    """One file of its own. It goes when nobody holds it any more, so a reader may finish on one that was replaced."""

    def __init__(self, path: Path) -> None:
        """``path`` is taken over. Blocks, for as long as it takes to derive it anew where its layout is another."""
        self.path = _in_this_layout(path)
        self._idle: list[sqlite3.Connection] = []
        with closing(_connected(self.path)) as connection:
            # Readers see one state each while changes are laid over it, and what is lost is fetched again.
            connection.execute("PRAGMA journal_mode = WAL")
        weakref.finalize(self, _discard, self._idle, self.path)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection that sees one state for as long as it is held, whatever is laid over the file meanwhile."""
        connection = self._idle.pop() if self._idle else _connected(self.path)
        connection.execute("BEGIN")
        try:
            yield connection
        finally:
            connection.rollback()
            self._idle.append(connection)

    def read[T](self, work: Callable[[sqlite3.Connection], T]) -> T:
        with self.reading() as connection:
            return work(connection)

    @contextmanager
    def beside(self, past: "ListFile") -> Iterator[sqlite3.Connection]:
        """A connection of its own that sees one state of this file, and of another one as ``past``."""
        with closing(_connected(self.path)) as connection:
            connection.execute("ATTACH ? AS past", (str(past.path),))
            connection.execute("BEGIN")
            yield connection

    def count(self) -> int:
        return self.read(lambda state: int(state.execute("SELECT count(*) FROM apps").fetchone()[0]))

    def lay(self, apps: Sequence[ListedApp]) -> None:
        """Put these in place of what the file says of them, at once for every reader that begins later."""
        with closing(_connected(self.path)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            RowWriter(connection).replace(apps)
            connection.commit()

    def copy(self, target: Path) -> None:
        """One state of it, without what was deleted."""
        with closing(_connected(self.path)) as connection:
            connection.execute("VACUUM INTO ?", (str(target),))


class ListFiles:
    """The folder of this process, made on first use, and gone with the process."""

    def __init__(self) -> None:
        self._folder: Path | None = None

    def new_path(self) -> Path:
        if self._folder is None:
            _sweep()
            self._folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{_own_id()}-"))
            weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        return self._folder / f"{uuid4().hex}.sqlite"


class ListBuilder:
    """A new file with empty tables, filled through ``rows``. Unless it is finished, it goes again at the end."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._is_finished = False
        self.connection = _connected(path)
        self.connection.execute("PRAGMA journal_mode = OFF")
        self.connection.execute("BEGIN")
        for statement in TABLES:
            self.connection.execute(statement)
        self.rows = RowWriter(self.connection)

    def finish(self) -> None:
        """Indices are made quickest once all rows are there. Blocks."""
        for statement in INDEXES:
            self.connection.execute(statement)
        self.connection.execute(f"PRAGMA user_version = {LAYOUT}")
        self.connection.commit()
        self._is_finished = True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()
        if not self._is_finished:
            self._path.unlink(missing_ok=True)


def build(path: Path, apps: Iterable[ListedApp]) -> None:
    with ListBuilder(path) as builder:
        for some in batched(apps, BATCH, strict=False):
            builder.rows.add(some)
        builder.finish()


def pack(path: Path, target: Path) -> None:
    """No time and no name go into the bytes."""
    with (
        path.open("rb") as source,
        target.open("wb") as raw,
        gzip.GzipFile(filename="", mode="wb", compresslevel=_LEVEL, fileobj=raw, mtime=0) as packed,
    ):
        shutil.copyfileobj(source, packed)


def unpack(packed: Path, target: Path) -> None:
    with gzip.open(packed) as source, target.open("wb") as unpacked:
        shutil.copyfileobj(source, unpacked)


def _in_this_layout(path: Path) -> Path:
    """Another version wrote other columns: the rows themselves say all that ours hold."""
    with closing(_connected(path)) as connection:
        if connection.execute("PRAGMA user_version").fetchone()[0] == LAYOUT:
            return path
        derived = path.with_name(f"{uuid4().hex}.sqlite")
        build(derived, every_app(connection))
    path.unlink()
    return derived


def _connected(path: Path) -> sqlite3.Connection:
    """Transactions are begun by hand. One thread at a time uses it, but not always the same one."""
    connection = sqlite3.connect(path, timeout=_PATIENCE_SECONDS, isolation_level=None, check_same_thread=False)
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KIBIBYTES}")
    connection.execute("PRAGMA synchronous = OFF")
    return connection


def _discard(idle: list[sqlite3.Connection], path: Path) -> None:
    for connection in idle:
        connection.close()
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _own_id() -> str:
    """Of the process, as its folder among the processes is called; empty where the system has none."""
    itself = _PROCESSES / "self"
    return itself.resolve().name if itself.exists() else ""


def _sweep() -> None:
    """Remove what processes left that died too suddenly to do it."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}[0-9]*-*"):
        if not (_PROCESSES / folder.name.removeprefix(_PREFIX).partition("-")[0]).exists():
            shutil.rmtree(folder, ignore_errors=True)
