"""Paths to Global Administrator and into every mailbox."""

import pytest

from shared.domain.apps import App, DirectoryRole, Permission, PermissionKind
from shared.domain.escalation import (
    EscalationPath,
    EscalationTarget,
    can_take_over_owned,
    own_paths,
    own_targets,
    path_through,
)
from shared.domain.escalation_table import EXCHANGE_ADMINISTRATOR, GLOBAL_ADMINISTRATOR, ROLE_ADMINISTRATION, ROLES
from shared.domain.microsoft import EXCHANGE_ONLINE, MICROSOFT_GRAPH
from shared.domain.permissions import TIER0_APP_ROLES
from shared.domain.privileges import Privilege

ADMINISTRATOR, MAILBOX = EscalationTarget.GLOBAL_ADMINISTRATOR, EscalationTarget.EVERY_MAILBOX


def application(name: str, api: str | None = MICROSOFT_GRAPH) -> Permission:
    return Permission(name=name, kind=PermissionKind.APPLICATION, privilege=Privilege.HIGH, resource_app_id=api)


def holding(*permissions: Permission, roles: tuple[DirectoryRole, ...] = ()) -> App:
    return App(app_id="a", permissions=permissions, directory_roles=roles)


def deeds(path: EscalationPath) -> list[str]:
    return [step.deed for step in path.steps]


def only(app: App, target: EscalationTarget) -> EscalationPath:
    (path,) = [path for path in own_paths(app) if path.target is target]
    return path


def test_every_tier_0_permission_has_a_path_and_no_other() -> None:
    assert set(ROLE_ADMINISTRATION) == TIER0_APP_ROLES


@pytest.mark.parametrize("name", sorted(TIER0_APP_ROLES))
def test_a_tier_0_permission_leads_to_global_administrator_and_from_there_to_mailboxes(name: str) -> None:
    app = holding(application(name))
    becoming, reading = only(app, ADMINISTRATOR), only(app, MAILBOX)
    assert becoming.steps[0].means == name
    assert reading.steps[: len(becoming.steps)] == becoming.steps
    assert deeds(reading)[-1] == "reads the mail in every mailbox"


def test_who_may_grant_app_roles_first_grants_itself_the_role_that_assigns_roles() -> None:
    path = only(holding(application("AppRoleAssignment.ReadWrite.All")), ADMINISTRATOR)
    assert deeds(path) == ["grants itself RoleManagement.ReadWrite.Directory", "assigns itself Global Administrator"]


@pytest.mark.parametrize("method", ["Passkey", "Password", "QR", "TAP"])
def test_whatever_signs_in_as_an_administrator_is_a_path(method: str) -> None:
    assert own_targets(holding(application(f"UserAuthMethod-{method}.ReadWrite.All"))) == {ADMINISTRATOR, MAILBOX}


@pytest.mark.parametrize("template_id", sorted(ROLES))
def test_a_directory_role_over_the_whole_tenant_leads_on(template_id: str) -> None:
    assert own_targets(holding(roles=(DirectoryRole(template_id=template_id),))) == {ADMINISTRATOR, MAILBOX}


def test_a_role_over_a_part_of_the_tenant_does_not() -> None:
    in_part = DirectoryRole(template_id=GLOBAL_ADMINISTRATOR, scope="/administrativeUnits/1")
    assert own_paths(holding(roles=(in_part,))) == ()


@pytest.mark.parametrize(
    ("name", "api"),
    [
        ("Mail.Read", MICROSOFT_GRAPH),
        ("Mail.ReadWrite", MICROSOFT_GRAPH),
        ("Mail.Read", EXCHANGE_ONLINE),
        ("full_access_as_app", EXCHANGE_ONLINE),
    ],
)
def test_a_permission_to_all_mail_reads_every_mailbox(name: str, api: str) -> None:
    path = only(holding(application(name, api)), MAILBOX)
    assert [step.means for step in path.steps] == [name]


@pytest.mark.parametrize("name", ["IMAP.AccessAsApp", "POP.AccessAsApp"])
def test_what_opens_only_the_mailboxes_it_was_let_into_is_no_path_to_every_one(name: str) -> None:
    assert own_paths(holding(application(name, EXCHANGE_ONLINE))) == ()


def test_who_assigns_the_roles_of_exchange_reads_every_mailbox() -> None:
    path = only(holding(application("RoleManagement.ReadWrite.Exchange")), MAILBOX)
    assert deeds(path) == ["assigns itself a role of Exchange over all mailboxes", "reads the mail in every mailbox"]


@pytest.mark.parametrize(
    "name", ["Mail.ReadBasic.All", "Mail.Send", "MailboxSettings.Read", "User.Read.All", "eDiscovery.ReadWrite.All"]
)
def test_a_permission_that_reads_no_mail_leads_nowhere(name: str) -> None:
    assert own_paths(holding(application(name))) == ()


def test_delegated_permissions_lead_nowhere() -> None:
    delegated = Permission(
        name="RoleManagement.ReadWrite.Directory",
        kind=PermissionKind.DELEGATED,
        privilege=Privilege.HIGH,
        resource_app_id=MICROSOFT_GRAPH,
        consent_type="AllPrincipals",
    )
    assert own_paths(holding(delegated)) == ()


def test_a_permission_of_that_name_of_another_api_leads_nowhere() -> None:
    assert own_paths(holding(application("Mail.Read", "99999999-9999-4999-8999-999999999999"))) == ()


def test_where_the_api_is_not_known_the_name_counts_once() -> None:
    assert len(own_paths(holding(application("Mail.Read", None)))) == 1


@pytest.mark.parametrize("name", ["Exchange.ManageAsApp", "Exchange.ManageAsAppV2"])
def test_managing_exchange_takes_the_permission_and_the_role(name: str) -> None:
    permission = application(name, EXCHANGE_ONLINE)
    role = DirectoryRole(template_id=EXCHANGE_ADMINISTRATOR)
    assert own_targets(holding(permission, roles=(role,))) == {MAILBOX}
    assert own_paths(holding(permission)) == ()
    assert own_paths(holding(roles=(role,))) == ()


def test_what_was_not_read_has_no_paths() -> None:
    assert own_paths(App(app_id="a")) == ()


def test_a_disabled_app_keeps_its_paths() -> None:
    held = (application("Mail.Read"),)
    assert own_paths(App(app_id="a", enabled=False, permissions=held)) == own_paths(holding(*held))


@pytest.mark.parametrize("name", ["Application.ReadWrite.OwnedBy", "Application.ReadWrite.All"])
def test_ownership_takes_a_permission_besides(name: str) -> None:
    assert can_take_over_owned(holding(application(name)))
    assert not can_take_over_owned(holding(application("Application.Read.All")))


def test_a_path_through_an_owned_app_begins_with_taking_it_over() -> None:
    owner = holding(application("Application.ReadWrite.OwnedBy"))
    owned = App(app_id="b", display_name="Night\u202eJob", permissions=(application("Mail.Read"),))
    path = path_through(owner, owned, only(owned, MAILBOX))
    assert path.through == ("b",)
    assert path.steps[0].means == "ownership and Application.ReadWrite.OwnedBy"
    assert path.steps[0].deed == "adds a credential to Night⟨U+202E⟩Job (b), and signs in as that app"
    assert path.steps[1:] == only(owned, MAILBOX).steps
