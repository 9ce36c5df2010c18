"""Pages of remediations, newest first."""

from shared.domain.remediation_records import RemediationPage, RemediationQuery
from shared.domain.remediations import Remediation
from shared.pipeline.remediation.services import RemediationServices

_MOST_READS = 3
"""Pages of ids that one page may cost. Where a status matches little, it is short, even empty."""


async def list_remediations(
    services: RemediationServices, query: RemediationQuery, top: int, after: str | None
) -> RemediationPage:
    """Raises ValueError for an ``after`` that no page gave."""
    found: list[Remediation] = []
    for _ in range(_MOST_READS):
        ids, after = await services.remediation_list.ids(query.app_id, top - len(found), after)
        read = await services.remediations.get_all(ids)
        found += [one for one in read if query.status is None or one.status in query.status]
        if after is None or len(found) >= top:
            break
    return RemediationPage(remediations=tuple(found), next=after)
