"""What collecting and judging directory audits takes besides; ``Services`` holds it with all the rest."""

from dataclasses import dataclass
from datetime import timedelta

from shared.pipeline.collection.ports import AuditReader, ParkedEvents, RefreshApps, RemediationTrail


@dataclass(frozen=True, kw_only=True)
class AuditServices:
    """Everything is None, or empty, while no tenant is connected: then events are judged at once, with what they say.

    ``own_app_ids`` are the client ids of our identities in the tenant, in lower case; ``remediator_app_id`` is the one
    that may change apps. ``first_read`` is how far back the first pass goes: by default as long as the service keeps
    audits for every tenant.
    """

    audits: AuditReader | None = None
    parked: ParkedEvents | None = None
    refresh: RefreshApps | None = None
    own_app_ids: frozenset[str] = frozenset()
    remediator_app_id: str | None = None
    trail: RemediationTrail | None = None
    first_read: timedelta = timedelta(days=7)
