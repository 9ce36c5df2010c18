"""The history of policies as the API shows it."""

from collections.abc import Sequence

from pydantic import JsonValue

from functions.models.alert_details import HistoryResource
from functions.models.shapes import Sent
from shared.domain.policy_book import PolicyVersion


class VersionResource(Sent):
    """One version, never changed. ``body`` is the definition, or the tuning of a bundled policy; null where that
    version ended it: it was deleted, or is again as it is bundled.
    """

    policy_id: str
    version: int
    entry: HistoryResource
    body: dict[str, JsonValue] | None


class VersionList(Sent):
    """Newest first. ``firstBroken`` is the sequence at which the chain of entries does not hold, null if it does."""

    value: list[VersionResource]
    first_broken: int | None


def version_list(versions: Sequence[PolicyVersion], first_broken: int | None) -> VersionList:
    return VersionList(value=[VersionResource.model_validate(one) for one in versions], first_broken=first_broken)
