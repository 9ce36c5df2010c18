"""A directory's audit log as a reader meets it: late, in pages, and with faults on order."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from local.records.directory_audits import as_directory_audit
from shared.domain.events import Event
from shared.domain.streams import LogPage


@dataclass(frozen=True)
class Call:
    start: datetime
    end: datetime
    link: str | None
    at: datetime


@dataclass
class ScriptedLog:
    """``now`` is the service's own time; what is ``late`` in coming can be read from then on."""

    now: datetime
    page_size: int = 1000
    ignores_window: bool = False
    faults: list[Exception | None] = field(default_factory=list)
    """One for each call to come; None and none are answers."""
    calls: list[Call] = field(default_factory=list)
    entries: list[tuple[datetime, datetime, bytes]] = field(default_factory=list)

    def add(self, event: Event, published: datetime | None = None) -> None:
        assert event.time is not None
        record = msgspec.json.encode(as_directory_audit(event))
        self.entries.append((event.time, published or event.time, record))

    def add_all(self, events: Iterable[Event]) -> None:
        for event in events:
            self.add(event)

    async def page(self, start: datetime, end: datetime, link: str | None) -> LogPage:
        self.calls.append(Call(start, end, link, self.now))
        if self.faults and (fault := self.faults.pop(0)) is not None:
            raise fault
        visible: Callable[[tuple[datetime, datetime, bytes]], bool] = lambda entry: (  # noqa: E731 -- filters just below
            entry[1] <= self.now and (self.ignores_window or start <= entry[0] <= end)
        )
        found = [record for _, _, record in sorted(filter(visible, self.entries))]
        first = int(link or 0)
        last = first + self.page_size
        return LogPage(records=tuple(found[first:last]), next_link=str(last) if last < len(found) else None)
