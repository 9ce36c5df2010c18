"""Rows of app governance, as they are on the wire."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from shared.domain.app_governance import AppGovernanceFacts, GovernedPermission
from shared.domain.privileges import Privilege
from shared.sources.errors import RecordError
from shared.sources.oauth_app_info import read_app_info

APP = "8a18aa92-0000-4000-8000-000000000001"
PERMISSION = {
    "PermissionType": "Delegated",
    "PermissionValue": "Files.Read.All",
    "InUse": "true",
    "PrivilegeLevel": "High",
}
ROW: dict[str, Any] = {
    "OAuthAppId": APP.upper(),
    "AppStatus": "Enabled",
    "PrivilegeLevel": "High",
    "Permissions@odata.type": "#Collection(String)",
    "Permissions": [json.dumps(PERMISSION)],
    "IsAdminConsented@odata.type": "#SByte",
    "IsAdminConsented": 1,
    "LastUsedTime": "2026-03-01T23:11:51.791Z",
    "RiskScore": 56,
    "ConsentedUsersCount": {},
}


def read(**changes: Any) -> AppGovernanceFacts:
    app_id, facts = read_app_info(json.dumps({**ROW, **changes}).encode())
    assert app_id == APP
    return facts


def test_a_row_is_read_with_the_oddities_of_the_wire() -> None:
    assert read() == AppGovernanceFacts(
        risk_score=56,
        privilege=Privilege.HIGH,
        status="Enabled",
        consented_users=None,
        admin_consented=True,
        last_used=datetime(2026, 3, 1, 23, 11, 51, 791_000, UTC),
        permissions=(
            GovernedPermission(name="Files.Read.All", kind="delegated", in_use=True, privilege=Privilege.HIGH),
        ),
    )


def test_the_order_of_permissions_is_no_change() -> None:
    other = json.dumps({**PERMISSION, "PermissionValue": "Mail.Read", "InUse": "false"})
    both = [other, *ROW["Permissions"]]
    assert read(Permissions=both) == read(Permissions=both[::-1])
    assert [each.in_use for each in read(Permissions=both).permissions] == [True, False]


@pytest.mark.parametrize("permissions", [{}, None, "x", ["x", 5, "{}", '{"PermissionValue":"Mail.Read"}'], "[]"])
def test_what_is_no_permission_is_left_out(permissions: Any) -> None:
    assert read(Permissions=permissions).permissions == ()


@pytest.mark.parametrize(("value", "count"), [(0, 0), ("7", 7), (-1, None), (1 << 40, None), (True, None), ({}, None)])
def test_a_count_that_is_none_is_not_known(value: Any, count: int | None) -> None:
    assert read(ConsentedUsersCount=value).consented_users == count


@pytest.mark.parametrize("line", [b"{}", b"[]", b"nul", b'{"OAuthAppId":"x"}', b'{"OAuthAppId":{}}'])
def test_a_row_of_no_app_is_rejected(line: bytes) -> None:
    with pytest.raises(RecordError):
        read_app_info(line)
