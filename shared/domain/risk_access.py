"""The risk formula, first part: what the app may do, and what it can become."""

from collections.abc import Callable
from typing import Final

from shared.domain.apps import Permission
from shared.domain.escalation import EscalationTarget
from shared.domain.escalation_table import PRIVILEGED_ROLES
from shared.domain.judge_traits import can_reach
from shared.domain.known import UNKNOWN, Known
from shared.domain.permission_table.content import CONTENT_OF_EVERYBODY, CONTENT_OF_USERS, reaches
from shared.domain.privileges import Privilege
from shared.domain.risk_case import (
    Judge,
    RiskCase,
    RiskPart,
    RiskRow,
    holds,
    is_application,
    is_for_all,
    is_for_some,
    names_of,
    when,
)


def _of(privilege: Privilege, matches: Callable[[Permission], bool]) -> Callable[[Permission], bool]:
    return lambda held: held.privilege is privilege and matches(held)


def _reaches_content_of_all(held: Permission) -> bool:
    return is_application(held) and reaches(CONTENT_OF_EVERYBODY, held.resource_app_id, held.name)


def _reaches_content_of_users(held: Permission) -> bool:
    return not is_application(held) and reaches(CONTENT_OF_USERS, held.resource_app_id, held.name)


def _holds_many(count: int) -> Judge:
    def judge(case: RiskCase) -> Known[str]:
        if case.app.permissions is UNKNOWN:
            return UNKNOWN
        held = {(each.resource_app_id, each.kind, each.name) for each in case.app.permissions or ()}
        return f"holds {len(held)} permissions" if len(held) >= count else None

    return judge


def _holds_role(*, privileged: bool, in_part: bool) -> Judge:
    """``privileged`` and over the whole tenant unless it is ``in_part``; or else any role."""

    def judge(case: RiskCase) -> Known[str]:
        if case.app.directory_roles is UNKNOWN:
            return UNKNOWN
        names = [
            held.name or held.template_id
            for held in case.app.directory_roles or ()
            if (not privileged or held.template_id in PRIVILEGED_ROLES) and (in_part or held.scope == "/")
        ]
        return f"holds {names_of(names)}" if names else None

    return judge


def _reaches(target: EscalationTarget, reason: str) -> Judge:
    return lambda case: when(can_reach(case.app, target, case.reached), reason)


def _holds_any(privilege: Privilege, verb: str, matches: Callable[[Permission], bool]) -> Judge:
    return holds(verb, _of(privilege, matches))


_HIGH, _MEDIUM = Privilege.HIGH, Privilege.MEDIUM
_BY_ITSELF, _FOR_ALL, _FOR_SOME = "acts by itself with", "acts for every user with", "acts for some users with"

_PERMISSIONS = RiskPart(
    title="Permissions",
    only_first=True,
    rows=(
        RiskRow(
            "applicationHigh",
            30,
            "An application permission of high privilege.",
            _holds_any(_HIGH, _BY_ITSELF, is_application),
        ),
        RiskRow(
            "delegatedHighForAll",
            20,
            "A delegated permission of high privilege for all users.",
            _holds_any(_HIGH, _FOR_ALL, is_for_all),
        ),
        RiskRow(
            "delegatedHighForSome",
            16,
            "A delegated permission of high privilege for some users.",
            _holds_any(_HIGH, _FOR_SOME, is_for_some),
        ),
        RiskRow(
            "applicationMedium",
            10,
            "An application permission of medium privilege.",
            _holds_any(_MEDIUM, _BY_ITSELF, is_application),
        ),
        RiskRow(
            "delegatedMediumForAll",
            7,
            "A delegated permission of medium privilege for all users.",
            _holds_any(_MEDIUM, _FOR_ALL, is_for_all),
        ),
        RiskRow(
            "delegatedMediumForSome",
            4,
            "A delegated permission of medium privilege for some users.",
            _holds_any(_MEDIUM, _FOR_SOME, is_for_some),
        ),
        RiskRow("lowOnly", 1, "Permissions, all of low privilege.", holds("holds", lambda _held: True)),
    ),
)
_CONTENT = RiskPart(
    title="Content",
    rows=(
        RiskRow(
            "contentOfEverybody",
            8,
            "An application permission over the content of every mailbox, file, site, chat, notebook or meeting.",
            holds("reaches everybody's content with", _reaches_content_of_all),
        ),
        RiskRow(
            "contentOfUsers",
            4,
            "A delegated permission over users' mail, files, contacts, chats, notes or sites, which phishing asks for.",
            holds("reaches users' content with", _reaches_content_of_users),
        ),
    ),
)
_BREADTH = RiskPart(
    title="Breadth",
    only_first=True,
    rows=(
        RiskRow("permissions40", 6, "40 permissions or more.", _holds_many(40)),
        RiskRow("permissions20", 4, "20 permissions or more.", _holds_many(20)),
        RiskRow("permissions10", 2, "10 permissions or more.", _holds_many(10)),
    ),
)
_ROLES = RiskPart(
    title="Directory roles",
    only_first=True,
    rows=(
        RiskRow(
            "privilegedRole",
            20,
            "A privileged directory role over the whole tenant.",
            _holds_role(privileged=True, in_part=False),
        ),
        RiskRow(
            "privilegedRoleInPart",
            10,
            "A privileged directory role over a part of the tenant.",
            _holds_role(privileged=True, in_part=True),
        ),
        RiskRow("otherRole", 5, "Another directory role.", _holds_role(privileged=False, in_part=True)),
    ),
)
_ESCALATION = RiskPart(
    title="Escalation",
    rows=(
        RiskRow(
            "becomesGlobalAdministrator",
            40,
            "It can become Global Administrator, by what it holds or through apps that it owns.",
            _reaches(EscalationTarget.GLOBAL_ADMINISTRATOR, "can become Global Administrator"),
        ),
        RiskRow(
            "readsEveryMailbox",
            12,
            "It can read every mailbox, by what it holds or through apps that it owns.",
            _reaches(EscalationTarget.EVERY_MAILBOX, "can read every mailbox"),
        ),
    ),
)

ACCESS: Final = (_PERMISSIONS, _CONTENT, _BREADTH, _ROLES, _ESCALATION)
