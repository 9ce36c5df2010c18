"""What the record of activity takes besides; ``Services`` holds it with all the rest."""

from dataclasses import dataclass

from shared.pipeline.activity.ports import Baselines, ChangedHours, EventArchive, RollUps


@dataclass(frozen=True, kw_only=True)
class ActivityServices:
    """``archive_days`` is how long events are kept."""

    event_archive: EventArchive
    changed_hours: ChangedHours
    roll_ups: RollUps
    baselines: Baselines
    archive_days: int = 90
