"""Facts of an app that are computed from others, each passing on what is null or unknown."""

from datetime import datetime

from shared.domain.apps import App
from shared.domain.escalation import own_targets
from shared.domain.hygiene import last_used
from shared.domain.judge_traits import traits_of
from shared.domain.known import UNKNOWN, Known
from shared.domain.report_age import is_believed
from shared.domain.risk import known_score


def age(app: App, now: datetime) -> object:
    return now - app.created if app.created else app.created


def permission_names(app: App, _now: datetime) -> object:
    return tuple(held.name for held in app.permissions) if app.permissions else app.permissions


def directory_role_names(app: App, _now: datetime) -> object:
    held = app.directory_roles
    return tuple(role.name or role.template_id for role in held) if held else held


def risk(app: App, now: datetime) -> object:
    return known_score(app, now, own_targets(app))


def traits(app: App, now: datetime) -> object:
    return _traits_that_are(True, app, now)


def open_traits(app: App, now: datetime) -> object:
    return _traits_that_are(UNKNOWN, app, now)


def _traits_that_are(answer: Known[bool], app: App, now: datetime) -> tuple[str, ...]:
    return tuple(trait.value for trait, holds in traits_of(app, now, own_targets(app)).items() if holds is answer)


def last_use(app: App, _now: datetime) -> object:
    return last_used(app)


def unused_for(app: App, now: datetime) -> object:
    used = last_used(app)
    if used is not UNKNOWN and not is_believed(app.use_read, now):
        return UNKNOWN
    since = app.created if used is None else used
    return now - since if since else since
