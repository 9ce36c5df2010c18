"""What a replay remembers, in a SQLite file of its own: events seen, matches, and evidence.

The service keeps these in Azure Tables. A replay must run on a laptop with nothing installed and a million records in
bounded memory, so the same verbs work here over SQLite. The file is temporary and belongs to one process.
"""

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from shared.domain.alert_series import AlertChange, Series
from shared.domain.alerts import Alert, EvidenceItem
from shared.domain.matches import Match

_TABLES = """
CREATE TABLE seen (id BLOB PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE matches (series BLOB, time REAL, event TEXT, step TEXT, body BLOB,
                      PRIMARY KEY (series, time, event, step)) WITHOUT ROWID;
CREATE TABLE alerts (id TEXT PRIMARY KEY, fingerprint TEXT UNIQUE, body BLOB) WITHOUT ROWID;
CREATE TABLE evidence (fingerprint TEXT, event TEXT, time REAL, material TEXT, body BLOB,
                       PRIMARY KEY (fingerprint, event)) WITHOUT ROWID;
"""
_UNDATED = float("inf")
_match = msgspec.msgpack.Decoder(Match)
_alert = msgspec.msgpack.Decoder(Alert)
_item = msgspec.msgpack.Decoder(EvidenceItem)


class Journal:
    """The file, and the questions a replay asks of it."""

    def __init__(self, folder: Path) -> None:
        self._database = sqlite3.connect(folder / "journal.sqlite", isolation_level=None)
        # Nothing here must survive a crash: the whole replay is repeated then.
        self._database.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; BEGIN;" + _TABLES)

    def close(self) -> None:
        self._database.close()

    def first_sight(self, event_id: str) -> bool:
        """True the first time an id is seen."""
        digest = hashlib.blake2b(event_id.encode(errors="surrogatepass"), digest_size=16).digest()
        return self._database.execute("INSERT OR IGNORE INTO seen VALUES (?)", (digest,)).rowcount == 1

    # The state store of windows and sequences.

    async def insert(self, matches: Sequence[Match], expires: datetime) -> None:  # noqa: ARG002 -- nothing expires here
        rows = (
            (_series_of(match), match.time.timestamp(), match.event_id, match.step or "", msgspec.msgpack.encode(match))
            for match in matches
        )
        self._database.executemany("INSERT OR REPLACE INTO matches VALUES (?, ?, ?, ?, ?)", rows)

    async def between(self, match: Match, start: datetime, end: datetime, limit: int) -> list[Match]:
        rows = self._database.execute(
            "SELECT body FROM matches WHERE series = ? AND time BETWEEN ? AND ? ORDER BY time, event, step LIMIT ?",
            (_series_of(match), start.timestamp(), end.timestamp(), limit + 1),
        )
        return [_match.decode(body) for (body,) in rows]

    # The alert store. A replay has no history, no readers and one writer.

    async def series(self, fingerprint: str) -> Series:
        row = self._database.execute("SELECT body FROM alerts WHERE fingerprint = ?", (fingerprint,)).fetchone()
        held = self._database.execute("SELECT event, material FROM evidence WHERE fingerprint = ?", (fingerprint,))
        return Series(version=None, alert=_alert.decode(row[0]) if row else None, evidence=dict(held.fetchall()))

    async def commit(self, change: AlertChange) -> str:
        alert = change.alert
        self._database.execute(
            "INSERT OR REPLACE INTO alerts VALUES (?, ?, ?)",
            (alert.id, alert.fingerprint, msgspec.msgpack.encode(alert)),
        )
        rows = (
            (
                alert.fingerprint,
                item.event_id,
                item.time.timestamp() if item.time else _UNDATED,
                item.material,
                msgspec.msgpack.encode(item),
            )
            for item in change.evidence
        )
        self._database.executemany("INSERT OR IGNORE INTO evidence VALUES (?, ?, ?, ?, ?)", rows)
        return ""

    def alerts(self) -> Iterator[Alert]:
        """Every alert, oldest activity first."""
        alerts = [_alert.decode(body) for (body,) in self._database.execute("SELECT body FROM alerts")]
        return iter(sorted(alerts, key=lambda alert: (str(alert.first_activity_date_time or "~"), alert.id)))

    def evidence_of(self, alert: Alert) -> Iterator[EvidenceItem]:
        """Oldest first, one at a time."""
        rows = self._database.execute(
            "SELECT body FROM evidence WHERE fingerprint = ? ORDER BY time, event", (alert.fingerprint,)
        )
        return (_item.decode(body) for (body,) in rows)


class NothingToTell:
    """A replay's queue and intents: there are no lists to settle and no routes to tell."""

    async def settle(self, alert_id: str, delay: timedelta = timedelta(0)) -> None: ...

    async def open(self, alert_id: str, now: datetime) -> None: ...


def _series_of(match: Match) -> bytes:
    name = msgspec.json.encode([match.policy_id, match.state_version, *match.group])
    return hashlib.blake2b(name, digest_size=16).digest()
