"""Exemptions: an app that a policy leaves alone for a while, at somebody's word."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

LONGEST: Final = timedelta(days=366)
ALL_POLICIES: Final = "*"
"""Stands for a policy id where the app is exempt from all of them: it was looked at and approved."""


class Exemption(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """``approved_by`` is who answers for it. It lapses at ``expires``; ``ended`` is when somebody ended it before."""

    id: str
    policy_id: str
    app_id: str
    reason: str
    approved_by: str
    created: datetime
    expires: datetime
    ended: datetime | None = None
    ended_by: str | None = None

    def holds(self, now: datetime) -> bool:
        return self.ended is None and self.created <= now < self.expires


class Exemptions:
    """All that may hold, by policy and app. Immutable."""

    def __init__(self, exemptions: Iterable[Exemption] = ()) -> None:
        self._all = tuple(exemptions)
        self._by_key: dict[tuple[str, str], list[Exemption]] = {}
        for one in self._all:
            self._by_key.setdefault((one.policy_id, one.app_id), []).append(one)

    def __iter__(self) -> Iterator[Exemption]:
        return iter(self._all)

    def __bool__(self) -> bool:
        return bool(self._by_key)

    def of(self, policy_id: str, app_id: str | None, now: datetime) -> Exemption | None:
        """The one that holds now."""
        if app_id is None or not self._by_key:
            return None
        held = (*self._by_key.get((policy_id, app_id), ()), *self._by_key.get((ALL_POLICIES, app_id), ()))
        return next((one for one in held if one.holds(now)), None)
