"""How far the inventory is, and what of it is missing or old, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from shared.domain.inventory_reads import ReadStage
from shared.domain.ledger import SourceHealth
from shared.domain.usage_reads import UsageReport
from shared.pipeline.inventory.app_list import Completeness, Part

_NAMES: Final[Mapping[ReadStage | UsageReport, str]] = {
    ReadStage.SERVICE_PRINCIPALS: "service principals",
    ReadStage.APPLICATIONS: "app registrations",
    ReadStage.GRANTS: "delegated permissions",
    ReadStage.APP_ROLE_ASSIGNMENTS: "application permissions",
    ReadStage.ROLE_ASSIGNMENTS: "directory roles",
    ReadStage.FEDERATED_CREDENTIALS: "federated credentials",
    ReadStage.DELETED_APPLICATIONS: "deleted app registrations",
    ReadStage.DELETED_SERVICE_PRINCIPALS: "deleted service principals",
    ReadStage.USERS: "users",
    ReadStage.APPS: "apps made of it all",
    UsageReport.SERVICE_PRINCIPAL_SIGN_INS: "sign-in activity of apps",
    UsageReport.CREDENTIAL_SIGN_INS: "sign-in activity of credentials",
}


@dataclass(frozen=True, kw_only=True)
class Progress:
    """A full read under way. ``most`` is about right; None where nobody knows how many there are."""

    step: int
    steps: int
    done: int
    most: int | None
    name: str


def part_name(part: ReadStage | UsageReport) -> str:
    return _NAMES[part]


def progress_of(known: Completeness) -> Progress | None:
    if known.stage is None:
        return None
    stages = list(ReadStage)
    done, most = known.objects.get(known.stage, 0), known.expected.get(known.stage)
    return Progress(
        step=stages.index(known.stage) + 1,
        steps=len(stages),
        done=done,
        # There may be more than were counted before.
        most=max(most, done) if most else None,
        name=part_name(known.stage),
    )


def missing_parts(known: Completeness) -> list[Part]:
    """Those that could not be read, or not yet. What the full read that runs now is done with counts as read."""
    stages = list(ReadStage)
    done = stages[: stages.index(known.stage)] if known.stage else []
    return [
        part
        for part in known.parts
        if part.state.health is not SourceHealth.OK or (part.state.last_read is None and part.name not in done)
    ]


def unread_parts(known: Completeness, *names: ReadStage | UsageReport) -> tuple[Part, ...]:
    """Those of the named parts that are missing, or too old to be relied on: told where what they bring would stand."""
    return tuple(
        part
        for part in known.parts
        if part.name in names and (part.state.health is not SourceHealth.OK or part.state.last_read is None)
    )


def is_read(known: Completeness, name: ReadStage | UsageReport) -> bool:
    """Whether it was ever read to its end."""
    return any(part.name is name and part.state.last_read is not None for part in known.parts)


def report_of_use(known: Completeness) -> Part | None:
    """Without it nobody knows when an app was last used."""
    return next((part for part in known.parts if part.name is UsageReport.SERVICE_PRINCIPAL_SIGN_INS), None)
