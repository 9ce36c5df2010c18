"""One app with all that is known and concluded of it: the API and the pages show it and conclude nothing themselves."""

import asyncio
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from shared.domain.alerts import Alert
from shared.domain.app_summaries import AppSummary
from shared.domain.apps import App, Credential
from shared.domain.escalation import EscalationPath
from shared.domain.hygiene import EXPIRES_SOON
from shared.domain.judge_traits import reached_by
from shared.domain.known import UNKNOWN
from shared.domain.permission_reasons import reason_for
from shared.domain.permission_use import PermissionUse, Sufficient, permission_use, sufficient
from shared.domain.risk import Risk, risk_of
from shared.domain.summarize import summary_of
from shared.domain.timeline import TimelineEntry
from shared.pipeline.inventory.admin_links import AdminLinks, admin_links
from shared.pipeline.inventory.app_list import Completeness, get_app
from shared.pipeline.inventory.app_timeline import Grants, grant_of, granted_by
from shared.pipeline.inventory.escalations import escalation_paths
from shared.pipeline.services import Services


class CredentialState(StrEnum):
    """``expiring`` ends within 30 days."""

    ACTIVE = "active"
    EXPIRING = "expiring"
    EXPIRED = "expired"


class HeldCredential(Struct, frozen=True, kw_only=True):
    credential: Credential
    state: CredentialState


class HeldPermission(Struct, frozen=True, kw_only=True):
    """``reason`` says why it has its privilege. ``granted`` tells who granted it last, None where no record does."""

    use: PermissionUse
    reason: str
    granted: TimelineEntry | None


class AppDetails(Struct, frozen=True, kw_only=True):
    """Lists are None where nobody has read them; ``permissions`` stand with the highest privilege first.

    ``row`` is that of the list, and ``risk`` explains its score as of the moment when that was judged.
    ``sufficient`` is None where the app needs all it has, or nothing can tell. ``alerts`` are its newest, open or not;
    at most 50.
    """

    app: App
    row: AppSummary
    permissions: tuple[HeldPermission, ...] | None
    sufficient: Sufficient | None
    credentials: tuple[HeldCredential, ...] | None
    risk: Risk
    paths: tuple[EscalationPath, ...]
    links: AdminLinks
    alerts: tuple[Alert, ...]
    completeness: Completeness

    @property
    def score(self) -> int | None:
        """The score that the list tells: none while nobody has read what the app may do."""
        return None if self.app.permissions is UNKNOWN else self.risk.score


async def app_details(services: Services, app_id: str, now: datetime) -> AppDetails:
    """By appId or by the object id of its service principal or registration. Raises UnknownApp."""
    found = await get_app(services, app_id)
    app = found.app
    rows, grants, paths = await asyncio.gather(
        services.app_list.rows([app.app_id]), granted_by(services, app.app_id), escalation_paths(services, app)
    )
    # The list may not show it yet.
    row = rows.get(app.app_id) or summary_of(app, now, frozenset(path.target for path in paths))
    return AppDetails(
        app=app,
        row=row,
        permissions=_permissions(app, now, grants),
        sufficient=sufficient(app, now),
        credentials=_credentials(app, now),
        # What it reaches is as the list had it: the paths found now may be others.
        risk=risk_of(app, row.judged or now, reached_by(row.traits)),
        paths=paths,
        links=admin_links(app),
        alerts=found.alerts,
        completeness=found.completeness,
    )


def credential_state(credential: Credential, now: datetime) -> CredentialState:
    """By its end alone: one that begins later counts as active."""
    if credential.end is None or credential.end > now + EXPIRES_SOON:
        return CredentialState.ACTIVE
    return CredentialState.EXPIRED if credential.end <= now else CredentialState.EXPIRING


def _permissions(app: App, now: datetime, grants: Grants) -> tuple[HeldPermission, ...] | None:
    uses = permission_use(app, now)
    if uses is None:
        return None
    ordered = sorted(uses, key=lambda use: (-use.permission.privilege.rank, use.permission.name))
    return tuple(
        HeldPermission(
            use=use,
            reason=reason_for(use.permission),
            granted=grant_of(use.permission, app.permissions or (), grants),
        )
        for use in ordered
    )


def _credentials(app: App, now: datetime) -> tuple[HeldCredential, ...] | None:
    if not isinstance(app.credentials, tuple):
        return None
    return tuple(HeldCredential(credential=held, state=credential_state(held, now)) for held in app.credentials)
