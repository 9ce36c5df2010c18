"""How many users had consented to apps 90 days ago, by the list as it was then."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Final, Self

from shared.domain.apps import App
from shared.domain.known import UNKNOWN, Known
from shared.pipeline.inventory.list_ports import AppHistory

_AGO: Final = timedelta(days=90)
_NEARBY: Final = timedelta(days=3)
"""A service that stood still for some days leaves days out."""


class EarlierConsents:
    """``day`` is the one that numbers are taken from; None where none near to it is kept."""

    def __init__(self, history: AppHistory, day: date | None) -> None:
        self._history = history
        self._day = day

    @classmethod
    async def as_of(cls, history: AppHistory, now: datetime) -> Self:
        wanted = now.astimezone(UTC).date() - _AGO
        kept = [each.day for each in await history.days(wanted - _NEARBY)]
        near = [day for day in kept if abs(day - wanted) <= _NEARBY]
        return cls(history, min(near, key=lambda day: (abs(day - wanted), day), default=None))

    async def of(self, apps: Iterable[App]) -> dict[str, Known[int]]:
        """By appId. What came into the tenant later had no users then."""
        consented = [app for app in apps if app.consented_users]
        found = await self._found([app.app_id for app in consented])
        return {app.app_id: found.get(app.app_id, 0 if self._is_newer(app) else UNKNOWN) for app in consented}

    async def _found(self, app_ids: list[str]) -> dict[str, int]:
        if self._day is None or not app_ids:
            return {}
        return await self._history.consented_users(self._day, app_ids) or {}

    def _is_newer(self, app: App) -> bool:
        since = app.created
        return bool(self._day and since and since.astimezone(UTC).date() > self._day)
