"""Each row of the risk formula: what earns it and what does not."""

from datetime import datetime

import pytest

from shared.domain.app_summaries import RISKY_FROM
from shared.domain.apps import Certification, Credential, DirectoryRole, Origin, Owner
from shared.domain.escalation_table import GLOBAL_ADMINISTRATOR
from shared.domain.events import CredentialKind
from shared.domain.risk_formula import FORMULA
from tests.domain.risk_apps import DAY, NOW, delegated, permission, scored


def earned(**facts: object) -> dict[str, int]:
    return {factor.factor: factor.points for factor in scored(**facts).factors}


def key(end: datetime = NOW + 80 * DAY, last_used: datetime | None = NOW - DAY) -> Credential:
    return Credential(kind=CredentialKind.SECRET, start=NOW - 90 * DAY, end=end, last_used=last_used)


EARNED: list[tuple[str, dict[str, object]]] = [
    ("permissions10", {"permissions": tuple(delegated(f"Own.{n}", "Principal") for n in range(10))}),
    ("permissions40", {"permissions": tuple(delegated(f"Own.{n}", "Principal") for n in range(40))}),
    ("privilegedRole", {"directory_roles": (DirectoryRole(template_id=GLOBAL_ADMINISTRATOR),)}),
    ("privilegedRoleInPart", {"directory_roles": (DirectoryRole(template_id=GLOBAL_ADMINISTRATOR, scope="/x"),)}),
    ("otherRole", {"directory_roles": (DirectoryRole(template_id="custom"),)}),
    ("becomesGlobalAdministrator", {"permissions": (permission("RoleManagement.ReadWrite.Directory"),)}),
    ("readsEveryMailbox", {"permissions": (permission("Mail.Read"),)}),
    ("contentOfEverybody", {"permissions": (permission("Files.Read.All"),)}),
    ("contentOfUsers", {"permissions": (delegated("Mail.Read", "Principal"),)}),
    ("external", {"origin": Origin.EXTERNAL}),
    ("unverifiedExternal", {"origin": Origin.EXTERNAL}),
    ("microsofts", {"origin": Origin.MICROSOFT}),
    ("verified", {"publisher_verified": True}),
    ("certified", {"certification": Certification.MICROSOFT_365_CERTIFIED}),
    ("attested", {"certification": Certification.PUBLISHER_ATTESTED}),
    ("new", {"created": NOW - DAY}),
    ("disabledByMicrosoft", {"disabled_by_microsoft": True}),
    ("lookAlikeName", {"display_name": "Micr\u043esoft"}),
    ("lookAlikeName", {"publisher_name": "C\u043entoso"}),
    ("lookAlikeStranger", {"origin": Origin.EXTERNAL, "display_name": "Micr\u043esoft"}),
    ("tunnelReplyUrl", {"reply_urls": ("https://abc.ngrok.io/x",)}),
    ("plainHttpReplyUrl", {"reply_urls": ("HTTP://fabrikam.example/",)}),
    ("localhostReplyUrl", {"reply_urls": ("http://localhost:8080/",)}),
    ("lookAlikeReplyUrl", {"reply_urls": ("https://c\u043entoso.example/",)}),
    ("lookAlikeReplyUrl", {"reply_urls": ("https://xn--cntoso-wqf.example/",)}),
    ("letInForAll", {"permissions": (delegated("User.Read", "AllPrincipals"),)}),
    ("letInByUsers", {"permissions": (delegated("User.Read", "Principal"),), "origin": Origin.EXTERNAL}),
    ("privilegedUsers", {"privileged_users": 1}),
    ("priorityUsers", {"priority_users": 1}),
    ("users10", {"consented_users": 99}),
    ("users100", {"consented_users": 999}),
    ("users1000", {"consented_users": 1000}),
    ("noOwner", {"owners": (), "owner_count": 0}),
    ("unusedWithPrivilege", {"sign_ins": None, "permissions": (permission("Files.Read.All"),)}),
    ("unusedWithPrivilege", {"sign_ins": None, "directory_roles": (DirectoryRole(template_id="custom"),)}),
    ("applicationHigh", {"permissions": (permission("Files.Read.All"),)}),
    ("applicationMedium", {"permissions": (permission("User.Read.All"),)}),
    ("delegatedHighForAll", {"permissions": (delegated("Mail.Read", "AllPrincipals"),)}),
    ("delegatedHighForSome", {"permissions": (delegated("Mail.Read", "Principal"),)}),
    ("delegatedMediumForAll", {"permissions": (delegated("User.Read.All", "AllPrincipals"),)}),
    ("delegatedMediumForSome", {"permissions": (delegated("User.Read.All", "Principal"),)}),
    ("lowOnly", {"permissions": (delegated("User.Read", "Principal"),)}),
    ("permissions20", {"permissions": tuple(delegated(f"Own.{n}", "Principal") for n in range(20))}),
    ("longLivedCredential", {"credentials": (key(end=NOW + 181 * DAY),)}),
    ("unusedCredential", {"credentials": (key(last_used=None),)}),
    ("secret", {"credentials": (key(),)}),
    ("severalCredentials", {"credentials": (key(), key())}),
    ("expiredCredential", {"credentials": (key(end=NOW - DAY),)}),
    ("singleOwner", {"owners": (Owner(id="o"),), "owner_count": 1}),
    ("guestOwner", {"owners": (Owner(id="o", kind="user", guest=True, enabled=True),)}),
    ("disabledOwner", {"owners": (Owner(id="o", kind="user", guest=False, enabled=False),)}),
]


def test_of_every_row_it_is_known_what_earns_it() -> None:
    assert {row for row, _ in EARNED} == {row.id for part in FORMULA for row in part.rows}


@pytest.mark.parametrize(("row", "facts"), EARNED)
def test_a_row_is_earned(row: str, facts: dict[str, object]) -> None:
    assert row in earned(**facts)


@pytest.mark.parametrize(
    ("row", "facts"),
    [
        ("unverifiedExternal", {"origin": Origin.EXTERNAL, "publisher_verified": True}),
        ("plainHttpReplyUrl", {"reply_urls": ("http://localhost/", "urn:ietf:wg:oauth:2.0:oob", "http://[")}),
        ("lookAlikeStranger", {"origin": Origin.INTERNAL, "display_name": "Micr\u043esoft"}),
        ("lookAlikeStranger", {"origin": Origin.EXTERNAL, "display_name": "Microsoft"}),
        ("tunnelReplyUrl", {"reply_urls": ("https://notngrok.io/",)}),
        ("lookAlikeReplyUrl", {"reply_urls": ("https://\u043f\u0440\u0438\u043c\u0435\u0440.example/",)}),
        ("noOwner", {"owners": (), "owner_count": 0, "origin": Origin.EXTERNAL}),
        ("unusedWithPrivilege", {"sign_ins": None, "permissions": (delegated("User.Read", "Principal"),)}),
        ("readsEveryMailbox", {"permissions": (delegated("Mail.Read", "AllPrincipals"),)}),
    ],
)
def test_a_row_is_not_earned(row: str, facts: dict[str, object]) -> None:
    assert row not in earned(**facts)
    assert row not in scored(**facts).unknown


def test_a_stranger_in_disguise_with_a_high_permission_of_one_user_is_risky() -> None:
    held = (delegated("AccessReview.ReadWrite.All", "Principal"),)
    disguised = scored(origin=Origin.EXTERNAL, display_name="Micr\u043esoft Teams", permissions=held)
    open_name = scored(origin=Origin.EXTERNAL, display_name="Microsoft Teams", permissions=held)
    assert disguised.score >= RISKY_FROM > open_name.score
