"""A process that dies at any call to the outside, before or after it took effect, loses nothing and doubles nothing."""

from collections.abc import Callable, Sequence
from itertools import batched

import pytest

from shared.bootstrap import Application
from shared.pipeline.collection.ingest import ingest
from shared.pipeline.services import Services
from tests.conftest import RecordFigure
from tests.pipeline.conftest import Start
from tests.pipeline.faults import Death, Died, dying
from tests.pipeline.routes import Receiver, with_route
from tests.pipeline.snapshots import snapshot
from tests.pipeline.worker import NOW, work
from tests.recording import RECORDING, SOURCE

_PAYROLL = [line for line in RECORDING.read_bytes().splitlines() if b"Payroll Sync" in line]
CHUNKS: list[Sequence[bytes]] = list(batched(_PAYROLL, 3, strict=False))
"""A secret is added and mail is read: every kind of port is used, state and deliveries too."""

MAY_REPEAT_A_DELIVERY = {"after route receiver.send", "before alerts.record_delivery"}
"""Between sending and recording, and nowhere else."""


class Life:
    """A process from start to end, or to its death; the next life takes up what is left."""

    def __init__(self) -> None:
        self.receiver = Receiver()
        self.ingested = 0

    async def live(self, application: Application, death: Death) -> str | None:
        """Runs until nothing is left; returns where it died, if it did."""
        services: Services = dying(with_route(application.services, self.receiver), death)
        try:
            for lines in CHUNKS[self.ingested :]:
                await ingest(services, SOURCE, lines, NOW)
                self.ingested += 1
            await work(application, services)
        except Died as died:
            return str(died)
        return None


async def test_every_kind_of_death_is_survived(
    start: Start, unique: Callable[[str], str], record_figure: RecordFigure
) -> None:
    """Dies before the first call of every method of every port; the long run before and after every single one."""
    undisturbed, log = Life(), list[str]()
    reference = start(unique("r"))
    assert await undisturbed.live(reference, Death(log=log)) is None
    expected = await snapshot(reference)
    assert len(expected["alerts"]) >= 3
    for at in sorted({log.index(name) + 1 for name in log}):
        await _die_and_recover(start, unique("d"), Death(at=at), expected, undisturbed.receiver)
        record_figure("R1", "calls before or after which a process ended", 1)


@pytest.mark.soak
async def test_every_single_call_may_be_the_last(
    start: Start, unique: Callable[[str], str], record_figure: RecordFigure
) -> None:
    undisturbed, log = Life(), list[str]()
    reference = start(unique("r"))
    await undisturbed.live(reference, Death(log=log))
    expected = await snapshot(reference)
    for at in range(1, len(log) + 1):
        for after in (False, True):
            await _die_and_recover(start, unique("d"), Death(at=at, after=after), expected, undisturbed.receiver)
            record_figure("R1", "calls before or after which a process ended", 1)


async def _die_and_recover(
    start: Start, prefix: str, death: Death, expected: dict[str, object], undisturbed: Receiver
) -> None:
    life = Life()
    died = await life.live(start(prefix), death)
    assert died is not None
    recovered = start(prefix)
    assert await life.live(recovered, Death()) is None
    assert await snapshot(recovered) == expected, f"died {died}"
    assert set(life.receiver.received) == set(undisturbed.received), f"died {died}"
    repeated = len(life.receiver.received) - len(undisturbed.received)
    assert repeated <= (died in MAY_REPEAT_A_DELIVERY), f"died {died}"
