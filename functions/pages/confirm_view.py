"""The page that says what a remediation would do before anybody asks for it."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from functions.models.problems import ProblemKind
from functions.pages.answers import View
from functions.problems import RequestRefused
from shared.domain.remediations import RemediationAction
from shared.pipeline.remediation.plan_remediation import plan_remediation
from shared.pipeline.services import Services


@dataclass(frozen=True, kw_only=True)
class Declined:
    """A form that asked for nothing to be done in the end, and why; ``active`` is the remediation in its way."""

    reason: str
    message: str
    active: str | None = None
    status: int = 409


def action_of(text: str) -> RemediationAction:
    """Raises RequestRefused for a path that is no action."""
    try:
        return RemediationAction(text)
    except ValueError:
        raise RequestRefused(ProblemKind.NOT_FOUND, "There is no such page.") from None


async def confirm_view(
    services: Services,
    app_id: str,
    action: RemediationAction,
    alert_id: str | None,
    now: datetime,
    declined: Declined | None = None,
) -> View:
    """Raises UnknownApp."""
    values = {
        "plan": await plan_remediation(services, app_id, action, now),
        "alert_id": alert_id,
        "request_key": secrets.token_urlsafe(16),
        "declined": declined,
    }
    return View(template="confirm_remediation.html", values=values, status=declined.status if declined else 200)
