"""Parts of the inventory that were never read, or cannot be: told where what they bring would stand."""

from shared.domain.inventory_reads import ReadStage
from shared.domain.ledger import SourceHealth
from shared.domain.usage_reads import UsageReport
from shared.pipeline.inventory.app_list import Completeness, Part


def unread_parts(known: Completeness, *names: ReadStage | UsageReport) -> tuple[Part, ...]:
    """Those of the named parts that are missing, or too old to be relied on."""
    return tuple(
        part
        for part in known.parts
        if part.name in names and (part.state.health is not SourceHealth.OK or part.state.last_read is None)
    )
