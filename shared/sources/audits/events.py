"""From the shape of a directory audit to its events."""

from collections.abc import Callable

from shared.domain.activities import Activity
from shared.domain.events import Event
from shared.domain.operations import activity_of
from shared.sources.audits.objects import read_directory_role, read_object, read_owner
from shared.sources.audits.permissions import read_app_role, read_app_role_of_user, read_consent, read_grant
from shared.sources.audits.record import AuditRecord

type _Reader = Callable[[AuditRecord, Activity], tuple[Event, ...]]


def events_of(record: AuditRecord) -> tuple[Event, ...]:
    """The events of a directory audit, at least one."""
    activity = activity_of(record.operation)
    return _READERS.get(activity, read_object)(record, activity)


_READERS: dict[Activity, _Reader] = {
    Activity.CONSENT_GRANTED: read_consent,
    Activity.CONSENT_REVOKED: read_consent,
    Activity.GRANT_ADDED: read_grant,
    Activity.GRANT_REVOKED: read_grant,
    Activity.APP_ROLE_GRANTED: read_app_role,
    Activity.APP_ROLE_REVOKED: read_app_role,
    Activity.APP_ROLE_ASSIGNED_TO_USER: read_app_role_of_user,
    Activity.OWNER_ADDED: read_owner,
    Activity.OWNER_REMOVED: read_owner,
    Activity.DIRECTORY_ROLE_ASSIGNED: read_directory_role,
    Activity.DIRECTORY_ROLE_REMOVED: read_directory_role,
}
