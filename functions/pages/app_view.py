"""The page of an app: how risky it is and why, what it may do, who let it in, and what was done about it."""

import asyncio
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from functions.pages.answers import View
from functions.pages.app_exemptions import app_exemptions
from functions.pages.data_use_view import HEIGHT, WIDTH, bars, told
from functions.pages.exemptions_view import RefusedExemption
from functions.pages.inventory_parts import report_of_use, unread_parts
from functions.pages.switching import switching_of
from shared.domain.app_summaries import RISKY_FROM
from shared.domain.escalation import EscalationPath
from shared.domain.inventory_reads import ReadStage
from shared.domain.privileges import Privilege
from shared.domain.remediation_records import RemediationQuery
from shared.domain.risk_formula import FORMULA
from shared.domain.roles import Caller
from shared.domain.usage_reads import UsageReport
from shared.pipeline.inventory.app_details import HeldPermission, app_details
from shared.pipeline.inventory.app_list import Completeness, Part
from shared.pipeline.inventory.app_timeline import app_timeline
from shared.pipeline.remediation.list_remediations import list_remediations
from shared.pipeline.services import Services

_ALERTS, _REMEDIATIONS, _TIMELINE, _PATHS = 10, 10, 10, 50

_EARNS: Final = {row.id: row.earns for part in FORMULA for row in part.rows}
"""What a row of the risk formula asks, by its id."""

_BROUGHT_BY: Final[Mapping[str, tuple[ReadStage | UsageReport, ...]]] = {
    "permissions": (ReadStage.GRANTS, ReadStage.APP_ROLE_ASSIGNMENTS, UsageReport.SERVICE_PRINCIPAL_SIGN_INS),
    "roles": (ReadStage.ROLE_ASSIGNMENTS,),
    "consents": (ReadStage.GRANTS, ReadStage.USERS),
    "sign_ins": (UsageReport.SERVICE_PRINCIPAL_SIGN_INS,),
    "credentials": (
        ReadStage.SERVICE_PRINCIPALS,
        ReadStage.APPLICATIONS,
        ReadStage.FEDERATED_CREDENTIALS,
        UsageReport.CREDENTIAL_SIGN_INS,
    ),
    "owners": (ReadStage.SERVICE_PRINCIPALS, ReadStage.APPLICATIONS, ReadStage.USERS),
    "addresses": (ReadStage.SERVICE_PRINCIPALS, ReadStage.APPLICATIONS),
    "deletion": (ReadStage.DELETED_APPLICATIONS, ReadStage.DELETED_SERVICE_PRINCIPALS),
}
"""By section of the page, the parts of the inventory that fill it."""


async def app_view(
    services: Services, app_id: str, caller: Caller, now: datetime, refused: RefusedExemption | None = None
) -> View:
    """``app_id`` may be the object id of the app's service principal or registration too. Raises UnknownApp."""
    details = await app_details(services, app_id, now)
    app, paths = details.app, details.paths[:_PATHS]
    query = RemediationQuery(app_id=app.app_id)
    listed, newest, names, exempt = await asyncio.gather(
        list_remediations(services, query, _REMEDIATIONS, None),
        app_timeline(services, app.app_id, _TIMELINE, None),
        _names(services, paths),
        app_exemptions(services, app.app_id, caller, now, refused),
    )
    last_read = details.completeness.last_complete_read
    report = report_of_use(details.completeness)
    by_month = bars(app.data_use.months) if app.data_use else []
    values = {
        **exempt,
        "details": details,
        "app": app,
        "report_read": report.state.last_read if report else None,
        "risky_from": RISKY_FROM,
        "earns": _EARNS,
        "months": by_month,
        "months_told": told(by_month),
        "chart": (WIDTH, HEIGHT),
        "paths": paths,
        "paths_left_out": len(details.paths) - len(paths),
        "names": names,
        "permissions": _by_privilege(details.permissions or ()),
        "alerts": details.alerts[:_ALERTS],
        "has_more_alerts": len(details.alerts) > _ALERTS,
        "remediations": listed.remediations,
        "switching": switching_of(app, listed.remediations, services.guards, last_read),
        "newest": newest.entries,
        "has_priority_accounts": bool(services.priority_users or services.priority_group_ids),
        "completeness": details.completeness,
        "unread": _unread(details.completeness),
    }
    return View(template="app.html", values=values, status=refused.status if refused is not None else 200)


def _by_privilege(held: Iterable[HeldPermission]) -> dict[Privilege, list[HeldPermission]]:
    """The highest first, without those of which it holds none."""
    groups: dict[Privilege, list[HeldPermission]] = {}
    for one in held:
        groups.setdefault(one.use.permission.privilege, []).append(one)
    return dict(sorted(groups.items(), key=lambda group: -group[0].rank))


def _unread(completeness: Completeness) -> dict[str, tuple[Part, ...]]:
    return {section: unread_parts(completeness, *names) for section, names in _BROUGHT_BY.items()}


async def _names(services: Services, paths: Iterable[EscalationPath]) -> dict[str, str | None]:
    """Of the apps that these paths go through, as far as the list has them."""
    through = sorted({app_id for path in paths for app_id in path.through})
    rows = await services.app_list.rows(through) if through else {}
    return {app_id: row.display_name for app_id, row in rows.items()}
