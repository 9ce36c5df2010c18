"""What a permission is said to let an app do."""

import pytest

from shared.domain.apps import Permission, PermissionKind
from shared.domain.microsoft import EXCHANGE_ONLINE, MICROSOFT_GRAPH
from shared.domain.permission_reasons import reason_for
from shared.domain.permission_table import ROWS
from shared.domain.permissions import privilege_of
from shared.domain.privileges import Privilege

DELEGATED, APPLICATION = PermissionKind.DELEGATED, PermissionKind.APPLICATION


@pytest.mark.parametrize(
    ("name", "kind", "reason"),
    [
        ("offline_access", DELEGATED, "keeps its access while the user is away"),
        ("Mail.Send", DELEGATED, "sends mail as the user"),
        ("Mail.Send", APPLICATION, "sends mail as anybody"),
        ("Mail.Read", DELEGATED, "reads the user's mail"),
        ("Mail.Read", APPLICATION, "reads all mail in every mailbox"),
        (
            "AppRoleAssignment.ReadWrite.All",
            APPLICATION,
            "grants any application permission to any app, itself included",
        ),
        ("User.Read", DELEGATED, "signs the user in"),
        (
            "Brand.New.ReadWrite.All",
            DELEGATED,
            "not in the table of permissions; its name promises access without limit",
        ),
        ("Brand.New.Read", APPLICATION, "not in the table of permissions, so not taken for harmless"),
    ],
)
def test_a_permission_is_told_by_what_it_does(name: str, kind: PermissionKind, reason: str) -> None:
    assert reason_for(Permission(name=name, kind=kind, privilege=privilege_of(name, kind))) == reason


def test_a_name_that_apis_share_is_told_by_the_row_of_its_own() -> None:
    def reason(api: str) -> str:
        privilege = privilege_of("Organization.ReadWrite.All", APPLICATION, api)
        name = "Organization.ReadWrite.All"
        return reason_for(Permission(name=name, kind=APPLICATION, privilege=privilege, resource_app_id=api))

    assert reason(EXCHANGE_ONLINE) == "changes settings of the organisation in Exchange"
    assert reason(MICROSOFT_GRAPH).startswith("changes settings of the organisation, its certificate authorities")


def test_a_privilege_that_was_stored_before_the_table_changed_is_not_told_by_the_new_reason() -> None:
    stored = Permission(name="Mail.Read", kind=APPLICATION, privilege=Privilege.MEDIUM)
    assert reason_for(stored) == "not in the table of permissions, so not taken for harmless"


def test_every_row_has_a_reason_that_stands_in_a_table() -> None:
    for row in ROWS:
        assert row.reason
        assert row.reason[0].islower()
        assert not row.reason.endswith(".")
        assert "|" not in row.reason
        assert len(row.reason) <= 90, row


def test_a_high_permission_has_a_reason_of_its_own() -> None:
    """Few may share one: the same permission of the other kind or of another API, and one that does just the same."""
    names: dict[str, set[str]] = {}
    for row in ROWS:
        if row.privilege is Privilege.HIGH:
            names.setdefault(row.reason, set()).add(row.name)
    assert max(len(found) for found in names.values()) <= 4
    lesser = {row.reason for row in ROWS if row.privilege is not Privilege.HIGH}
    assert not lesser & names.keys()
