"""Filtering, sorting, paging and counting in a file of the list."""

import unicodedata
from datetime import UTC, datetime, timedelta
from typing import Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from shared.domain.app_summaries import AppPage, AppQuery, AppSort, AppStatus, AppSummary, Consent, PermissionType
from shared.domain.app_traits import Trait
from shared.domain.apps import Certification, Origin
from shared.domain.privileges import Privilege
from shared.storage.app_list_counts import counts
from shared.storage.app_list_file import ListFile, ListFiles, build
from shared.storage.app_list_pages import page, walk
from shared.storage.app_list_query import place_in
from shared.storage.app_list_rows import ListedApp

type Form = Literal["NFC", "NFD", "NFKC", "NFKD"]

NOW = datetime(2026, 3, 3, tzinfo=UTC)
DAY = timedelta(days=1)
OLD = NOW - 100 * DAY
GRAPH, EXCHANGE = "00000003-0000-0000-c000-000000000000", "00000002-0000-0ff1-ce00-000000000000"

MAILER = AppSummary(
    app_id="a1",
    display_name="Mailer",
    publisher_name="Straße Software",
    publisher_verified=True,
    certification=Certification.PUBLISHER_ATTESTED,
    origin=Origin.EXTERNAL,
    home_tenant_id="11111111-0000-0000-0000-00000000000a",
    privilege=Privilege.HIGH,
    permissions=("Mail.Read", "User.Read"),
    permission_type=PermissionType.MIXED,
    apis=(GRAPH, EXCHANGE),
    directory_roles=("Global Reader",),
    consent=Consent.ADMIN,
    consented_users=40,
    priority_users=2,
    status=AppStatus.ENABLED,
    enabled=True,
    owner_count=2,
    credential_expires=NOW + 10 * DAY,
    created=OLD,
    modified=OLD,
    last_used=NOW - DAY,
    risk=80,
    traits=(Trait.HIGHLY_PRIVILEGED, Trait.EXTERNAL),
    open_traits=(Trait.OVERPRIVILEGED,),
)
ZEBRA = AppSummary(
    app_id="b2",
    display_name="zebra",
    publisher_verified=False,
    origin=Origin.INTERNAL,
    privilege=Privilege.LOW,
    permissions=("User.Read",),
    permission_type=PermissionType.DELEGATED,
    apis=(GRAPH,),
    consent=Consent.USER,
    consented_users=1,
    status=AppStatus.DISABLED,
    enabled=False,
    owner_count=0,
    created=NOW - 7 * DAY,
    modified=NOW - 7 * DAY,
    risk=30,
    traits=(Trait.UNUSED,),
)
UNREAD = AppSummary(app_id="c3", first_seen=NOW, open_traits=(Trait.UNUSED, Trait.EXTERNAL))
GONE = AppSummary(app_id="d4", display_name="Gone", status=AppStatus.DELETED, deleted=NOW, is_watched=False)
MICROSOFT = AppSummary(
    app_id="e5", display_name="Exchange", origin=Origin.MICROSOFT, is_watched=False, is_microsofts=True
)
ROWS = [GONE, MICROSOFT, UNREAD, ZEBRA, MAILER]
EVERYTHING = AppQuery(include_microsoft=True, include_deleted=True)


@pytest.fixture(scope="module")
def files() -> ListFiles:
    return ListFiles()


@pytest.fixture
def listed(files: ListFiles) -> ListFile:
    return listing(files, ROWS)


def listing(files: ListFiles, rows: list[AppSummary]) -> ListFile:
    path = files.new_path()
    build(path, map(ListedApp, rows))
    return ListFile(path)


def read_page(file: ListFile, query: AppQuery, top: int = 100, after: str | None = None) -> AppPage:
    place = place_in(after, query) if after else None
    return file.read(lambda state: page(state, query, top, place, NOW))


def found(file: ListFile, query: AppQuery) -> list[str]:
    return [row.app_id for row in read_page(file, query).apps]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (AppQuery(), "a1 b2 c3"),
        (AppQuery(descending=True), "b2 a1 c3"),
        (AppQuery(include_microsoft=True), "e5 a1 b2 c3"),
        (AppQuery(include_deleted=True), "d4 a1 b2 c3"),
        (AppQuery(status=frozenset({AppStatus.DELETED})), "d4"),
        (AppQuery(status=frozenset({AppStatus.DISABLED, AppStatus.ENABLED})), "a1 b2"),
        (AppQuery(text="ZEB"), "b2"),
        (AppQuery(text="STRASSE"), "a1"),
        (AppQuery(text="C3"), "c3"),
        (AppQuery(text="%"), ""),
        (AppQuery(text="' OR 1 --"), ""),
        (AppQuery(text="\ud800"), ""),
        (AppQuery(app_ids=frozenset({"c3", "a1", "nobody"})), "a1 c3"),
        (AppQuery(origin=frozenset({Origin.INTERNAL, Origin.EXTERNAL})), "a1 b2"),
        (AppQuery(origin=frozenset({Origin.MICROSOFT})), "e5"),
        (AppQuery(privilege=frozenset({Privilege.HIGH})), "a1"),
        (AppQuery(privilege=frozenset()), ""),
        (AppQuery(consent=frozenset({Consent.USER})), "b2"),
        (AppQuery(permission_type=frozenset({PermissionType.MIXED})), "a1"),
        (AppQuery(certification=frozenset({Certification.PUBLISHER_ATTESTED})), "a1"),
        (AppQuery(permission="mail.read"), "a1"),
        (AppQuery(permission="mail"), ""),
        (AppQuery(api=frozenset({EXCHANGE, "unheard of"})), "a1"),
        (AppQuery(api=frozenset({GRAPH})), "a1 b2"),
        (AppQuery(directory_role="global reader"), "a1"),
        (AppQuery(directory_role="Mail.Read"), ""),
        (AppQuery(publisher="straße software"), "a1"),
        (AppQuery(publisher="straße"), ""),
        (AppQuery(home_tenant_id="11111111-0000-0000-0000-00000000000A"), "a1"),
        (AppQuery(enabled=True), "a1"),
        (AppQuery(enabled=False), "b2"),
        (AppQuery(verified=False), "b2"),
        (AppQuery(has_owner=True), "a1"),
        (AppQuery(has_owner=False), "b2"),
        (AppQuery(new=True), "b2 c3"),
        (AppQuery(new=False), "a1"),
        (AppQuery(risk_from=80), "a1"),
        (AppQuery(users_from=1), "a1 b2"),
        (AppQuery(users_from=2), "a1"),
        (AppQuery(priority_users_from=2), "a1"),
        (AppQuery(traits=frozenset({Trait.EXTERNAL, Trait.HIGHLY_PRIVILEGED})), "a1"),
        (AppQuery(traits=frozenset({Trait.EXTERNAL, Trait.UNUSED})), ""),
        (AppQuery(not_traits=frozenset({Trait.EXTERNAL})), "b2"),
        (AppQuery(not_traits=frozenset({Trait.OVERPRIVILEGED})), "b2 c3"),
        (AppQuery(used_before=NOW), "a1 b2"),
        (AppQuery(used_before=NOW - DAY), "b2"),
        (AppQuery(used_after=NOW - DAY), "a1"),
        (AppQuery(used_after=NOW), ""),
        (AppQuery(created_before=NOW - 7 * DAY), "a1"),
        (AppQuery(created_after=NOW - 7 * DAY), "b2"),
        (AppQuery(modified_before=NOW - 7 * DAY), "a1"),
        (AppQuery(modified_after=OLD), "a1 b2"),
        (AppQuery(credential_expires_before=NOW + 11 * DAY), "a1"),
        (AppQuery(credential_expires_before=NOW + 10 * DAY), ""),
        (AppQuery(sort=AppSort.PRIVILEGE), "b2 a1 c3"),
        (AppQuery(sort=AppSort.PRIVILEGE, descending=True), "a1 b2 c3"),
        (AppQuery(sort=AppSort.CREATED, descending=True), "b2 a1 c3"),
        (AppQuery(sort=AppSort.PERMISSION_COUNT, descending=True), "a1 b2 c3"),
        (AppQuery(sort=AppSort.RISK), "b2 a1 c3"),
        (AppQuery(sort=AppSort.LAST_USED), "a1 b2 c3"),
        (AppQuery(sort=AppSort.LAST_USED, descending=True), "a1 c3 b2"),
    ],
)
def test_filters_all_hold_and_what_is_unknown_matches_none_of_them(
    listed: ListFile, query: AppQuery, expected: str
) -> None:
    assert found(listed, query) == expected.split()
    assert read_page(listed, query).total == len(expected.split())


@pytest.mark.parametrize(("descending", "expected"), [(True, "a1 b2 f6 c3"), (False, "f6 b2 a1 c3")])
def test_no_privilege_is_the_lowest_and_an_unknown_one_is_last(
    files: ListFiles, descending: bool, expected: str
) -> None:
    file = listing(files, [*ROWS, AppSummary(app_id="f6", permission_type=PermissionType.NONE)])
    assert found(file, AppQuery(sort=AppSort.PRIVILEGE, descending=descending)) == expected.split()


@pytest.mark.parametrize("sort", list(AppSort))
@pytest.mark.parametrize("descending", [False, True])
def test_what_follows_a_page_is_the_rest_even_if_its_last_app_is_gone(
    files: ListFiles, sort: AppSort, descending: bool
) -> None:
    query = replace(EVERYTHING, sort=sort, descending=descending)
    whole = listing(files, ROWS)
    ordered = found(whole, query)
    assert sorted(ordered) == ["a1", "b2", "c3", "d4", "e5"]
    for number in range(1, len(ordered)):
        token = read_page(whole, query, top=number).next
        without = listing(files, [row for row in ROWS if row.app_id != ordered[number - 1]])
        for file in (whole, without):
            assert [row.app_id for row in read_page(file, query, after=token).apps] == ordered[number:]


names = st.none() | st.text(max_size=4) | st.text(alphabet="aAäß", min_size=1, max_size=300)
summaries = st.builds(
    AppSummary,
    app_id=st.uuids().map(str),
    display_name=names,
    publisher_name=names,
    risk=st.none() | st.integers(1, 100),
    consent=st.sampled_from([None, *Consent]),
    privilege=st.sampled_from([None, *Privilege]),
    enabled=st.sampled_from([None, False, True]),
    created=st.none() | st.datetimes(timezones=st.just(UTC)),
    permissions=st.lists(st.sampled_from(["Mail.Read", "User.Read", "mail.read"]), unique=True).map(tuple),
    traits=st.lists(st.sampled_from(list(Trait)), unique=True, max_size=3).map(tuple),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(summaries, max_size=12, unique_by=lambda row: row.app_id), st.sampled_from(AppSort), st.booleans())
def test_pages_of_any_rows_in_any_order_join_to_all_of_them(
    files: ListFiles, rows: list[AppSummary], sort: AppSort, descending: bool
) -> None:
    file = listing(files, rows)
    query = AppQuery(sort=sort, descending=descending)
    read = read_page(file, query, 3)
    paged = list(read.apps)
    while read.next and len(paged) <= len(rows):
        read = read_page(file, query, 3, read.next)
        paged.extend(read.apps)
    assert sorted(paged, key=lambda row: row.app_id) == sorted(rows, key=lambda row: row.app_id)
    assert file.read(lambda state: [row for batch in walk(state, query, NOW) for row in batch]) == paged


def plain(text: str) -> str:
    """As Unicode compares without case (definition D146)."""
    for _ in range(2):
        text = unicodedata.normalize("NFKC", text).casefold()
    return unicodedata.normalize("NFKC", text)


@pytest.mark.parametrize("name", ["Café", "Ａｐｐ", "ﬁle", "Å", "한글", "ᾳ", "J̌"])
@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
@pytest.mark.parametrize("stored_form", ["NFC", "NFD"])
def test_text_is_found_however_it_is_composed(files: ListFiles, name: str, form: Form, stored_form: Form) -> None:
    row = AppSummary(app_id="a1", display_name=unicodedata.normalize(stored_form, name), publisher_name=name)
    file, asked = listing(files, [row]), unicodedata.normalize(form, name)
    assert found(file, AppQuery(text=asked)) == found(file, AppQuery(publisher=asked)) == ["a1"]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(summaries, max_size=12, unique_by=lambda row: row.app_id), st.text(max_size=3))
def test_text_is_found_wherever_it_stands_whatever_the_case(
    files: ListFiles, rows: list[AppSummary], text: str
) -> None:
    expected = {
        row.app_id
        for row in rows
        if any(
            each is not None and plain(text) in plain(each)
            for each in (row.display_name, row.publisher_name, row.app_id)
        )
    }
    assert set(found(listing(files, rows), AppQuery(text=text))) == expected


def test_counts_are_of_governed_apps_and_say_what_is_unknown(listed: ListFile) -> None:
    counted = listed.read(lambda state: counts(state, EVERYTHING, NOW))
    assert (counted.total, counted.microsoft, counted.deleted) == (3, 1, 1)
    assert counted.by_origin == {"external": 1, "internal": 1, "unknown": 1}
    assert counted.by_privilege == {"high": 1, "low": 1, "unknown": 1}
    assert counted.by_verification == {"verified": 1, "unverified": 1, "unknown": 1}
    assert counted.by_status == {"enabled": 1, "disabled": 1, "unknown": 1}
    assert counted.by_consent == {"admin": 1, "user": 1, "unknown": 1}
    assert counted.by_permission_type == {"mixed": 1, "delegated": 1, "unknown": 1}
    assert counted.by_trait == {"highlyPrivileged": 1, "external": 1, "unused": 1}
    assert counted.open_traits == {"overprivileged": 1, "unused": 1, "external": 1}
    assert counted.by_api == {GRAPH: 2, EXCHANGE: 1}
    assert (counted.consented_users, counted.risky, counted.unscored) == (41, 1, 1)


def test_counts_are_of_the_apps_that_match(listed: ListFile) -> None:
    counted = listed.read(lambda state: counts(state, AppQuery(permission="user.read", users_from=2), NOW))
    assert (counted.total, counted.by_origin, counted.by_api) == (1, {"external": 1}, {GRAPH: 1, EXCHANGE: 1})


def test_an_app_without_permissions_is_counted_as_holding_none(files: ListFiles) -> None:
    file = listing(files, [AppSummary(app_id="f6", permission_type=PermissionType.NONE)])
    assert file.read(lambda state: counts(state, AppQuery(), NOW)).by_privilege == {"none": 1}
