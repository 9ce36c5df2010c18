"""What collecting logs and judging what they hold takes besides; ``Services`` holds it with all the rest."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from shared.domain.streams import Stream
from shared.pipeline.collection.ports import FactClaims, LogReader, ParkedEvents, RefreshApps, RemediationTrail


@dataclass(frozen=True, kw_only=True)
class CollectionServices:
    """Everything is None, or empty, while no tenant is connected: then events are judged at once, with what they say.

    ``logs`` are the streams that are switched on. ``facts`` is None where nothing is read but by hand.
    ``own_app_ids`` are the client ids of our identities in the tenant, in lower case; ``remediator_app_id`` is the one
    that may change apps. ``first_read`` is how far back the first pass goes: by default as long as the service keeps
    audits for every tenant.
    """

    logs: Mapping[Stream, LogReader] = field(default_factory=dict)
    facts: FactClaims | None = None
    parked: ParkedEvents | None = None
    refresh: RefreshApps | None = None
    own_app_ids: frozenset[str] = frozenset()
    remediator_app_id: str | None = None
    trail: RemediationTrail | None = None
    first_read: timedelta = timedelta(days=7)
