"""The replay itself: read everything once to learn who is who, then judge what was read.

Two passes, since the record that settles an identity may come after the record that needs it. The first pass keeps
the events that some rule looks at in a spool file; the second judges them from there.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import batched
from pathlib import Path

import msgspec

from local.replay.exports import Malformed, read_file
from local.replay.journal import Journal, NothingToTell
from local.replay.names import Names
from shared.domain.app_references import Alias, AppReference
from shared.domain.apps import App
from shared.domain.events import Event
from shared.domain.findings import Finding
from shared.pipeline.detection.deduplicate_alerts import raise_alerts
from shared.pipeline.detection.judge import judge_events
from shared.pipeline.services import DetectionServices
from shared.policies.judgements import NotEvaluated
from shared.policies.ruleset import RuleSet
from shared.sources.aliases import aliases_of, resolve
from shared.sources.errors import RecordError
from shared.sources.records import read_record

_BATCH = 2000
_event = msgspec.msgpack.Decoder(Event)


class Counts(msgspec.Struct, kw_only=True):
    """What became of the records."""

    records: int = 0
    malformed: int = 0
    duplicates: int = 0
    events: int = 0
    judged: int = 0
    not_evaluated: int = 0


class Directory(msgspec.Struct):
    """Who is who, in memory: its size is that of the tenant's apps, not of the logs."""

    aliases: dict[str, Alias] = {}
    apps: dict[str, App] = {}

    async def learn(self, aliases: Sequence[Alias]) -> None:
        for alias in aliases:
            self.aliases.setdefault(alias.object_id, alias)

    async def lookup(self, object_ids: Sequence[str]) -> dict[str, Alias]:
        return {one: self.aliases[one] for one in object_ids if one in self.aliases}

    def know(self, apps: Iterable[App]) -> None:
        """The inventory's word on an object id outweighs that of records."""
        for app in apps:
            self.apps[app.app_id] = app
            object_ids = filter(None, (app.service_principal_id, app.application_object_id))
            self.aliases.update((one, Alias(one, app.app_id, app.display_name)) for one in object_ids)

    async def get(self, app_ids: Sequence[str]) -> dict[str, App]:
        return {one: self.apps[one] for one in app_ids if one in self.apps}


class Replay:
    """One replay over a scratch folder. ``progress`` is told of every record and every judged event."""

    def __init__(self, rules: RuleSet, folder: Path, report: Callable[[Malformed], None]) -> None:
        self.counts = Counts()
        self.reasons: dict[tuple[str, str], int] = {}
        self.journal = Journal(folder)
        self._rules = rules
        self._spool = folder / "events.msgpack"
        self._report = report
        self._directory = Directory({}, {})
        self._names = Names()
        nothing = NothingToTell()
        self._services = DetectionServices(
            rules=lambda: rules,
            aliases=self._directory,
            apps=self._directory,
            state=self.journal,
            alerts=self.journal,
            intents=nothing,
            queue=nothing,
            routes={},
        )

    def know(self, apps: Iterable[App]) -> None:
        """Take in an inventory: it settles identities and feeds conditions on apps."""
        known = list(apps)
        self._directory.know(known)
        for app in known:
            self._names.learn(AppReference(app_id=app.app_id, display_name=app.display_name))

    def read(self, files: Sequence[Path], progress: Callable[[int], None]) -> None:
        """The first pass. ``progress`` gets the number of records since it was last called."""
        with self._spool.open("wb") as spool:
            for file in files:
                for found in read_file(file):
                    self.counts.records += 1
                    progress(1)
                    if isinstance(found, Malformed):
                        self._reject(found)
                        continue
                    try:
                        events = read_record(found.record)
                    except RecordError as error:
                        self._reject(Malformed(found.place, str(error)))
                        continue
                    self._keep(events, spool.write)

    def judge(self, progress: Callable[[int], None]) -> None:
        """The second pass, over the spooled events; then the apps of the inventory."""
        now = datetime.now(UTC)
        for batch in batched(self._spooled(), _BATCH, strict=False):
            events = [self._names.guess(resolve(event, self._directory.aliases.get)) for event in batch]
            self._count(asyncio.run(judge_events(self._services, events, now)))
            self.counts.judged += len(events)
            progress(len(events))
        asyncio.run(raise_alerts(self._services, self._judged_apps(now), now))

    def _reject(self, malformed: Malformed) -> None:
        self.counts.malformed += 1
        self._report(malformed)

    def _keep(self, events: Sequence[Event], write: Callable[[bytes], object]) -> None:
        if not self.journal.first_sight(events[0].id):
            self.counts.duplicates += 1
            return
        self.counts.events += len(events)
        for alias in aliases_of(events):
            self._directory.aliases.setdefault(alias.object_id, alias)
        for event in events:
            self._names.learn(event.app)
            if event.activity in self._rules.activities:
                encoded = msgspec.msgpack.encode(event)
                write(len(encoded).to_bytes(4) + encoded)

    def _spooled(self) -> Iterator[Event]:
        with self._spool.open("rb") as spool:
            while size := spool.read(4):
                yield _event.decode(spool.read(int.from_bytes(size)))

    def _judged_apps(self, now: datetime) -> list[Finding]:
        findings: list[Finding] = []
        for app in self._directory.apps.values():
            judgement = self._rules.judge_app(app, now)
            findings.extend(judgement.findings)
            self._count(judgement.not_evaluated)
        return findings

    def _count(self, not_evaluated: Sequence[NotEvaluated]) -> None:
        self.counts.not_evaluated += len(not_evaluated)
        for entry in not_evaluated:
            key = (entry.policy_id, entry.reason)
            self.reasons[key] = self.reasons.get(key, 0) + 1
