"""Whether somebody gave an app back that a policy had switched off: a policy does not take that decision back.

Else an alert that comes and goes, as where the condition asks whether the app is enabled, would switch it off again
right after each undo.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from shared.domain.remediations import Remediation, RemediationStatus, remediation_id_of
from shared.pipeline.remediation.services import RemediationServices
from shared.policies.model import Policy

_STANDS_FOR: Final = timedelta(days=30)
"""As long as a false positive stays quiet."""
_MOST_READ: Final = 50


async def given_back(
    services: RemediationServices, app_id: str, policy: Policy, caused: datetime, now: datetime
) -> str | None:
    """The id of the remediation by which somebody switched the app on, if that still stands against the policy.

    It does where it came after what the policy acts on, whoever had switched the app off, and for 30 days where this
    policy had, in this version. Raises Unavailable.
    """
    app_id = app_id.lower()
    last = (await services.remediations.of_app(app_id)).last_number
    ids = [remediation_id_of(app_id, number) for number in range(last, max(0, last - _MOST_READ), -1)]
    return _standing(await services.remediations.get_all(ids), policy, caused, now)


def _standing(newest_first: Sequence[Remediation], policy: Policy, caused: datetime, now: datetime) -> str | None:
    for place, back in enumerate(newest_first):
        if not _enabled_by_somebody(back):
            continue
        since = back.requested_date_time
        again = any(_switched_off_by(policy, earlier) for earlier in newest_first[place + 1 :])
        stands = since >= caused or (again and now - since <= _STANDS_FOR)
        return back.id if stands else None
    return None


def _enabled_by_somebody(remediation: Remediation) -> bool:
    took_place = remediation.status is not RemediationStatus.REFUSED and (
        remediation.status is not RemediationStatus.FAILED or remediation.may_have_written
    )
    return remediation.target and remediation.policy_id is None and took_place


def _switched_off_by(policy: Policy, remediation: Remediation) -> bool:
    asked = (remediation.policy_id, remediation.policy_version) == (policy.id, policy.version)
    return asked and not remediation.target and remediation.may_have_written
