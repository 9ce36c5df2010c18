"""The table of permissions, and names that it does not hold."""

import re

import pytest

from shared.domain.apps import PermissionKind
from shared.domain.microsoft import (
    API_APP_IDS,
    API_NAMES,
    AZURE_AD_GRAPH,
    DATA_APIS,
    EXCHANGE_ONLINE,
    MICROSOFT_GRAPH,
    SHAREPOINT_ONLINE,
)
from shared.domain.permission_table import PERMISSIONS, ROWS
from shared.domain.permission_table.content import CONTENT_OF_EVERYBODY, CONTENT_OF_USERS, Names, reaches
from shared.domain.permission_table.coverage import wider_names
from shared.domain.permissions import (
    DATA_WIDE_APP_ROLES,
    RISKY_SCOPES,
    TIER0_APP_ROLES,
    permission_by_id,
    permission_rows,
    privilege_of,
)
from shared.domain.privileges import Privilege

APPLICATION, DELEGATED = PermissionKind.APPLICATION, PermissionKind.DELEGATED
CUSTOM_API = "abababab-0000-4000-8000-000000000001"


def names(kind: PermissionKind) -> set[str]:
    return {row.name for row in ROWS if row.kind is kind}


def test_each_permission_of_an_api_stands_once() -> None:
    keys = [(row.api, row.kind, row.name.lower()) for row in ROWS]
    assert len(keys) == len(set(keys))


def test_every_api_whose_assignments_are_read_has_rows() -> None:
    assert {row.api for row in ROWS} == API_APP_IDS


def test_every_api_that_reaches_data_has_a_name() -> None:
    assert API_NAMES.keys() >= DATA_APIS
    assert API_NAMES.keys() >= API_APP_IDS
    assert len(set(API_NAMES.values())) == len(API_NAMES)


def test_the_rows_are_told_by_the_names_of_their_apis_and_in_order() -> None:
    rows = list(permission_rows())
    assert len(rows) == len(ROWS)
    assert rows == sorted(rows, key=lambda row: (row[0].lower(), row[1].lower(), row[2]))
    assert (
        "Microsoft Graph",
        "Mail.Read",
        APPLICATION,
        Privilege.HIGH,
        "reads all mail in every mailbox",
    ) in rows


def test_content_of_everybody_and_what_phishing_asks_for_is_never_low() -> None:
    assert Privilege.LOW not in {privilege_of(name, APPLICATION) for name in DATA_WIDE_APP_ROLES}
    assert Privilege.LOW not in {privilege_of(name, DELEGATED) for name in RISKY_SCOPES}


def test_what_changes_without_limit_is_low_nowhere_and_high_in_the_directory() -> None:
    broad = [row for row in ROWS if "readwrite.all" in row.name.lower()]
    assert not [row for row in broad if row.privilege is Privilege.LOW]
    assert {
        row.privilege for row in broad if row.name.startswith(("Application.", "Directory.", "Domain.", "Group."))
    } == {Privilege.HIGH}


def test_each_id_is_a_guid_in_lower_case_and_stands_once() -> None:
    ids = [fact.id for fact in PERMISSIONS]
    assert all(re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", found) for found in ids)
    assert len(ids) == len(set(ids))


def test_a_permission_is_found_by_its_id_in_any_case() -> None:
    fact = permission_by_id("024D486E-b451-40bb-833d-3e66d98c5c73")
    assert fact
    assert (fact.api, fact.name, fact.kind, fact.privilege) == (
        MICROSOFT_GRAPH,
        "Mail.ReadWrite",
        DELEGATED,
        Privilege.HIGH,
    )
    assert permission_by_id("00000000-0000-0000-0000-000000000000") is None


def test_every_name_in_the_sets_is_in_the_table_with_its_kind() -> None:
    assert names(APPLICATION) >= TIER0_APP_ROLES | DATA_WIDE_APP_ROLES
    assert names(DELEGATED) >= RISKY_SCOPES


@pytest.mark.parametrize(("content", "kind"), [(CONTENT_OF_EVERYBODY, APPLICATION), (CONTENT_OF_USERS, DELEGATED)])
def test_content_stands_in_the_table_and_what_covers_it_is_content_too(content: Names, kind: PermissionKind) -> None:
    rows = {(row.api, row.name): row for row in ROWS if row.kind is kind}
    for api, name in ((api, name) for api, held in content.items() for name in held):
        assert rows[api, name].privilege is Privilege.HIGH or kind is DELEGATED
        assert {wider for wider in wider_names(name, kind) if (api, wider) in rows} <= content[api]


def test_content_is_told_by_the_api_too() -> None:
    assert reaches(CONTENT_OF_EVERYBODY, MICROSOFT_GRAPH, "MailboxItem.ImportExport.All")
    assert reaches(CONTENT_OF_EVERYBODY, None, "Mail.Read")
    assert reaches(CONTENT_OF_USERS, EXCHANGE_ONLINE, "Mail.Read.All")
    assert not reaches(CONTENT_OF_USERS, MICROSOFT_GRAPH, "Mail.Read.All")
    assert not reaches(CONTENT_OF_EVERYBODY, CUSTOM_API, "Mail.Read")
    assert DATA_WIDE_APP_ROLES.isdisjoint({"IMAP.AccessAsApp", "POP.AccessAsApp", "Exchange.ManageAsApp"})


def test_every_way_to_global_administrator_is_high() -> None:
    assert {privilege_of(name, APPLICATION) for name in TIER0_APP_ROLES} == {Privilege.HIGH}


def test_signing_in_is_low() -> None:
    assert {
        privilege_of(name, DELEGATED) for name in ("openid", "profile", "email", "offline_access", "User.Read")
    } == {Privilege.LOW}


@pytest.mark.parametrize(
    ("name", "kind", "privilege"),
    [
        ("Mail.Read", DELEGATED, Privilege.HIGH),
        ("mail.read", DELEGATED, Privilege.HIGH),
        ("User.Read.All", APPLICATION, Privilege.MEDIUM),
        ("Group.Read.All", APPLICATION, Privilege.HIGH),
        ("Group.Read.All", DELEGATED, Privilege.HIGH),
        ("Group-Conversation.Read.All", DELEGATED, Privilege.HIGH),
        ("Calendars.Read", APPLICATION, Privilege.HIGH),
        ("Calendars.Read", DELEGATED, Privilege.MEDIUM),
        ("Contacts.Read", APPLICATION, Privilege.HIGH),
        ("EduRoster.ReadWrite.All", APPLICATION, Privilege.HIGH),
        ("User.ReadBasic.All", APPLICATION, Privilege.LOW),
        ("Bookings.Manage.All", DELEGATED, Privilege.MEDIUM),
        ("Sites.Selected", APPLICATION, Privilege.MEDIUM),
        ("Files.ReadWrite.AppFolder", APPLICATION, Privilege.MEDIUM),
        ("Files.ReadWrite.AppFolder", DELEGATED, Privilege.LOW),
        ("Application.ReadWrite.OwnedBy", APPLICATION, Privilege.HIGH),
        ("User-PasswordProfile.ReadWrite.All", APPLICATION, Privilege.HIGH),
        ("BitlockerKey.Read.All", DELEGATED, Privilege.HIGH),
    ],
)
def test_a_listed_permission_has_its_reviewed_privilege(name: str, kind: PermissionKind, privilege: Privilege) -> None:
    assert privilege_of(name, kind) is privilege


@pytest.mark.parametrize(
    ("name", "privilege"),
    [
        ("Brand.New.ReadWrite.All", Privilege.HIGH),
        ("Printer.FullControl.All", Privilege.HIGH),
        ("Something.AccessAsUser.All", Privilege.HIGH),
        ("Brand.New.Manage.All", Privilege.HIGH),
        ("Brand.New.Read", Privilege.MEDIUM),
        ("ChannelMessage.Read.Group", Privilege.MEDIUM),
        ("Chat.ReadWrite.Chat", Privilege.MEDIUM),
        ("12345678-0000-4000-8000-000000000009", Privilege.MEDIUM),
        ("", Privilege.MEDIUM),
    ],
)
def test_a_name_that_nobody_reviewed_is_judged_by_its_form_and_never_low(name: str, privilege: Privilege) -> None:
    assert privilege_of(name, DELEGATED) is privilege


def test_one_name_can_mean_less_at_an_api_of_somebody_else() -> None:
    assert privilege_of("user_impersonation", DELEGATED) is Privilege.HIGH
    assert privilege_of("user_impersonation", DELEGATED, CUSTOM_API) is Privilege.MEDIUM


@pytest.mark.parametrize("api", [EXCHANGE_ONLINE, SHAREPOINT_ONLINE, EXCHANGE_ONLINE.upper()])
def test_microsofts_apis_share_the_names_of_their_permissions(api: str) -> None:
    assert privilege_of("Mail.Read", APPLICATION, api) is Privilege.HIGH


def test_an_api_of_microsofts_is_judged_by_its_own_row_first() -> None:
    assert privilege_of("Organization.ReadWrite.All", APPLICATION) is Privilege.HIGH
    assert privilege_of("Organization.ReadWrite.All", APPLICATION, EXCHANGE_ONLINE) is Privilege.MEDIUM
    assert privilege_of("Mail.Read", APPLICATION, AZURE_AD_GRAPH) is Privilege.HIGH
