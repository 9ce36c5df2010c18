"""The guards as they are now: the settings of this process, and the apps that the tenant's own list protects."""

from msgspec.structs import replace

from shared.domain.remediation_guards import GuardSettings
from shared.pipeline.remediation.services import RemediationServices
from shared.policies.lists import PROTECTED_APPS


async def guards_now(services: RemediationServices) -> GuardSettings:
    """Raises Unavailable: without the list, nobody can tell that an app is not on it."""
    listed = await services.named_lists.list_values(PROTECTED_APPS)
    protected = services.guards.protected_app_ids | {app_id.lower() for app_id in listed}
    return replace(services.guards, protected_app_ids=protected)
