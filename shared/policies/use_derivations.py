"""Facts of what an app did lately, computed from ``App.activity``; see ``app_use_facts``.

What was summed up too long ago tells nothing of the present: records stopped coming, or the app stopped working.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from msgspec import UnsetType

from shared.domain.app_activity import AppActivity, ServiceActivity
from shared.domain.apps import App
from shared.domain.known import UNKNOWN
from shared.policies.consent_derivations import holds_graph
from shared.policies.percentages import increase, share
from shared.policies.vocabulary import Derivation

BELIEVED_FOR: Final = timedelta(days=3)


def _of_activity(told: Callable[[AppActivity], object], *, of_graph: bool = False) -> Derivation:
    """``of_graph``: only where it holds a permission for Microsoft Graph; null where it holds none."""

    def derive(app: App, now: datetime) -> object:
        if of_graph and (holds := holds_graph(app)) is not True:
            return UNKNOWN if holds is UNKNOWN else None
        activity = app.activity
        if not activity or activity.through < now.astimezone(UTC).date() - BELIEVED_FOR:
            return UNKNOWN
        return told(activity)

    return derive


def _error_rate(activity: AppActivity) -> object:
    calls, errors = activity.week.calls, activity.week.errors
    if isinstance(calls, UnsetType) or isinstance(errors, UnsetType):
        return UNKNOWN
    return share(errors, calls) if calls else None


def increase_of_service(service: ServiceActivity, _now: datetime) -> object:
    return increase(service.events, service.usual)


bytes_per_day = _of_activity(lambda did: did.day.bytes)
bytes_increase = _of_activity(lambda did: increase(did.day.bytes, did.day_before.bytes))
bytes_per_hour = _of_activity(lambda did: did.peak_hour.bytes)
bytes_increase_week = _of_activity(lambda did: increase(did.week.bytes, did.week_before.bytes))
calls_per_day = _of_activity(lambda did: did.day.calls, of_graph=True)
calls_increase = _of_activity(lambda did: increase(did.day.calls, did.day_before.calls), of_graph=True)
calls_per_hour = _of_activity(lambda did: did.peak_hour.calls, of_graph=True)
calls_increase_week = _of_activity(lambda did: increase(did.week.calls, did.week_before.calls), of_graph=True)
error_rate = _of_activity(_error_rate, of_graph=True)
items_per_day = _of_activity(lambda did: did.day.items)
items_increase = _of_activity(lambda did: increase(did.day.items, did.day_before.items))
labels_accessed = _of_activity(lambda did: did.labels)
services_accessed = _of_activity(lambda did: tuple(each.service.value for each in did.services))
services = _of_activity(lambda did: did.services)
