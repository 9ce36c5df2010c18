"""What one directory audit says, before it is written in the form of a log."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from local.records.identifiers import object_id_of
from local.records.operations import is_about_registration
from shared.domain.events import Event

type Record = dict[str, object]
"""A record as a JSON decoder would give it."""


@dataclass(frozen=True, slots=True)
class Target:
    """One target. ``type`` is ServicePrincipal, Application, User, Role or Policy."""

    id: str | None
    type: str
    name: str | None = None
    user_principal_name: str | None = None
    app_id: str | None = None


@dataclass(frozen=True, slots=True)
class Property:
    """One modified property; the values are text or what JSON can say, None where there is none."""

    name: str
    before: object = None
    after: object = None


@dataclass(frozen=True, slots=True)
class Content:
    """Targets, modified properties (they stand on the first target) and additional details by key."""

    targets: tuple[Target, ...]
    properties: tuple[Property, ...] = ()
    details: Mapping[str, str] = field(default_factory=dict)


def app_target(event: Event) -> Target:
    """The event's app as a target."""
    app = event.app
    kind = "Application" if is_about_registration(event) else "ServicePrincipal"
    return Target(object_id_of(app, event), kind, app.display_name, app_id=app.app_id)
