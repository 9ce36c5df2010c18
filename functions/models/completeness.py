"""How old and how complete what is known of apps is, part by part."""

from datetime import datetime

from functions.models.shapes import Sent
from shared.domain.inventory_reads import ReadStage
from shared.domain.ledger import SourceHealth
from shared.domain.usage_reads import UsageReport
from shared.pipeline.inventory.app_list import Completeness, Part


class ReadingResource(Sent):
    """A full read under way: its stage, how many objects it has read, by stage, and how many are expected.

    ``expected`` is about right, and names only stages of which the directory tells how many there are.
    """

    stage: ReadStage
    objects: dict[str, int]
    expected: dict[str, int]


class PartResource(Sent):
    """A stage of the full read, or a report of use. ``lastReadDateTime`` is null for one never read to its end.

    ``reason`` names the permission or licence that is missing.
    """

    name: ReadStage | UsageReport
    last_read_date_time: datetime | None
    health: SourceHealth
    reason: str | None
    objects: int


def reading_of(completeness: Completeness) -> ReadingResource | None:
    if completeness.stage is None:
        return None
    return ReadingResource(stage=completeness.stage, objects=completeness.objects, expected=completeness.expected)


def parts_of(completeness: Completeness) -> list[PartResource]:
    return [_part(part) for part in completeness.parts]


def _part(part: Part) -> PartResource:
    return PartResource(
        name=part.name,
        last_read_date_time=part.state.last_read,
        health=part.state.health,
        reason=part.state.reason,
        objects=part.state.objects,
    )
