"""What a permission is said to let an app do."""

import pytest

from shared.domain.apps import Permission, PermissionKind
from shared.domain.permission_reasons import reason_for
from shared.domain.permissions import privilege_of

DELEGATED, APPLICATION = PermissionKind.DELEGATED, PermissionKind.APPLICATION


@pytest.mark.parametrize(
    ("name", "kind", "reason"),
    [
        ("offline_access", DELEGATED, "keeps its access while the user is away"),
        ("Mail.Send", DELEGATED, "sends mail as the user"),
        ("Mail.Send", APPLICATION, "sends mail as anybody"),
        ("Mail.Read", DELEGATED, "reaches the user's mail, files or chats, which is what consent phishing asks for"),
        ("Mail.Read", APPLICATION, "reaches everybody's mail, files, sites or chats"),
        ("AppRoleAssignment.ReadWrite.All", APPLICATION, "can make itself or others Global Administrator"),
        ("User.Read", DELEGATED, "signs in, or reads what everybody may see"),
    ],
)
def test_a_permission_is_told_by_what_it_does(name: str, kind: PermissionKind, reason: str) -> None:
    assert reason_for(Permission(name=name, kind=kind, privilege=privilege_of(name, kind))) == reason
