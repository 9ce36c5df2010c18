"""Apps that hold permissions, made for a test or drawn by hypothesis."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from shared.domain.apps import App, Permission, PermissionKind, SignIns
from shared.domain.known import UNKNOWN, Known
from shared.domain.microsoft import MICROSOFT_GRAPH
from shared.domain.permission_table import ROWS
from shared.domain.permission_use import PermissionUse, permission_use
from shared.domain.permissions import privilege_of

APPLICATION, DELEGATED = PermissionKind.APPLICATION, PermissionKind.DELEGATED
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LONG_AGO, LATELY = NOW - timedelta(days=200), NOW - timedelta(days=3)


def held(
    name: str,
    kind: PermissionKind = APPLICATION,
    *,
    api: str | None = MICROSOFT_GRAPH,
    granted: datetime | None = None,
    consent_type: str | None = "AllPrincipals",
) -> Permission:
    return Permission(
        name=name,
        kind=kind,
        privilege=privilege_of(name, kind, api),
        resource_app_id=api,
        consent_type=consent_type if kind is DELEGATED else None,
        granted=granted,
    )


def app(*permissions: Permission, sign_ins: Known[SignIns] = UNKNOWN, created: Known[datetime] = LONG_AGO) -> App:
    """Seen for long, and not changed since."""
    return App(
        app_id="11111111-0000-4000-8000-000000000001",
        permissions=permissions,
        sign_ins=sign_ins,
        created=created,
        first_seen=LONG_AGO,
        use_read=NOW,
    )


def uses(found: App) -> dict[str, PermissionUse]:
    return {use.permission.name: use for use in permission_use(found, NOW) or ()}


times = st.none() | st.integers(0, 400).map(lambda days: NOW - timedelta(days=days))
rows = st.sampled_from(ROWS)


@st.composite
def permissions(draw: st.DrawFn) -> Permission:
    row = draw(rows)
    consent_type = draw(st.sampled_from(["AllPrincipals", "Principal"]))
    return held(row.name, row.kind, api=row.api, granted=draw(times), consent_type=consent_type)


apps = st.builds(
    App,
    app_id=st.just("11111111-0000-4000-8000-000000000001"),
    permissions=st.lists(
        permissions(), max_size=6, unique_by=lambda one: (one.name, one.kind, one.resource_app_id)
    ).map(tuple),
    sign_ins=st.none()
    | st.just(UNKNOWN)
    | st.builds(SignIns, delegated_client=times, application_client=times, delegated_resource=times),
    use_read=times,
    created=times | st.just(UNKNOWN),
    first_seen=times,
    modified=times,
)
