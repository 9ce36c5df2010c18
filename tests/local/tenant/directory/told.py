"""What the audits tell of the last writes."""

from local.tenant.directory.collections import Object
from local.tenant.directory.tenant import Tenant
from shared.domain.events import Event
from shared.sources.records import read_record


def last_records(tenant: Tenant, count: int = 1) -> list[Object]:
    return tenant.audits.every_record()[-count:]


def last_event(tenant: Tenant) -> Event:
    """The last record as our own parser understands it, if it tells one event."""
    (event,) = read_record(last_records(tenant)[0])
    return event


def names(tenant: Tenant, count: int) -> list[str]:
    return [record["activityDisplayName"] for record in last_records(tenant, count)]


def values(record: Object) -> dict[str, tuple[str | None, str | None]]:
    """The modified properties by name, as they stand in the record: JSON in strings."""
    (told,) = [target["modifiedProperties"] for target in record["targetResources"] if target["modifiedProperties"]]
    return {one["displayName"]: (one["oldValue"], one["newValue"]) for one in told}
