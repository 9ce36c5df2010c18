"""What two states of an app differ in is told once each, in plain text; what merely became known is not."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from shared.domain.app_changes import changes_between
from shared.domain.apps import (
    App,
    Certification,
    ConsentGrant,
    Credential,
    CredentialHolder,
    DirectoryRole,
    Owner,
    Permission,
    PermissionKind,
)
from shared.domain.events import CredentialKind
from shared.domain.known import UNKNOWN
from shared.domain.microsoft import EXCHANGE_ONLINE, MICROSOFT_GRAPH
from shared.domain.privileges import Privilege
from shared.domain.timeline import TimelineKind

NOW = datetime(2026, 3, 3, tzinfo=UTC)
BEFORE = App(
    app_id="app-1",
    service_principal_id="sp-1",
    display_name="Payroll",
    enabled=True,
    publisher_name="Contoso",
    publisher_verified=False,
    certification=Certification.NONE,
    sign_in_audience="AzureADMyOrg",
    homepage="https://payroll.contoso.example",
    reply_urls=("https://payroll.contoso.example/cb",),
    permissions=(),
    credentials=(),
    owners=(),
    grants=(),
    directory_roles=(),
    consented_users=3,
    disabled_by_microsoft=False,
)


def permission(name: str, kind: PermissionKind = PermissionKind.APPLICATION, api: str | None = None) -> Permission:
    return Permission(name=name, kind=kind, privilege=Privilege.HIGH, resource_app_id=api)


def told(**changes: Any) -> list[tuple[str, str]]:
    """What is said of ``BEFORE`` with these changes."""
    return [(entry.what, entry.sentence) for entry in changes_between(BEFORE, replace(BEFORE, **changes), NOW, "v1")]


@pytest.mark.parametrize(
    ("change", "what", "sentence"),
    [
        ({"enabled": False}, "enabled", "Disabled"),
        ({"disabled_by_microsoft": True}, "disabledByMicrosoft", "Disabled by Microsoft"),
        ({"publisher_verified": True}, "publisherVerified", "Publisher verified"),
        ({"publisher_name": None}, "publisherName", "Publisher changed from “Contoso” to nothing"),
        ({"display_name": "Payroll 2"}, "displayName", "Name changed from “Payroll” to “Payroll 2”"),
        (
            {"certification": Certification.MICROSOFT_365_CERTIFIED},
            "certification",
            "Certification changed from “none” to “microsoft365Certified”",
        ),
        (
            {"sign_in_audience": "AzureADMultipleOrgs"},
            "signInAudience",
            "Sign-in audience changed from “AzureADMyOrg” to “AzureADMultipleOrgs”",
        ),
        ({"homepage": None}, "homepage", "Homepage changed from “https://payroll.contoso.example” to nothing"),
        (
            {"reply_urls": ("https://evil.example",)},
            "replyUrls",
            "Reply URLs added: https://evil.example; removed: https://payroll.contoso.example/cb",
        ),
        (
            {"permissions": (permission("Mail.Read", api=MICROSOFT_GRAPH),)},
            "permissions",
            "Permissions added: Mail.Read (application)",
        ),
        (
            {"permissions": (permission("full_access_as_app", api=EXCHANGE_ONLINE),)},
            "permissions",
            "Permissions added: full_access_as_app (application, Office 365 Exchange Online)",
        ),
        (
            {
                "grants": (
                    ConsentGrant(consent_type="AllPrincipals", scopes=("Mail.Read",), resource_app_id=MICROSOFT_GRAPH),
                )
            },
            "grants",
            "Consents added: Mail.Read (all users)",
        ),
        (
            {"credentials": (Credential(key_id="k1", kind=CredentialKind.SECRET, display_name="CI"),)},
            "credentials",
            "Credentials added: secret CI (k1)",
        ),
        ({"owners": (Owner(id="u1", name="Ann"), Owner(id="u2"))}, "owners", "Owners added: Ann, u2"),
        (
            {"directory_roles": (DirectoryRole(template_id="r1", name="User Administrator", scope="/units/1"),)},
            "directoryRoles",
            "Directory roles added: User Administrator over /units/1",
        ),
        ({"consented_users": 15}, "consentedUsers", "12 users more consented: 15 in all"),
        ({"consented_users": 2}, "consentedUsers", "1 user fewer consented: 2 in all"),
        ({"deleted": NOW}, "deleted", "Deleted"),
    ],
)
def test_a_change_is_told(change: dict[str, Any], what: str, sentence: str) -> None:
    assert told(**change) == [(what, sentence)]


def test_an_app_comes_back() -> None:
    gone = replace(BEFORE, deleted=NOW)
    assert [each.sentence for each in changes_between(gone, BEFORE, NOW, "v")] == ["Restored"]
    anew = replace(BEFORE, service_principal_id="sp-2")
    assert [each.sentence for each in changes_between(gone, anew, NOW, "v")] == ["Added to the tenant again"]
    registered = replace(BEFORE, service_principal_id=None)
    assert [each.sentence for each in changes_between(registered, BEFORE, NOW, "v")] == ["Added to the tenant"]


def test_an_app_that_was_made_anew_is_another_one() -> None:
    again = "It is another service principal now (deleted and added again)"
    assert told(service_principal_id="sp-2") == [("servicePrincipalId", again)]
    assert told(service_principal_id=None) == []


def test_the_end_of_a_registration_is_told_and_its_first_sight_is_not() -> None:
    registered = replace(BEFORE, application_object_id="r-1")

    def said(before: App, after: App) -> list[str]:
        return [entry.sentence for entry in changes_between(before, after, NOW, "v1")]

    assert said(registered, BEFORE) == ["Its registration was deleted"]
    again = "It is another registration now (deleted and added again)"
    assert said(registered, replace(registered, application_object_id="r-2")) == [again]
    assert said(BEFORE, registered) == []
    assert said(registered, replace(registered, application_object_id=None, deleted=NOW)) == ["Deleted"]


def test_parts_that_came_and_went_are_listed() -> None:
    before = replace(BEFORE, permissions=(permission("Mail.Read", api=MICROSOFT_GRAPH),))
    after = replace(
        BEFORE, permissions=(permission("User.Read", PermissionKind.DELEGATED, MICROSOFT_GRAPH),), grants=UNKNOWN
    )
    (entry,) = changes_between(before, after, NOW, "v1")
    assert (entry.added, entry.removed) == (("User.Read (delegated)",), ("Mail.Read (application)",))
    assert (entry.kind, entry.time, entry.app_id) == (TimelineKind.CHANGE, NOW, "app-1")


def test_an_app_that_was_not_known_is_seen_and_nothing_else() -> None:
    (entry,) = changes_between(None, replace(BEFORE, created=datetime(2025, 1, 2, tzinfo=UTC)), NOW, None)
    assert (entry.what, entry.sentence) == ("firstSeen", "Seen for the first time, in the tenant since 2025-01-02")


def test_what_becomes_known_or_unknown_is_no_change() -> None:
    bare = App(app_id="app-1", service_principal_id="sp-1")
    full = replace(
        BEFORE,
        permissions=(permission("Mail.Read", api=MICROSOFT_GRAPH),),
        credentials=(Credential(key_id="k1"),),
        owners=(Owner(id="u1"),),
        directory_roles=(DirectoryRole(template_id="r1"),),
    )
    assert changes_between(bare, full, NOW, "v1") == []
    assert changes_between(full, bare, NOW, "v1") == []


def test_more_that_is_known_of_a_part_is_no_change_of_it() -> None:
    before = replace(BEFORE, credentials=(Credential(key_id="k1"),), owners=(Owner(id="u1"),))
    after = replace(
        BEFORE,
        credentials=(Credential(key_id="k1", holder=CredentialHolder.APPLICATION, last_used=NOW),),
        owners=(Owner(id="u1", name="Ann", guest=True),),
    )
    assert changes_between(before, after, NOW, "v1") == []


def test_a_permission_at_an_api_that_becomes_known_is_neither_added_nor_removed() -> None:
    before = replace(BEFORE, permissions=(permission("810c84a8-4a9e-49e6-bf7d-12d183f40d01"),))
    after = replace(BEFORE, permissions=(permission("Mail.Read", api=MICROSOFT_GRAPH),))
    assert changes_between(before, after, NOW, "v1") == []


def test_owners_beyond_what_graph_tells_are_not_taken_for_removed() -> None:
    many = tuple(Owner(id=f"u{number}") for number in range(25))
    assert changes_between(replace(BEFORE, owners=many), replace(BEFORE, owners=many[:20]), NOW, "v1") == []


def test_use_alone_is_no_change() -> None:
    assert told(sign_ins=None, modified=NOW, first_seen=NOW) == []


def test_the_same_difference_has_the_same_ids_and_another_state_others() -> None:
    after = replace(BEFORE, enabled=False, homepage=None)
    first = changes_between(BEFORE, after, NOW, "v1")
    again = changes_between(BEFORE, after, NOW + timedelta(hours=1), "v1")
    later = changes_between(BEFORE, after, NOW, "v2")
    assert [each.id for each in first] == [each.id for each in again]
    assert len({each.id for each in [*first, *later]}) == 4


def test_a_name_that_hides_is_shown() -> None:
    assert told(display_name="Pay\u202eroll\u0430") == [
        ("displayName", "Name changed from “Payroll” to “Pay⟨U+202E⟩roll⟨U+0430⟩”")
    ]


def test_a_long_list_is_cut_in_the_sentence_only() -> None:
    urls = tuple(f"https://{number}.example" for number in range(30))
    (entry,) = changes_between(replace(BEFORE, reply_urls=()), replace(BEFORE, reply_urls=urls), NOW, "v1")
    assert entry.sentence.endswith("https://7.example and 22 more")
    assert entry.added == urls


@given(st.text(max_size=400), st.lists(st.text(max_size=400), max_size=400))
def test_whatever_others_write_stays_one_bounded_line(name: str, urls: list[str]) -> None:
    for entry in changes_between(BEFORE, replace(BEFORE, display_name=name, reply_urls=tuple(urls)), NOW, "v1"):
        assert entry.sentence.isprintable()
        assert len(entry.sentence) < 10_000
        assert len(entry.added) <= 200
