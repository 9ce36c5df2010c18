"""What an app that is built anew keeps of the one that is stored."""

from datetime import UTC, date, datetime

import pytest

from shared.domain.app_activity import AppActivity
from shared.domain.apps import App
from shared.domain.inventory_reads import ReadStage
from shared.domain.known import UNKNOWN
from shared.pipeline.inventory.carried_over import carried_over, with_modified

ALL = frozenset(ReadStage)
NOW = datetime(2026, 3, 3, tzinfo=UTC)
STORED = App(
    app_id="a",
    activity=AppActivity(through=date(2026, 3, 1)),
    consented_users_before=7,
    consenting_users=("id-ada",),
    consenting_roles=("Global Reader",),
)


def test_what_the_app_did_and_who_had_consented_are_read_elsewhere_and_stay() -> None:
    found = carried_over(App(app_id="a"), STORED, ALL)
    assert (found.activity, found.consented_users_before) == (STORED.activity, 7)
    assert (found.consenting_users, found.consenting_roles) == (UNKNOWN, UNKNOWN)


@pytest.mark.parametrize(
    ("unread", "users", "roles"),
    [
        (ReadStage.GRANTS, ("id-ada",), ("Global Reader",)),
        (ReadStage.USERS, UNKNOWN, ("Global Reader",)),
        (ReadStage.ROLE_ASSIGNMENTS, UNKNOWN, ("Global Reader",)),
    ],
)
def test_who_consented_stays_where_nobody_read_it(unread: ReadStage, users: object, roles: object) -> None:
    found = carried_over(App(app_id="a"), STORED, ALL - {unread})
    assert (found.consenting_users, found.consenting_roles) == (users, roles)


def test_use_and_the_passing_of_time_are_no_change_of_an_app() -> None:
    later = App(app_id="a", activity=AppActivity(through=date(2026, 3, 2)), consented_users_before=8)
    assert with_modified(later, STORED, NOW).modified is None
    other = App(app_id="a", consenting_users=("id-bob",))
    assert with_modified(other, STORED, NOW).modified == NOW
