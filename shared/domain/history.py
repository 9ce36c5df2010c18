"""The trail of an alert, a remediation or a switch: entries chained by their hashes, so that a change to any shows.

Each entry's hash covers its own content and the hash before it. Removing the newest entries is the one thing a chain
cannot show by itself: for that the heads of all chains are anchored elsewhere.
"""

import hashlib
from collections.abc import Iterable
from datetime import datetime

import msgspec
from msgspec.structs import replace

from shared.domain.alerts import HistoryEntry, PropertyEdit


def next_entry(
    last: HistoryEntry | None,
    time: datetime,
    actor: str,
    action: str,
    edits: tuple[PropertyEdit, ...],
    reason: str | None,
    content: str = "",
) -> HistoryEntry:
    """The entry that follows ``last``, hashed; the first one follows None."""
    entry = HistoryEntry(
        sequence=last.sequence + 1 if last else 1,
        time=time,
        actor=actor,
        action=action,
        edits=edits,
        reason=reason,
        previous_hash=last.hash if last else "",
        content=content,
    )
    return replace(entry, hash=_hash(entry))


def first_broken(entries: Iterable[HistoryEntry]) -> int | None:
    """The sequence of the first entry that was changed, removed, added or moved; None if the chain is whole."""
    previous = ""
    for expected, entry in enumerate(entries, start=1):
        whole = entry.sequence == expected and entry.previous_hash == previous and entry.hash == _hash(entry)
        if not whole:
            return expected
        previous = entry.hash
    return None


def _hash(entry: HistoryEntry) -> str:
    return hashlib.sha256(msgspec.json.encode(replace(entry, hash=""), order="sorted")).hexdigest()
