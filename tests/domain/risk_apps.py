"""An app of which everything was read and that earns nothing, to be given what earns points."""

from datetime import UTC, datetime, timedelta

from msgspec import structs

from shared.domain.apps import App, Certification, Origin, Owner, Permission, PermissionKind, SignIns
from shared.domain.escalation import own_targets
from shared.domain.microsoft import MICROSOFT_GRAPH
from shared.domain.permissions import privilege_of
from shared.domain.risk import Risk, risk_of

NOW = datetime(2026, 6, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def permission(
    name: str,
    kind: PermissionKind = PermissionKind.APPLICATION,
    *,
    consent_type: str | None = None,
    api: str | None = MICROSOFT_GRAPH,
) -> Permission:
    return Permission(
        name=name, kind=kind, privilege=privilege_of(name, kind), resource_app_id=api, consent_type=consent_type
    )


QUIET = App(
    app_id="a",
    display_name="Payroll",
    created=NOW - 400 * DAY,
    origin=Origin.INTERNAL,
    publisher_name=None,
    publisher_verified=False,
    certification=Certification.NONE,
    permissions=(),
    directory_roles=(),
    credentials=(),
    owners=(
        Owner(id="o", kind="user", guest=False, enabled=True),
        Owner(id="p", kind="user", guest=False, enabled=True),
    ),
    owner_count=2,
    reply_urls=("https://payroll.contoso.example/",),
    consented_users=0,
    priority_users=0,
    privileged_users=0,
    sign_ins=SignIns(last=NOW - DAY),
    use_read=NOW,
    credential_use_read=NOW,
    disabled_by_microsoft=False,
)


def delegated(name: str, consent_type: str) -> Permission:
    return permission(name, PermissionKind.DELEGATED, consent_type=consent_type)


def scored(**facts: object) -> Risk:
    app = structs.replace(QUIET, **facts)
    return risk_of(app, NOW, own_targets(app))
