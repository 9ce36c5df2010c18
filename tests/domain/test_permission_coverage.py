"""Which permissions of an app are needless, because another one allows all of them or because nothing uses them."""

from itertools import combinations

import pytest
from hypothesis import given

from shared.domain.apps import App, PermissionKind, SignIns
from shared.domain.microsoft import EXCHANGE_ONLINE
from shared.domain.permission_table import ROWS
from shared.domain.permission_table.coverage import covering, wider_names
from shared.domain.permission_use import SIGN_IN_SCOPES, is_overprivileged, permission_use, sufficient
from tests.domain.permission_holders import APPLICATION, DELEGATED, LATELY, LONG_AGO, NOW, app, apps, held, uses

CUSTOM_API = "abababab-0000-4000-8000-000000000001"


@pytest.mark.parametrize(
    ("narrow", "wide", "kind"),
    [
        ("Mail.Read", "Mail.ReadWrite", APPLICATION),
        ("Mail.ReadBasic.All", "Mail.ReadWrite", APPLICATION),
        ("Files.Read", "Files.ReadWrite.All", DELEGATED),
        ("Mail.Read", "Mail.ReadWrite.Shared", DELEGATED),
        ("User.ReadBasic.All", "User.Read.All", APPLICATION),
        ("GroupMember.Read.All", "Directory.ReadWrite.All", APPLICATION),
        ("Sites.Read.All", "Sites.FullControl.All", APPLICATION),
        ("RoleManagement.Read.Directory", "RoleManagement.ReadWrite.Directory", APPLICATION),
    ],
)
def test_a_wider_permission_covers_a_narrower_one(narrow: str, wide: str, kind: PermissionKind) -> None:
    found = app(held(narrow, kind), held(wide, kind))
    assert uses(found)[narrow].covered_by == wide
    assert uses(found)[wide].covered_by is None
    told = sufficient(found, NOW)
    assert told
    assert (told.keep, told.remove) == ((wide,), (narrow,))
    assert told.reason == f"{wide} allows all of {narrow}"


@pytest.mark.parametrize(
    ("narrow", "wide", "kind"),
    [
        ("Mail.Send", "Mail.ReadWrite", APPLICATION),
        ("Group.Read.All", "Directory.Read.All", APPLICATION),
        ("Application.Read.All", "Directory.Read.All", APPLICATION),
        ("User.Read.All", "Directory.Read.All", APPLICATION),
        ("User.ReadBasic.All", "Directory.ReadWrite.All", APPLICATION),
        ("User.Read", "User.Read.All", DELEGATED),
        ("Policy.Read.ConditionalAccess", "Policy.ReadWrite.ConditionalAccess", APPLICATION),
        ("Files.ReadWrite", "Files.Read.All", DELEGATED),
    ],
)
def test_what_a_wider_name_does_not_allow_is_not_covered(narrow: str, wide: str, kind: PermissionKind) -> None:
    assert uses(app(held(narrow, kind), held(wide, kind)))[narrow].covered_by is None


def test_neither_another_api_nor_another_kind_covers() -> None:
    apart = app(held("Mail.Read"), held("Mail.ReadWrite", api=EXCHANGE_ONLINE), held("Mail.ReadWrite", DELEGATED))
    assert uses(apart)["Mail.Read"].covered_by is None
    custom = app(held("Mail.Read", api=CUSTOM_API), held("Mail.ReadWrite", api=CUSTOM_API))
    assert uses(custom)["Mail.Read"].covered_by is None


def test_a_consent_of_single_users_does_not_cover_one_of_others() -> None:
    by_users = held("Mail.ReadWrite", DELEGATED, consent_type="Principal")
    assert uses(app(held("Mail.Read", DELEGATED), by_users))["Mail.Read"].covered_by is None


def test_a_permission_is_not_given_up_for_one_that_goes_itself() -> None:
    young, old = held("Mail.Read", granted=LATELY), held("Mail.ReadWrite", granted=LONG_AGO)
    told = sufficient(app(young, old, sign_ins=None), NOW)
    assert told
    assert (told.keep, told.remove) == (("Mail.Read",), ("Mail.ReadWrite",))
    assert told.reason == "it has not signed in as itself for 90 days"


def test_what_signs_users_in_is_never_to_be_removed() -> None:
    signing_in = [held(name, DELEGATED) for name in sorted(SIGN_IN_SCOPES)]
    unused = app(*signing_in, held("Files.Read.All"), sign_ins=None)
    told = sufficient(unused, NOW)
    assert told
    assert told.remove == ("Files.Read.All",)
    assert uses(unused)["User.Read"].used is False
    assert is_overprivileged(app(*signing_in, sign_ins=None), NOW) is False
    assert sufficient(app(*signing_in, sign_ins=None), NOW) is None


def test_permissions_of_one_name_are_told_apart() -> None:
    found = app(held("Mail.Read"), held("Mail.Read", DELEGATED), sign_ins=SignIns(delegated_client=LATELY))
    told = sufficient(found, NOW)
    assert told
    assert told.keep == ("Mail.Read (delegated, Microsoft Graph)",)
    assert told.remove == ("Mail.Read (application, Microsoft Graph)",)


def test_no_two_permissions_cover_each_other() -> None:
    for kind in PermissionKind:
        wider = {row.name: wider_names(row.name, kind) for row in ROWS if row.kind is kind}
        assert not [name for name, found in wider.items() if name in found]
        assert not [pair for pair in combinations(wider, 2) if pair[0] in wider[pair[1]] and pair[1] in wider[pair[0]]]


def test_what_covers_is_never_of_a_lower_privilege() -> None:
    for row in ROWS:
        for name in wider_names(row.name, row.kind):
            other = [one for one in ROWS if (one.api, one.kind, one.name) == (row.api, row.kind, name)]
            assert all(one.privilege.rank >= row.privilege.rank for one in other), (row, other)


@given(apps)
def test_what_suffices_parts_the_permissions_and_loses_only_what_is_unused_or_covered(found: App) -> None:
    told = sufficient(found, NOW)
    held_by_app = found.permissions or ()
    if told is None:
        return
    assert told.remove
    assert told.reason
    assert len(told.keep) + len(told.remove) == len(held_by_app)
    assert not set(told.keep) & set(told.remove)
    kept = [one for one in held_by_app if any(label.split(" ")[0] == one.name for label in told.keep)]
    for use in permission_use(found, NOW) or ():
        if use.permission not in kept:
            assert use.used is False or covering(use.permission, kept)
