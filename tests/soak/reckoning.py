"""The end of a run: everything is finished, and counted against what the records must lead to."""

from tests.soak.contents import contents_of
from tests.soak.expected import expected_of
from tests.soak.feeder import SOURCE
from tests.soak.figures import Figures
from tests.soak.poison import set_aside
from tests.soak.records import chunks_of
from tests.soak.service import Service
from tests.soak.work_left import let_claims_run_out


async def reckon(service: Service, seed: int, figures: Figures) -> None:
    """Stop the host, let the claims of the dead run out, and complete the figures of so many rounds of the seed."""
    await service.host.stop()
    figures.claims_that_ran_out = await let_claims_run_out(service.services)
    for queue in ("evaluate", "settle"):
        figures.poison_messages += (await set_aside(service.application, queue)).total()
    chunks = (chunk for number in range(figures.rounds) for chunk in chunks_of(seed, number))
    expected = await expected_of(chunks, service.services.routes)
    figures.count(await contents_of(service.application, SOURCE), expected, service.receiver.told)
