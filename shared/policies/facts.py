"""The vocabulary of Consentry: every fact, activity and baseline that a policy may name."""

from shared.domain.activities import Activity
from shared.domain.apps import App
from shared.domain.events import Event
from shared.policies.app_facts import APP_FACTS
from shared.policies.event_facts import EVENT_FACTS
from shared.policies.usage_facts import USAGE_FACTS
from shared.policies.vocabulary import APP_ID, FactType, Vocabulary


def key_of_app(event: object, app: object) -> str | None:
    """The key that groups what one app does.

    For an event: the appId of its app, else ``object:ID``; an event that names no app at all is a group of its own,
    ``event:ID``, so that nothing is merged by accident.
    """
    if isinstance(event, Event):
        return event.app.key or f"event:{event.id}"
    return app.app_id if isinstance(app, App) else None


BASELINES: dict[str, FactType] = {
    "app.mailboxesPerHour": FactType.NUMBER,
    "app.itemsPerHour": FactType.NUMBER,
    "app.filesPerHour": FactType.NUMBER,
    "app.signInsPerHour": FactType.NUMBER,
    "app.callsPerHour": FactType.NUMBER,
    "app.bytesPerHour": FactType.NUMBER,
    "app.countries": FactType.TEXTS,
    "app.ipAddresses": FactType.TEXTS,
    "app.userAgents": FactType.TEXTS,
    "app.resources": FactType.TEXTS,
    "app.networks": FactType.TEXTS,
    "app.credentials": FactType.TEXTS,
    "app.operations": FactType.TEXTS,
    "app.hours": FactType.TEXTS,
}

VOCABULARY = Vocabulary(
    (*APP_FACTS, *EVENT_FACTS, *USAGE_FACTS),
    activities=(activity.value for activity in Activity),
    baselines=BASELINES,
    key_of_app=key_of_app,
    answered_by_event={APP_ID: "event.app.appId"},
)
