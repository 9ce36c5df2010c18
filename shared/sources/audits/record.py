"""The one shape of a directory audit."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from shared.domain.activities import Activity
from shared.domain.app_references import AppReference
from shared.domain.events import Actor, Client, Event, Source
from shared.sources.audits.changes import Change, shown
from shared.sources.decoding import as_text

type Details = Mapping[str, str]


class Target(Struct, frozen=True, kw_only=True):
    """One target. ``type`` is ServicePrincipal, Application, User, Role, … as the service writes it."""

    id: str | None = None
    type: str | None = None
    name: str | None = None
    user_principal_name: str | None = None
    app_id: str | None = None


class AuditRecord(Struct, frozen=True, kw_only=True):
    """One directory audit. ``operation`` is cleaned; ``details`` are the additional details by key.

    ``changes`` holds the modified properties of all targets in their order: the services put them on the first.
    """

    id: str
    source: Source
    operation: str
    time: datetime | None
    succeeded: bool
    correlation_id: str | None
    actor: Actor
    client: Client
    details: Details
    targets: tuple[Target, ...]
    changes: tuple[Change, ...]

    @property
    def target(self) -> Target:
        """The first target, an empty one if there is none."""
        return self.targets[0] if self.targets else Target()

    def before(self, name: str) -> object:
        return next((change.before for change in self.changes if change.name == name), None)

    def after(self, name: str) -> object:
        return next((change.after for change in self.changes if change.name == name), None)

    def holds(self, name: str) -> bool:
        """Whether the record tells of a property, be its values null."""
        return any(change.name == name for change in self.changes)

    def text(self, name: str) -> str | None:
        """The value that a property has now, or had before it was removed."""
        return as_text(self.after(name)) or as_text(self.before(name))

    def event(self, activity: Activity, app: AppReference) -> Event:
        """The event with all that every directory audit tells."""
        return Event(
            id=self.id,
            source=self.source,
            activity=activity,
            operation=self.operation,
            time=self.time,
            succeeded=self.succeeded,
            correlation_id=self.correlation_id,
            actor=self.actor,
            app=app,
            client=self.client,
            changes=tuple(shown(change) for change in self.changes),
        )
