"""The page of an app: what it may do, who let it in, who can become it, and what was done about it."""

from datetime import datetime, timedelta
from typing import Final

from functions.pages.answers import View
from functions.pages.switching import switching_of
from shared.domain.apps import App, Credential, Permission
from shared.domain.microsoft import (
    AZURE_AD_GRAPH,
    AZURE_SERVICE_MANAGEMENT,
    EXCHANGE_ONLINE,
    MANAGEMENT_APIS,
    MICROSOFT_GRAPH,
    SHAREPOINT_ONLINE,
)
from shared.domain.permission_reasons import reason_for
from shared.domain.privileges import Privilege
from shared.domain.remediation_records import RemediationQuery
from shared.pipeline.inventory.app_list import get_app
from shared.pipeline.remediation.list_remediations import list_remediations
from shared.pipeline.services import Services

_ALERTS, _REMEDIATIONS = 10, 10
_EXPIRES_SOON = timedelta(days=30)

_API_NAMES: Final = {
    MICROSOFT_GRAPH: "Microsoft Graph",
    EXCHANGE_ONLINE: "Exchange Online",
    SHAREPOINT_ONLINE: "SharePoint Online",
    MANAGEMENT_APIS: "Office 365 Management APIs",
    AZURE_SERVICE_MANAGEMENT: "Azure Service Management",
    AZURE_AD_GRAPH: "Azure AD Graph",
}


async def app_view(services: Services, app_id: str, now: datetime) -> View:
    """``app_id`` may be the object id of the app's service principal or registration too. Raises UnknownApp."""
    found = await get_app(services, app_id)
    app = found.app
    query = RemediationQuery(app_id=app.app_id)
    remediations = (await list_remediations(services, query, _REMEDIATIONS, None)).remediations
    values = {
        "app": app,
        "permissions": _by_privilege(app),
        "api_names": _API_NAMES,
        "credentials": [(one, _state(one, now)) for one in app.credentials or ()],
        "alerts": found.alerts[:_ALERTS],
        "has_more_alerts": len(found.alerts) > _ALERTS,
        "remediations": remediations,
        "switching": switching_of(app, remediations, services.guards, found.completeness.last_complete_read),
        "completeness": found.completeness,
    }
    return View(template="app.html", values=values)


def _by_privilege(app: App) -> dict[Privilege, list[tuple[Permission, str]]]:
    """The highest first, each with its permissions by name."""
    held = sorted(app.permissions or (), key=lambda permission: permission.name)
    return {
        privilege: [(one, reason_for(one)) for one in held if one.privilege is privilege]
        for privilege in sorted(Privilege, key=lambda privilege: privilege.rank, reverse=True)
    }


def _state(credential: Credential, now: datetime) -> str:
    if credential.end is None:
        return "does not expire" if credential.start else "active"
    if credential.end <= now:
        return "expired"
    return "expires soon" if credential.end <= now + _EXPIRES_SOON else "active"
