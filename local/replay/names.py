"""Joins by display name, for a replay only: a guess, and marked as one.

Exported logs often lack the record that ties an object id to an appId. Where exactly one app of the export bears the
very name, the replay takes it to be that app. The service never does: whoever registers an app chooses its name.
"""

from collections import defaultdict

from msgspec.structs import replace

from shared.domain.app_references import AppReference, Resolution
from shared.domain.events import Event


class Names:
    """Which appIds bear which display name, as the records tell."""

    def __init__(self) -> None:
        self._app_ids: defaultdict[str, set[str]] = defaultdict(set)

    def learn(self, app: AppReference) -> None:
        if app.app_id and app.display_name:
            self._app_ids[_folded(app.display_name)].add(app.app_id)

    def guess(self, event: Event) -> Event:
        """The event with the app that its name points to, if the records settle none and one name fits one app."""
        app = event.app
        if app.app_id is not None or not app.display_name:
            return event
        bearers = self._app_ids.get(_folded(app.display_name), set())
        if len(bearers) != 1:
            return event
        return replace(event, app=replace(app, app_id=next(iter(bearers)), resolution=Resolution.BY_NAME))


def _folded(name: str) -> str:
    return name.strip().casefold()
