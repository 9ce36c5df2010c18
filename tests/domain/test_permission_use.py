"""Whether an app uses its permissions, by its requests and by the report of sign-in activity."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from msgspec import structs

from shared.domain.apps import App, Permission, SignIns
from shared.domain.events import Service
from shared.domain.known import UNKNOWN, Known
from shared.domain.microsoft import DATA_APIS, EXCHANGE_ONLINE
from shared.domain.permission_activity import PermissionActivity
from shared.domain.permission_use import SIGN_IN_SCOPES, is_overprivileged, permission_use, sufficient
from tests.domain.permission_holders import DELEGATED, LATELY, LONG_AGO, NOW, app, apps, held, uses

CUSTOM_API = "abababab-0000-4000-8000-000000000001"


def test_application_permissions_are_unused_where_the_app_no_longer_signs_in_as_itself() -> None:
    found = uses(app(held("Mail.Read"), held("User.Read", DELEGATED), sign_ins=SignIns(delegated_client=LATELY)))
    assert found["Mail.Read"].used is False
    assert found["Mail.Read"].last_used is None
    assert found["Mail.Read"].basis == "has not signed in as itself for 90 days"
    assert found["User.Read"].used is UNKNOWN


def test_delegated_permissions_are_unused_where_the_app_no_longer_signs_in_for_users() -> None:
    sign_ins = SignIns(delegated_client=LONG_AGO, application_client=LATELY)
    found = uses(app(held("Mail.Read"), held("Calendars.Read", DELEGATED), sign_ins=sign_ins))
    assert found["Calendars.Read"].used is False
    assert found["Calendars.Read"].last_used == LONG_AGO
    assert found["Mail.Read"].used is UNKNOWN


@pytest.mark.parametrize("others", [(), (held("Files.Read.All"),)])
def test_a_sign_in_does_not_tell_what_was_wanted(others: tuple[Permission, ...]) -> None:
    found = uses(app(held("Mail.Read"), *others, sign_ins=SignIns(application_client=LATELY)))
    assert {use.used for use in found.values()} == {UNKNOWN}
    assert found["Mail.Read"].basis == "signs in as itself, which does not tell what it uses"


def test_being_called_by_others_is_no_use_of_its_own_permissions() -> None:
    sign_ins = SignIns(delegated_resource=LATELY, application_resource=LATELY, last=LATELY)
    assert uses(app(held("Mail.Read"), sign_ins=sign_ins))["Mail.Read"].used is False


def test_an_app_that_the_report_does_not_name_uses_nothing() -> None:
    assert uses(app(held("Mail.Read"), sign_ins=None))["Mail.Read"].used is False


def test_nothing_is_known_where_the_report_was_not_read() -> None:
    use = uses(app(held("Mail.Read")))["Mail.Read"]
    assert use.used is UNKNOWN
    assert use.basis == "no report of sign-in activity has told of this app yet"


@pytest.mark.parametrize(
    ("created", "first_seen", "granted", "used"),
    [
        (LONG_AGO, None, None, False),
        (LATELY, None, None, UNKNOWN),
        (LONG_AGO, None, LATELY, UNKNOWN),
        (UNKNOWN, None, None, UNKNOWN),
        (None, None, None, UNKNOWN),
        (UNKNOWN, LONG_AGO, None, False),
        (UNKNOWN, LATELY, None, UNKNOWN),
        (UNKNOWN, LATELY, LONG_AGO, False),
    ],
)
def test_what_was_held_for_less_than_90_days_is_not_called_unused(
    created: Known[datetime], first_seen: datetime | None, granted: datetime | None, used: Known[bool]
) -> None:
    found = App(
        app_id="11111111-0000-4000-8000-000000000001",
        permissions=(held("Mail.Read", granted=granted),),
        sign_ins=None,
        use_read=NOW,
        created=created,
        first_seen=first_seen,
    )
    assert uses(found)["Mail.Read"].used is used


@pytest.mark.parametrize(
    ("first_seen", "modified", "used"),
    [
        (LONG_AGO, None, False),
        (LONG_AGO, LONG_AGO, False),
        (LONG_AGO, LATELY, UNKNOWN),
        (LATELY, None, UNKNOWN),
        (LATELY, LONG_AGO, UNKNOWN),
        (None, LONG_AGO, UNKNOWN),
        (NOW - timedelta(days=90), NOW - timedelta(days=90), False),
        (LONG_AGO, NOW - timedelta(days=89), UNKNOWN),
    ],
)
def test_a_delegated_permission_is_as_old_as_the_last_change_of_its_app_that_was_seen(
    first_seen: datetime | None, modified: datetime | None, used: Known[bool]
) -> None:
    old = app(held("Mail.Read", DELEGATED), sign_ins=None)
    found = structs.replace(old, first_seen=first_seen, modified=modified)
    assert uses(found)["Mail.Read"].used is used
    assert is_overprivileged(found, NOW) is (used if used is UNKNOWN else True)


def test_the_ninetieth_day_ends_the_use() -> None:
    for days, used in ((89, UNKNOWN), (90, False)):
        sign_ins = SignIns(application_client=NOW - timedelta(days=days))
        assert uses(app(held("Mail.Read"), sign_ins=sign_ins))["Mail.Read"].used is used


def test_permissions_that_nobody_read_have_no_use() -> None:
    unread = App(app_id="11111111-0000-4000-8000-000000000001", sign_ins=None, created=LONG_AGO)
    assert permission_use(unread, NOW) is None
    assert is_overprivileged(unread, NOW) is UNKNOWN
    assert sufficient(unread, NOW) is None


def test_an_app_without_permissions_is_not_overprivileged() -> None:
    assert is_overprivileged(app(sign_ins=None), NOW) is False


def test_an_unused_permission_to_data_makes_an_app_overprivileged() -> None:
    unused = app(held("Mail.Read"), held("User.Read", DELEGATED), sign_ins=SignIns(delegated_client=LATELY))
    assert is_overprivileged(unused, NOW) is True


@pytest.mark.parametrize("api", [CUSTOM_API, None])
def test_an_unused_permission_to_anything_else_does_not(api: str | None) -> None:
    assert is_overprivileged(app(held("Things.Read", api=api), sign_ins=None), NOW) is not True


def test_signing_in_is_no_data() -> None:
    assert is_overprivileged(app(held("openid", DELEGATED), held("User.Read", DELEGATED), sign_ins=None), NOW) is False


def test_of_an_app_that_signs_in_nobody_can_tell_whether_it_needs_all() -> None:
    found = app(held("Mail.Read"), sign_ins=SignIns(application_client=LATELY))
    assert is_overprivileged(found, NOW) is UNKNOWN
    assert sufficient(found, NOW) is None


@given(apps)
def test_use_and_its_last_sign_agree(found: App) -> None:
    told = permission_use(found, NOW)
    assert told is not None
    assert [use.permission for use in told] == list(found.permissions or ())
    for use in told:
        assert use.basis
        assert use.used is not True
        if use.used is False:
            assert use.last_used is None or NOW - use.last_used >= timedelta(days=90)
        else:
            assert use.last_used is None


@given(apps)
def test_overprivileged_is_what_the_uses_say(found: App) -> None:
    to_data = [use for use in permission_use(found, NOW) or () if use.permission.resource_app_id in DATA_APIS]
    overprivileged = is_overprivileged(found, NOW)
    if overprivileged is True:
        assert any(use.used is False for use in to_data)
    if overprivileged is False:
        assert all(use.used is not False for use in to_data if use.permission.name not in SIGN_IN_SCOPES)
    if found.sign_ins is UNKNOWN:
        assert overprivileged is not True


def watched(found: App, days: int = 100, **told: object) -> App:
    """With every request of the last days collected."""
    activity = PermissionActivity(through=NOW, since=NOW - timedelta(days=days), **told)  # type: ignore[arg-type]  # by name
    return structs.replace(found, permission_use=activity)


def test_a_permission_is_used_where_a_request_took_it() -> None:
    found = watched(app(held("Mail.Read")), 5, last_used={"application Mail.Read": LATELY})
    use = uses(found)["Mail.Read"]
    assert (use.used, use.last_used) == (True, LATELY)
    assert is_overprivileged(found, NOW) is False


def test_a_permission_that_no_request_took_is_unused_though_the_app_signs_in() -> None:
    sign_ins = SignIns(application_client=LATELY)
    found = watched(
        app(held("Mail.Read"), held("Files.Read.All"), sign_ins=sign_ins), last_used={"application Mail.Read": LATELY}
    )
    use = uses(found)["Files.Read.All"]
    assert use.used is False
    assert use.basis == "has made no request to Microsoft Graph in 90 days that takes this"
    assert is_overprivileged(found, NOW) is True
    suffices = sufficient(found, NOW)
    assert suffices is not None
    assert (suffices.keep, suffices.remove) == (("Mail.Read",), ("Files.Read.All",))
    assert suffices.reason == f"it {use.basis}"


@pytest.mark.parametrize(
    ("held_for", "watched_for", "used"),
    [(200, 91, False), (200, 90, False), (200, 89, UNKNOWN), (40, 40, False), (40, 39, UNKNOWN), (29, 100, UNKNOWN)],
)
def test_unused_takes_that_all_the_time_it_was_held_was_watched(
    held_for: int, watched_for: int, used: Known[bool]
) -> None:
    permission = held("Files.Read.All", granted=NOW - timedelta(days=held_for))
    assert uses(watched(app(permission), watched_for))["Files.Read.All"].used is used


def test_an_unexplained_request_leaves_open_what_was_used() -> None:
    found = app(held("Files.Read.All"), held("Mail.Read", DELEGATED))
    told = uses(watched(found, unexplained={"application": LATELY}))
    assert told["Files.Read.All"].used is UNKNOWN
    assert told["Mail.Read"].used is False


def test_what_the_table_of_paths_does_not_name_is_never_unused_by_requests() -> None:
    assert uses(watched(app(held("Made.Up.All"), held("User.Read", DELEGATED))))["Made.Up.All"].used is UNKNOWN


def test_what_is_no_longer_collected_tells_nothing() -> None:
    old = PermissionActivity(through=NOW - timedelta(days=10), since=NOW - timedelta(days=200))
    assert uses(structs.replace(app(held("Mail.Read")), permission_use=old))["Mail.Read"].used is UNKNOWN


def test_mail_that_was_touched_is_a_use_of_what_allows_that_in_exchange() -> None:
    permissions = (held("full_access_as_app", api=EXCHANGE_ONLINE), held("Exchange.ManageAsApp", api=EXCHANGE_ONLINE))
    told = uses(watched(app(*permissions), services={Service.EXCHANGE: date(2026, 2, 20)}))
    assert told["full_access_as_app"].used is True
    assert told["Exchange.ManageAsApp"].used is UNKNOWN


def test_what_happened_before_a_permission_was_granted_is_no_use_of_it() -> None:
    granted = NOW - timedelta(days=40)
    mail = held("full_access_as_app", api=EXCHANGE_ONLINE, granted=granted)
    before = granted - timedelta(days=2)
    found = watched(
        app(held("Mail.Read", granted=granted), mail),
        last_used={"application Mail.Read": before},
        services={Service.EXCHANGE: before.date()},
    )
    assert (uses(found)["Mail.Read"].used, uses(found)["Mail.Read"].last_used) == (False, None)
    assert uses(found)["full_access_as_app"].used is UNKNOWN
    since = watched(found, last_used={"application Mail.Read": granted}, services={Service.EXCHANGE: granted.date()})
    assert {one.used for one in uses(since).values()} == {True}
