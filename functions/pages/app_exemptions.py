"""On the page of an app: which policies leave it alone, and the form by which all of them do."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from functions.pages.exemption_forms import AppExemptionForm
from functions.pages.exemptions_view import USUAL, RefusedExemption, exempt, may_exempt
from shared.domain.exemptions import ALL_POLICIES, LONGEST
from shared.domain.roles import Caller
from shared.pipeline.governance.edit import Edit
from shared.pipeline.governance.exemptions import list_exemptions
from shared.pipeline.inventory.app_list import find_app
from shared.pipeline.services import Services


async def app_exemptions(
    services: Services, app_id: str, caller: Caller, now: datetime, refused: RefusedExemption | None
) -> Mapping[str, Any]:
    """What the page shows of them. ``app_id`` is the appId."""
    found = await list_exemptions(services, now, app_id=app_id)
    return {
        "exemptions": [one for one in found if one.holds(now)],
        "all_policies": ALL_POLICIES,
        "may_exempt": may_exempt(services, caller),
        "refused_exemption": refused,
        "usual_exemption": (now + USUAL).date(),
        "longest_exemption": (now + LONGEST).date(),
    }


async def exempt_from_all(services: Services, app_id: str, form: AppExemptionForm, edit: Edit) -> None:
    """``app_id`` may be any id of the app. Raises UnknownApp, PolicyRefused, ActingPolicy."""
    app = await find_app(services, app_id)
    await exempt(services, ALL_POLICIES, app.app_id, form, edit)
