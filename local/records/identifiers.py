"""Ids that every record carries and the event leaves open. The same event always gets the same ones."""

from uuid import NAMESPACE_OID, uuid5

from shared.domain.app_references import AppReference
from shared.domain.events import Event

TENANT_ID = str(uuid5(NAMESPACE_OID, "tenant"))


def object_id_of(app: AppReference, event: Event) -> str:
    """The object id of the event's app: its own, else one that all events with this app share."""
    return app.service_principal_id or app.application_object_id or invented_id("object", app.app_id or event.id)


def invented_id(*parts: str) -> str:
    """A GUID made from these parts."""
    return str(uuid5(NAMESPACE_OID, "/".join(parts)))
