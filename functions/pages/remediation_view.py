"""The page of a remediation: how far it is, what was before, and the way back."""

from dataclasses import dataclass

from functions.pages.answers import View
from shared.domain.history import first_broken
from shared.domain.remediations import Remediation, steps_of
from shared.pipeline.remediation.errors import UnknownRemediation
from shared.pipeline.services import Services


@dataclass(frozen=True, kw_only=True)
class UndoDeclined:
    """An undo that was not made, and why."""

    reason: str
    message: str
    status: int = 409


async def remediation_view(
    services: Services, remediation_id: str, refresh: bool, declined: UndoDeclined | None = None
) -> View:
    """Raises UnknownRemediation. ``refresh``: the page loads itself again while the remediation runs."""
    found = await services.remediations.get(remediation_id)
    if found is None:
        raise UnknownRemediation(remediation_id)
    remediation = found.remediation
    history = await services.remediations.history(remediation_id)
    alert = await services.alerts.get(remediation.alert_id) if remediation.alert_id else None
    linked = [one for one in (remediation.undoes, remediation.undone_by) if one]
    values = {
        "remediation": remediation,
        "alert_title": alert.alert.title if alert else None,
        "linked": {one.id: one for one in await services.remediations.get_all(linked)},
        "steps": steps_of(remediation),
        "snapshot": await services.remediations.snapshot(remediation_id) or {},
        "history": history[::-1],
        "broken": first_broken(history),
        "refreshes": refresh and not remediation.is_finished,
        "can_be_undone": _can_be_undone(remediation),
        "declined": declined,
    }
    return View(template="remediation.html", values=values, status=declined.status if declined else 200)


def _can_be_undone(remediation: Remediation) -> bool:
    """As far as the remediation itself says; others of the same app may still stand in the way."""
    is_open = remediation.undone_by is None and remediation.undoes is None
    return is_open and remediation.is_finished and remediation.may_have_written
