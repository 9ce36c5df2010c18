"""The risk formula, third part: who let the app in, and how it is looked after."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from shared.domain import hygiene
from shared.domain.apps import App, Origin
from shared.domain.judge_traits import is_at_least_one
from shared.domain.known import UNKNOWN, Known
from shared.domain.privileges import Privilege
from shared.domain.risk_case import (
    Judge,
    RiskCase,
    RiskPart,
    RiskRow,
    equals,
    is_application,
    is_for_all,
    is_for_some,
    when,
)


def _is_let_in_for_all(case: RiskCase) -> Known[str]:
    if case.app.permissions is UNKNOWN:
        return UNKNOWN
    return when(_reaches_every_user(case.app), "an administrator let it in for the whole tenant")


def _is_let_in_by_users(case: RiskCase) -> Known[str]:
    by_users: Known[bool] = UNKNOWN
    if case.app.permissions is not UNKNOWN:
        by_users = any(map(is_for_some, case.app.permissions or ()))
    answer = hygiene.all_known((equals(case.app.origin, Origin.EXTERNAL), by_users))
    return when(answer, "comes from another organisation, and users let it in")


def _reaches_every_user(app: App) -> bool:
    """A consent for all takes the place of those of single users: it must not count for less than they did. Nor must an
    application permission, which needs no user.
    """
    return any(is_application(held) or is_for_all(held) for held in app.permissions or ())


def _has_most_users(case: RiskCase) -> Known[str]:
    return "may reach every user" if _reaches_every_user(case.app) else _has_users(1000)(case)


def _has_users(count: int) -> Judge:
    def judge(case: RiskCase) -> Known[str]:
        users = case.app.consented_users
        if users is UNKNOWN:
            return UNKNOWN
        return f"{users} users consented" if users is not None and users >= count else None

    return judge


def _has_privileged_users(case: RiskCase) -> Known[str]:
    users = case.app.privileged_users
    if not users and _reaches_every_user(case.app):
        return "may reach every user, administrators among them"
    return when(is_at_least_one(users), f"of the users who consented, {users} hold directory roles")


def _has_priority_users(case: RiskCase) -> Known[str]:
    users = case.app.priority_users
    if not users and _reaches_every_user(case.app):
        return when(case.app.has_priority_accounts, "may reach every user, priority accounts among them")
    return when(is_at_least_one(users), f"of the users who consented, {users} are priority accounts")


def _has(rule: Callable[[App, datetime], Known[bool]], reason: str) -> Judge:
    return lambda case: when(rule(case.app, case.now), reason)


def _owned_with(rule: Callable[[App], Known[bool]], reason: str) -> Judge:
    """Of the tenant's own apps only: those of another organisation are changed over there."""
    return lambda case: when(hygiene.all_known((equals(case.app.origin, Origin.INTERNAL), rule(case.app))), reason)


def _is_unused_with_privilege(case: RiskCase) -> Known[str]:
    held, roles = case.app.permissions, case.app.directory_roles
    may = hygiene.any_known(
        (
            UNKNOWN if held is UNKNOWN else any(each.privilege is not Privilege.LOW for each in held or ()),
            UNKNOWN if roles is UNKNOWN else bool(roles),
        )
    )
    answer = hygiene.all_known((hygiene.is_unused(case.app, case.now), may))
    return when(answer, f"has not been used for {hygiene.UNUSED_AFTER.days} days and keeps what it may do")


_CONSENT = RiskPart(
    title="Consent",
    only_first=True,
    rows=(
        RiskRow("letInForAll", 4, "An administrator let it in for the whole tenant.", _is_let_in_for_all),
        RiskRow("letInByUsers", 4, "It is at home in another organisation, and users let it in.", _is_let_in_by_users),
    ),
)
_WHOSE = RiskPart(
    title="Whose access it has",
    rows=(
        RiskRow(
            "privilegedUsers",
            8,
            "Users with a directory role consented, or it may reach every user.",
            _has_privileged_users,
        ),
        RiskRow(
            "priorityUsers",
            6,
            "Users of priority accounts consented, or it may reach every user and the tenant has such accounts.",
            _has_priority_users,
        ),
    ),
)
_USERS = RiskPart(
    title="Users",
    only_first=True,
    rows=(
        RiskRow("users1000", 6, "1,000 users or more consented, or it may reach every user.", _has_most_users),
        RiskRow("users100", 4, "100 users or more consented.", _has_users(100)),
        RiskRow("users10", 2, "10 users or more consented.", _has_users(10)),
    ),
)
_CREDENTIALS = RiskPart(
    title="Credentials",
    rows=(
        RiskRow(
            "longLivedCredential",
            5,
            f"A valid secret that lives longer than {hygiene.LONGEST_SECRET.days} days, or a certificate longer than "
            f"{hygiene.LONGEST_CERTIFICATE.days}.",
            _has(hygiene.has_long_lived_credential, "has a credential that lives long"),
        ),
        RiskRow(
            "unusedCredential",
            4,
            f"A valid secret or certificate that has not been used for {hygiene.CREDENTIAL_UNUSED_AFTER.days} days.",
            _has(hygiene.has_unused_credential, "has a valid credential that it does not use"),
        ),
        RiskRow(
            "secret",
            3,
            "A valid secret, where a certificate would not leak.",
            _has(hygiene.has_secret, "signs in with a secret"),
        ),
        RiskRow(
            "severalCredentials",
            3,
            "More than one valid secret or certificate.",
            _has(hygiene.has_several_credentials, "has more than one valid credential"),
        ),
        RiskRow(
            "expiredCredential",
            1,
            "An expired credential that nobody removed.",
            _has(hygiene.has_expired_credential, "keeps an expired credential"),
        ),
    ),
)
_USE = RiskPart(
    title="Use",
    rows=(
        RiskRow(
            "unusedWithPrivilege",
            8,
            f"Not used for {hygiene.UNUSED_AFTER.days} days, with a permission above low privilege or a role.",
            _is_unused_with_privilege,
        ),
    ),
)
_OWNERS = RiskPart(
    title="Owners of the tenant's own apps",
    rows=(
        RiskRow("noOwner", 5, "No owner.", _owned_with(lambda app: hygiene.has_owners(app, 0), "has no owner")),
        RiskRow("singleOwner", 1, "One owner.", _owned_with(lambda app: hygiene.has_owners(app, 1), "has one owner")),
        RiskRow("guestOwner", 6, "A guest is an owner.", _owned_with(hygiene.has_guest_owner, "a guest owns it")),
        RiskRow(
            "disabledOwner",
            4,
            "A disabled account is an owner.",
            _owned_with(hygiene.has_disabled_owner, "a disabled account owns it"),
        ),
    ),
)

UPKEEP: Final = (_CONSENT, _WHOSE, _USERS, _CREDENTIALS, _USE, _OWNERS)
