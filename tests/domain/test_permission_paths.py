"""Which permissions of Microsoft Graph can allow a request."""

import pytest

from shared.domain.apps import PermissionKind
from shared.domain.microsoft import EXCHANGE_ONLINE, MICROSOFT_GRAPH
from shared.domain.permission_paths import NAMED, PATHS, allowing, exercised
from shared.domain.permission_paths.access import Access
from shared.domain.permission_paths.content import CONTENT
from shared.domain.permission_paths.directory import DIRECTORY
from shared.domain.permission_paths.mailbox import MAILBOX
from shared.domain.permission_paths.security import SECURITY
from shared.domain.permission_paths.teams import TEAMS
from shared.domain.permission_table import ROWS
from tests.domain.permission_holders import DELEGATED, held

KNOWN = {row.name for row in ROWS if row.api == MICROSOFT_GRAPH}


@pytest.mark.parametrize("path", PATHS)
def test_every_name_is_one_of_microsoft_graph(path: str) -> None:
    assert PATHS[path].read | PATHS[path].write <= KNOWN


def test_no_path_stands_in_two_parts_of_the_table() -> None:
    assert len(PATHS) == sum(map(len, (MAILBOX, CONTENT, DIRECTORY, TEAMS, SECURITY)))


@pytest.mark.parametrize("path", PATHS)
def test_every_path_is_found_by_itself(path: str) -> None:
    row = PATHS[path]
    asked = path.replace("**", "{id}").replace("*", "{id}")
    assert Access(allowing("GET", asked) or frozenset(), allowing("POST", asked) or frozenset()) == row


@pytest.mark.parametrize(
    ("method", "path", "name", "is_allowed"),
    [
        ("GET", "/users/{id}/messages", "Mail.Read", True),
        ("get", "/me/messages/{id}", "Mail.Read", True),
        ("GET", "/me/MailFolders/{id}/messages", "Mail.ReadBasic", True),
        ("GET", "/users/{id}/messages/{id}/$value", "Mail.ReadBasic.All", False),
        ("PATCH", "/users/{id}/messages/{id}", "Mail.Read", False),
        ("POST", "/users/{id}/sendMail", "Mail.Send", True),
        ("POST", "/users/{id}/sendMail", "Mail.Read", False),
        ("GET", "/users/{id}/calendarView/delta(startDateTime='{id}')", "Calendars.Read", True),
        ("GET", "/sites/{id}/lists/{id}/items", "Sites.Read.All", True),
        ("GET", "/drives/{id}/items/{id}/content", "Files.Read.All", True),
        ("DELETE", "/drives/{id}/items/{id}", "Files.Read.All", False),
        ("GET", "/users", "User.Read.All", True),
        ("GET", "/users/delta", "Directory.Read.All", True),
        ("POST", "/directoryObjects/getByIds", "Directory.Read.All", True),
        ("POST", "/groups/{id}/members/$ref", "GroupMember.ReadWrite.All", True),
        ("POST", "/servicePrincipals/{id}/appRoleAssignments", "AppRoleAssignment.ReadWrite.All", True),
        ("GET", "/auditLogs/signIns", "AuditLog.Read.All", True),
        ("POST", "/security/runHuntingQuery", "ThreatHunting.Read.All", True),
        ("GET", "/teams/{id}/channels/{id}/messages", "ChannelMessage.Read.All", True),
        ("GET", "/chats/{id}/messages", "Chat.Read.All", True),
    ],
)
def test_a_request_is_allowed_as_the_reference_says(method: str, path: str, name: str, is_allowed: bool) -> None:
    assert (name in (allowing(method, path) or ())) is is_allowed


@pytest.mark.parametrize("path", ["/unheardOf", "/users/{id}/unheardOf", "", "/", "/a" * 5000])
def test_an_unknown_path_tells_nothing(path: str) -> None:
    assert allowing("GET", path) is None


def test_a_batch_takes_no_permission_of_its_own() -> None:
    assert allowing("POST", "/$batch") == frozenset()


def test_all_that_could_have_allowed_a_request_are_named() -> None:
    permissions = (
        held("Mail.Read"),
        held("Mail.ReadWrite"),
        held("Mail.Send"),
        held("Mail.Read", DELEGATED),
        held("Mail.Read", api=EXCHANGE_ONLINE),
    )
    found = exercised("GET", "/users/{id}/messages", PermissionKind.APPLICATION, permissions)
    assert found == permissions[:2]


def test_what_no_path_names_is_not_named() -> None:
    assert "offline_access" not in NAMED
    assert {"Mail.Read", "Sites.Selected", "Directory.AccessAsUser.All"} <= NAMED
