"""From an event to what its directory audit says, whichever log will carry it."""

from collections.abc import Callable
from dataclasses import replace

from local.records.content import Content, Property
from local.records.errors import NotRecorded
from local.records.objects import (
    added_content,
    directory_role_content,
    federated_content,
    key_content,
    manifest_content,
    owner_content,
    plain_content,
    policy_content,
)
from local.records.permissions import app_role_content, app_role_of_user_content, consent_content, grant_content
from shared.domain.activities import Activity
from shared.domain.events import Event

ELSEWHERE = frozenset(
    {Activity.SIGN_IN, Activity.MAIL_ACCESSED, Activity.MAIL_SENT, Activity.FILE_ACCESSED, Activity.FILE_DOWNLOADED}
)
"""Activities that the directory does not audit."""


def content_of(event: Event) -> Content:
    """What the directory audits of the event. Raises NotRecorded for an activity of another log."""
    if event.activity in ELSEWHERE:
        raise NotRecorded(f"{event.activity} is no directory audit")
    content = _CONTENTS.get(event.activity, plain_content)(event)
    written = {found.name for found in content.properties}
    others = (
        Property(change.name, change.before, change.after) for change in event.changes if change.name not in written
    )
    details = {**content.details, **({"User-Agent": agent} if (agent := event.client.user_agent) else {})}
    return replace(content, properties=(*content.properties, *others), details=details)


_CONTENTS: dict[Activity, Callable[[Event], Content]] = {
    Activity.CONSENT_GRANTED: consent_content,
    Activity.CONSENT_REVOKED: consent_content,
    Activity.GRANT_ADDED: grant_content,
    Activity.GRANT_CHANGED: grant_content,
    Activity.GRANT_REVOKED: grant_content,
    Activity.APP_ROLE_GRANTED: app_role_content,
    Activity.APP_ROLE_REVOKED: app_role_content,
    Activity.APP_ROLE_ASSIGNED_TO_USER: app_role_of_user_content,
    Activity.CREDENTIAL_ADDED: key_content,
    Activity.CREDENTIAL_REMOVED: key_content,
    Activity.FEDERATED_CREDENTIAL_ADDED: federated_content,
    Activity.FEDERATED_CREDENTIAL_REMOVED: federated_content,
    Activity.PERMISSIONS_REQUESTED: manifest_content,
    Activity.APP_ADDED: added_content,
    Activity.SERVICE_PRINCIPAL_ADDED: added_content,
    Activity.OWNER_ADDED: owner_content,
    Activity.OWNER_REMOVED: owner_content,
    Activity.DIRECTORY_ROLE_ASSIGNED: directory_role_content,
    Activity.DIRECTORY_ROLE_REMOVED: directory_role_content,
    Activity.POLICY_CHANGED: policy_content,
}
