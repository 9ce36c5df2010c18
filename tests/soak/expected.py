"""What rounds of records must lead to, worked out without storage, queues or deaths: one process, in order."""

import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from local.replay.journal import Journal, NothingToTell
from local.replay.replay import Directory
from shared.domain.alerts import Alert, DeliveryState
from shared.domain.events import Event
from shared.pipeline.collection.ingest import parse
from shared.pipeline.detection.judge import judge_events
from shared.pipeline.ports import Route
from shared.pipeline.services import DetectionServices
from shared.policies.loader import load_catalogue
from shared.policies.ruleset import compile_policies
from shared.sources.aliases import aliases_of
from tests.soak.contents import Contents, without_times_of_writing


async def expected_of(chunks: Iterable[Sequence[bytes]], routes: Mapping[str, Route]) -> Contents:
    """``routes`` are asked what they want, and told nothing."""
    rules = compile_policies(load_catalogue())
    directory, nothing = Directory({}, {}), NothingToTell()
    events: list[Event] = []
    with tempfile.TemporaryDirectory() as folder:
        journal = Journal(Path(folder))
        services = DetectionServices(
            rules=lambda: rules,
            aliases=directory,
            apps=directory,
            state=journal,
            alerts=journal,
            intents=nothing,
            queue=nothing,
            routes=routes,
        )
        for lines in chunks:
            new = [event for event in parse(lines).events if journal.first_sight(event.id)]
            await directory.learn(aliases_of(new))
            await judge_events(services, new, datetime.now(UTC))
            events.extend(new)
        alerts = {alert.id: _told(journal, alert, routes) for alert in journal.alerts()}
        journal.close()
    return Contents(
        events=Counter(event.id for event in events),
        waiting_chunks=0,
        alerts=alerts,
        wrong_list_rows=set(),
        unsent=set(),
    )


def _told(journal: Journal, alert: Alert, routes: Mapping[str, Route]) -> dict[str, Any]:
    """Nobody works on these alerts: each is created, and told once to every route that wants it."""
    return {
        "alert": without_times_of_writing(alert),
        "evidence": msgspec.to_builtins({item.event_id: item for item in journal.evidence_of(alert)}),
        "history": [(1, "created")],
        "deliveries": {f"{alert.id}/{name}/1": DeliveryState.SENT for name in routes if routes[name].wants(alert)},
    }
