"""A directory in memory: what it is asked is counted, and it can lag, fail and lose its answers."""

from collections.abc import Mapping
from typing import Any

APP_ID = "9b1c5c1e-6d7f-4c55-9d4e-1f0d5a3c7b21"
PRINCIPAL_ID = "5f0a1de2-77f0-4c33-8d8a-0e5b9a6c4d10"


def principal(**changes: object) -> dict[str, Any]:
    """An app of another company that is enabled."""
    return {
        "id": PRINCIPAL_ID,
        "appId": APP_ID,
        "displayName": "Payroll Sync",
        "accountEnabled": True,
        "servicePrincipalType": "Application",
        "appOwnerOrganizationId": "0873ee4d-d342-44f2-8961-74c442a2fad2",
        "disabledByMicrosoftStatus": None,
        "owners": [{"id": "owner-1"}],
        "appRoleAssignments": [{"id": "assignment-1"}],
        "oauth2PermissionGrants": [{"id": "grant-1", "scope": "Mail.Read"}],
        **changes,
    }


class Directory:
    """One principal, or none. ``stale`` answers of ``read`` are older than the last write.

    ``failures`` are raised by the next writes, one each: before the write has its effect, or after it where the answer
    is lost.
    """

    def __init__(self, held: Mapping[str, Any] | None = None) -> None:
        self.held: dict[str, Any] | None = dict(held if held is not None else principal())
        self.stale = 0
        self.failures: list[Exception] = []
        self.answers_lost: list[Exception] = []
        self.reads = 0
        self.writes: list[bool] = []
        self.effects: list[bool] = []
        self._before: dict[str, Any] | None = None

    async def read(self, service_principal_id: str) -> dict[str, Any] | None:
        self.reads += 1
        if self.held is None or service_principal_id != self.held["id"]:
            return None
        if self.stale and self._before is not None:
            self.stale -= 1
            return dict(self._before)
        return dict(self.held)

    async def set_enabled(self, service_principal_id: str, enabled: bool) -> None:
        self.writes.append(enabled)
        if self.failures:
            raise self.failures.pop(0)
        assert self.held is not None
        assert self.held["id"] == service_principal_id
        if self.held["accountEnabled"] is not enabled:
            self._before = dict(self.held)
            self.held["accountEnabled"] = enabled
            self.effects.append(enabled)
        if self.answers_lost:
            raise self.answers_lost.pop(0)

    @property
    def enabled(self) -> bool:
        return self.held is not None and self.held["accountEnabled"] is True
