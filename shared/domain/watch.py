"""Since when a tenant is watched. What was there before is told at once as a digest, not one by one."""

from datetime import datetime

from msgspec import Struct

from shared.domain.alerts import EvidenceItem


class Watch(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """``started`` is when collection began; ``first_read_judged`` when every app of the first complete read was judged.

    ``digest_told`` is when the digest of the first read was raised, the last step of beginning to watch.
    """

    started: datetime
    first_read_judged: datetime | None = None
    digest_told: datetime | None = None

    def is_historical(self, item: EvidenceItem) -> bool:
        """Whether a piece of evidence speaks of the time before. What has no time counts as new: better told twice."""
        if item.evidence is not None:
            return item.time is not None and item.time < self.started
        return self.first_read_judged is None or (item.time is not None and item.time <= self.first_read_judged)
