"""The risk score: bounded, explained, and never lower for more access."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as some
from msgspec import structs

from shared.domain.app_summaries import RISKY_FROM
from shared.domain.apps import (
    App,
    Certification,
    Credential,
    DirectoryRole,
    Origin,
    Permission,
    PermissionKind,
    SignIns,
)
from shared.domain.escalation import EscalationTarget, own_targets
from shared.domain.escalation_table import GLOBAL_ADMINISTRATOR, ROLES
from shared.domain.events import CredentialKind
from shared.domain.known import UNKNOWN, Known
from shared.domain.microsoft import EXCHANGE_ONLINE, MICROSOFT_GRAPH
from shared.domain.permissions import DATA_WIDE_APP_ROLES, RISKY_SCOPES, TIER0_APP_ROLES
from shared.domain.privileges import Privilege
from shared.domain.risk import Risk, known_score, risk_of
from shared.domain.risk_formula import FORMULA
from tests.domain.risk_apps import DAY, NOW, QUIET, delegated, permission, scored

NAMES = sorted(DATA_WIDE_APP_ROLES | RISKY_SCOPES | TIER0_APP_ROLES | {"User.Read", "openid", "Unheard.Of"})


permissions = some.builds(
    permission,
    some.sampled_from(NAMES),
    some.sampled_from(PermissionKind),
    consent_type=some.sampled_from(["AllPrincipals", "Principal", None]),
    api=some.sampled_from([MICROSOFT_GRAPH, EXCHANGE_ONLINE, None, "99999999-9999-4999-8999-999999999999"]),
)
roles = some.builds(
    DirectoryRole,
    template_id=some.sampled_from([*sorted(ROLES), "custom"]),
    scope=some.sampled_from(["/", "/administrativeUnits/1"]),
)
dates = some.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1), timezones=some.just(UTC))  # noqa: DTZ001 -- bounds
credentials = some.builds(
    Credential,
    kind=some.sampled_from(CredentialKind),
    start=some.none() | dates,
    end=some.none() | dates,
    last_used=some.just(UNKNOWN) | some.none() | dates,
)
apps = some.builds(
    App,
    app_id=some.just("a"),
    display_name=some.none() | some.text(max_size=8),
    origin=some.just(UNKNOWN) | some.sampled_from(Origin),
    created=some.just(UNKNOWN) | some.none() | dates,
    publisher_verified=some.sampled_from([True, False, None, UNKNOWN]),
    certification=some.just(UNKNOWN) | some.sampled_from(Certification),
    permissions=some.just(UNKNOWN) | some.lists(permissions, max_size=50).map(tuple),
    directory_roles=some.just(UNKNOWN) | some.lists(roles, max_size=3).map(tuple),
    credentials=some.just(UNKNOWN) | some.lists(credentials, max_size=4).map(tuple),
    reply_urls=some.just(UNKNOWN) | some.lists(some.text(max_size=30), max_size=3).map(tuple),
    consented_users=some.sampled_from([UNKNOWN, None, 0, 9, 10, 5000]),
    privileged_users=some.sampled_from([UNKNOWN, None, 0, 3]),
    owner_count=some.sampled_from([UNKNOWN, None, 0, 1, 2]),
    sign_ins=some.sampled_from([UNKNOWN, None, SignIns(last=NOW - DAY), SignIns(last=NOW - 200 * DAY)]),
    use_read=some.sampled_from([None, NOW]),
    credential_use_read=some.sampled_from([None, NOW]),
    disabled_by_microsoft=some.sampled_from([True, False, None, UNKNOWN]),
)
targets = some.frozensets(some.sampled_from(EscalationTarget))


@given(apps, targets)
def test_the_score_is_the_sum_of_its_factors_between_1_and_100(app: App, reached: frozenset[EscalationTarget]) -> None:
    risk = risk_of(app, NOW, reached)
    assert risk.score == min(max(sum(factor.points for factor in risk.factors), 1), 100)
    assert [factor.points for factor in risk.factors] == sorted((f.points for f in risk.factors), reverse=True)
    assert all(factor.reason for factor in risk.factors)


@given(apps, targets)
def test_every_row_is_earned_or_not_or_unknown_but_never_two_of_these(
    app: App, reached: frozenset[EscalationTarget]
) -> None:
    risk = risk_of(app, NOW, reached)
    told = [factor.factor for factor in risk.factors] + list(risk.unknown)
    assert len(told) == len(set(told))
    assert set(told) <= set(row_ids())


@given(apps.filter(lambda app: app.permissions is not UNKNOWN), permissions)
def test_one_more_permission_never_lowers_the_score(app: App, more: Permission) -> None:
    wider = structs.replace(app, permissions=(*(app.permissions or ()), more))
    assert risk_of(wider, NOW, own_targets(wider)).score >= risk_of(app, NOW, own_targets(app)).score


@given(apps.filter(lambda app: app.directory_roles is not UNKNOWN), roles)
def test_one_more_directory_role_never_lowers_the_score(app: App, more: DirectoryRole) -> None:
    wider = structs.replace(app, directory_roles=(*(app.directory_roles or ()), more))
    assert risk_of(wider, NOW, own_targets(wider)).score >= risk_of(app, NOW, own_targets(app)).score


@given(apps.filter(lambda app: app.permissions), some.integers(0), some.booleans() | some.just(UNKNOWN))
def test_a_grant_for_all_in_place_of_one_for_users_never_lowers_the_score(
    app: App, index: int, has_priority_accounts: Known[bool]
) -> None:
    """The users who consented are gone with their grants; priority accounts are among them where there are any."""
    held = list(app.permissions or ())
    index %= len(held)
    kind = PermissionKind.DELEGATED
    held[index] = structs.replace(held[index], kind=kind, consent_type="Principal")
    by_users = structs.replace(
        app,
        permissions=tuple(held),
        has_priority_accounts=has_priority_accounts,
        priority_users=UNKNOWN if has_priority_accounts is UNKNOWN else int(has_priority_accounts is True),
    )
    held[index] = structs.replace(held[index], consent_type="AllPrincipals")
    gone = 0 if has_priority_accounts is not UNKNOWN else UNKNOWN
    for_all = structs.replace(
        by_users, permissions=tuple(held), consented_users=0, privileged_users=0, priority_users=gone
    )
    assert risk_of(for_all, NOW, own_targets(for_all)).score >= risk_of(by_users, NOW, own_targets(by_users)).score


@given(apps, targets)
def test_reaching_more_never_lowers_the_score(app: App, reached: frozenset[EscalationTarget]) -> None:
    assert risk_of(app, NOW, frozenset(EscalationTarget)).score >= risk_of(app, NOW, reached).score


@given(apps, some.randoms())
def test_the_order_of_permissions_does_not_matter(app: App, order: random.Random) -> None:
    held = list(app.permissions or ())
    order.shuffle(held)
    if app.permissions is not UNKNOWN:
        shuffled = structs.replace(app, permissions=tuple(held))
        assert risk_of(shuffled, NOW, frozenset()) == risk_of(app, NOW, frozenset())


def row_ids() -> Iterator[str]:
    return (row.id for part in FORMULA for row in part.rows)


def test_rows_have_ids_of_their_own_and_points() -> None:
    ids = list(row_ids())
    assert len(ids) == len(set(ids))
    assert all(row.points for part in FORMULA for row in part.rows)


def test_where_only_the_first_row_counts_it_is_the_greatest() -> None:
    for part in FORMULA:
        points = [row.points for row in part.rows]
        assert not part.only_first or points == sorted(points, reverse=True)


def test_an_app_that_earns_nothing_scores_1() -> None:
    assert scored() == Risk(score=1, factors=())


def test_of_an_app_that_nobody_read_every_row_is_unknown() -> None:
    assert set(risk_of(App(app_id="a"), NOW, frozenset()).unknown) == set(row_ids())


def test_an_app_whose_permissions_nobody_read_has_no_score_to_compare_by() -> None:
    assert known_score(structs.replace(QUIET, permissions=UNKNOWN), NOW, frozenset()) is UNKNOWN
    assert known_score(QUIET, NOW, frozenset()) == 1


def test_an_application_permission_weighs_more_than_one_for_all_and_that_more_than_one_for_some() -> None:
    scores = [
        scored(permissions=(held,)).score
        for held in (
            permission("Files.ReadWrite.All"),
            delegated("Files.ReadWrite.All", "AllPrincipals"),
            delegated("Files.ReadWrite.All", "Principal"),
        )
    ]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == len(scores)


def test_a_verified_publisher_lowers_the_score() -> None:
    held = (permission("Files.Read.All"),)
    assert scored(permissions=held, publisher_verified=True).score < scored(permissions=held).score


def test_hostile_names_in_a_reason_hide_nothing() -> None:
    held = (permission("Fil\u202ees.Read.All"),)
    reasons = [factor.reason for factor in scored(permissions=held).factors]
    assert not any("\u202e" in reason for reason in reasons)


def test_an_app_that_can_become_global_administrator_is_risky() -> None:
    assert scored(permissions=(permission("RoleManagement.ReadWrite.Directory"),)).score >= RISKY_FROM
    assert scored(directory_roles=(DirectoryRole(template_id=GLOBAL_ADMINISTRATOR),)).score >= RISKY_FROM


def test_an_unverified_app_of_others_that_reads_all_mail_is_risky_and_one_that_signs_in_is_not() -> None:
    assert scored(permissions=(permission("Mail.Read"),), origin=Origin.EXTERNAL).score >= RISKY_FROM
    signing_in = (delegated("User.Read", "Principal"), delegated("openid", "Principal"))
    assert all(held.privilege is Privilege.LOW for held in signing_in)
    assert scored(permissions=signing_in, origin=Origin.EXTERNAL).score < RISKY_FROM / 2


def test_a_deleted_app_is_scored_as_before() -> None:
    held = (permission("Mail.Read"),)
    assert scored(permissions=held, deleted=NOW) == scored(permissions=held)
