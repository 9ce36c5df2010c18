"""Filtering, sorting and paging the list of apps."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.domain.app_selection import place_of, rest_after, select
from shared.domain.app_summaries import AppQuery, AppSort, AppSummary, Consent, summary_of
from shared.domain.apps import App, Origin, Permission, PermissionKind
from shared.domain.privileges import Privilege

NOW = datetime(2026, 3, 3, tzinfo=UTC)
OLD = NOW - timedelta(days=100)

MAILER = AppSummary(
    app_id="a1",
    display_name="Mailer",
    publisher_name="Contoso",
    publisher_verified=True,
    origin=Origin.EXTERNAL,
    privilege=Privilege.HIGH,
    permissions=("Mail.Read", "User.Read"),
    consent=Consent.ADMIN,
    enabled=True,
    owner_count=2,
    created=OLD,
)
ZEBRA = AppSummary(
    app_id="b2",
    display_name="zebra",
    publisher_verified=False,
    origin=Origin.INTERNAL,
    privilege=Privilege.LOW,
    consent=Consent.USER,
    enabled=False,
    owner_count=0,
    created=NOW - timedelta(days=7),
)
UNREAD = AppSummary(app_id="c3", first_seen=NOW)
GONE = AppSummary(app_id="d4", display_name="Gone", deleted=NOW, is_watched=False)
MICROSOFT = AppSummary(app_id="e5", display_name="Exchange", origin=Origin.MICROSOFT, is_watched=False)
ROWS = [GONE, MICROSOFT, UNREAD, ZEBRA, MAILER]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (AppQuery(), "a1 b2 c3"),
        (AppQuery(descending=True), "b2 a1 c3"),
        (AppQuery(include_microsoft=True), "e5 a1 b2 c3"),
        (AppQuery(include_deleted=True), "d4 a1 b2 c3"),
        (AppQuery(text="ZEB"), "b2"),
        (AppQuery(text="contoso"), "a1"),
        (AppQuery(text="C3"), "c3"),
        (AppQuery(origin=frozenset({"internal", "external"})), "a1 b2"),
        (AppQuery(origin=frozenset({"microsoft"})), "e5"),
        (AppQuery(privilege=frozenset({"high"})), "a1"),
        (AppQuery(consent=frozenset({"user"})), "b2"),
        (AppQuery(permission="mail.read"), "a1"),
        (AppQuery(permission="mail"), ""),
        (AppQuery(enabled=True), "a1"),
        (AppQuery(enabled=False), "b2"),
        (AppQuery(verified=False), "b2"),
        (AppQuery(has_owner=True), "a1"),
        (AppQuery(has_owner=False), "b2"),
        (AppQuery(new=True), "b2 c3"),
        (AppQuery(new=False), "a1"),
        (AppQuery(sort=AppSort.PRIVILEGE), "b2 a1 c3"),
        (AppQuery(sort=AppSort.PRIVILEGE, descending=True), "a1 b2 c3"),
        (AppQuery(sort=AppSort.CREATED, descending=True), "b2 a1 c3"),
        (AppQuery(sort=AppSort.PERMISSION_COUNT, descending=True), "a1 c3 b2"),
    ],
)
def test_filters_all_hold_and_what_is_unknown_matches_none_of_them(query: AppQuery, expected: str) -> None:
    assert [row.app_id for row in select(ROWS, query, NOW)] == expected.split()


@pytest.mark.parametrize("sort", list(AppSort))
@pytest.mark.parametrize("descending", [False, True])
def test_what_follows_a_place_is_the_rest_even_if_its_app_is_gone(sort: AppSort, descending: bool) -> None:
    query = AppQuery(sort=sort, descending=descending, include_microsoft=True, include_deleted=True)
    ordered = select(ROWS, query, NOW)
    for number, row in enumerate(ordered):
        place = place_of(row, sort)
        assert rest_after(ordered, query, place) == ordered[number + 1 :]
        assert rest_after([one for one in ordered if one is not row], query, place) == ordered[number + 1 :]


@pytest.mark.parametrize(("descending", "expected"), [(True, "a1 b2 f6 c3"), (False, "f6 b2 a1 c3")])
def test_no_privilege_is_the_lowest_and_an_unknown_one_is_last(descending: bool, expected: str) -> None:
    holds_nothing = AppSummary(app_id="f6", consent=Consent.NONE)
    query = AppQuery(sort=AppSort.PRIVILEGE, descending=descending)
    assert [row.app_id for row in select([*ROWS, holds_nothing], query, NOW)] == expected.split()


def test_an_application_permission_is_an_administrators_consent() -> None:
    held = Permission(name="Mail.Read", kind=PermissionKind.APPLICATION, privilege=Privilege.HIGH)
    own = Permission(name="User.Read", kind=PermissionKind.DELEGATED, privilege=Privilege.LOW, consent_type="Principal")
    consents = [summary_of(App(app_id="a", permissions=each)).consent for each in ((held, own), (own,), ())]
    assert consents == [Consent.ADMIN, Consent.USER, Consent.NONE]
    assert summary_of(App(app_id="a")).consent is None
