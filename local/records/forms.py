"""Every form in which a collector, a workspace or an export may hand an event over."""

from collections.abc import Callable
from dataclasses import dataclass

from local.records.audits import ELSEWHERE
from local.records.content import Record
from local.records.directory_audits import as_directory_audit
from local.records.log_analytics import as_log_analytics
from local.records.security import SECURITY, as_security_record
from local.records.sign_ins import as_sign_in
from local.records.unified_audit_log import as_unified_audit
from shared.domain.activities import Activity
from shared.domain.events import Event


@dataclass(frozen=True, slots=True)
class Form:
    """One way of delivery. ``write`` takes any event: what this way does not carry comes by the usual one.

    ``never_carries`` names the facts of a directory audit that this form has no place for though another one does.
    """

    name: str
    write: Callable[[Event], Record]
    never_carries: frozenset[str] = frozenset()


def _as_graph(event: Event) -> Record:
    """Microsoft Graph has sign-ins and directory audits; data use comes from the unified audit log."""
    if event.activity is Activity.SIGN_IN:
        return as_sign_in(event)
    if event.activity in SECURITY:
        return as_security_record(event)
    return as_unified_audit(event) if event.activity in ELSEWHERE else as_directory_audit(event)


def _as_unified(event: Event) -> Record:
    """The unified audit log, whose form of sign-ins is not read."""
    if event.activity in SECURITY:
        return as_security_record(event)
    return as_sign_in(event) if event.activity is Activity.SIGN_IN else as_unified_audit(event)


def _as_log_analytics(event: Event) -> Record:
    return as_security_record(event) if event.activity in SECURITY else as_log_analytics(event)


_ACTING_APP_ID = frozenset({"actor.app.appId"})

FORMS = (
    Form("Microsoft Graph", _as_graph, _ACTING_APP_ID),
    Form("Log Analytics", _as_log_analytics, _ACTING_APP_ID),
    # No fractions of a second either.
    Form("unified audit log", _as_unified, frozenset({"client.ipAddress"})),
)
