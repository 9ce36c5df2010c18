"""Names for facts: what two streams tell of one thing that happened has one name.

For use across streams only. Within one stream two records are two facts, whatever they are called here: who calls the
directory may choose a correlation id, and so may make two of its records look like one.
"""

from hashlib import sha256

from shared.domain.activities import OUTSIDE_DIRECTORY
from shared.domain.events import Event, EventCredential, PermissionChange, Source
from shared.domain.known import UNKNOWN, Known
from shared.sources.decoding import encode

_OF_DIRECTORY = frozenset({Source.DIRECTORY_AUDITS, Source.UNIFIED_AUDIT_LOG})


def fact_of(event: Event) -> str | None:
    """The name of the fact behind an event as its record told it, before its app was looked up.

    Ways of the unified audit log keep the record's own id. Microsoft Graph gives a directory audit another one than
    that log does: there the request, what was done and to whom make the name. None where a record carries too little.
    """
    if event.source not in _OF_DIRECTORY:
        return None
    if event.activity in OUTSIDE_DIRECTORY or event.service is not UNKNOWN:
        return f"ual:{event.id}" if event.source is Source.UNIFIED_AUDIT_LOG else None
    subject = _subject(event)
    if not event.correlation_id or not any(subject):
        return None
    named = [
        event.correlation_id.lower(),
        event.operation.lower(),
        event.activity,
        event.succeeded,
        subject,
        _permissions(event),
        [_credential(one) for one in (*(event.credentials_added or ()), *(event.credentials_removed or ()))],
        # Names alone: how a value is printed is each log's own affair.
        sorted({change.name for change in event.changes}),
    ]
    return f"directory:{sha256(encode(named)).hexdigest()[:40]}"


def _subject(event: Event) -> list[str | None]:
    """Whom it concerns. By object id before appId: only one of the two logs always names the latter."""
    app, resource = event.app, event.resource
    return [
        app.service_principal_id or app.application_object_id or app.app_id,
        resource.service_principal_id or resource.app_id,
        event.user or None,
        event.directory_role or None,
    ]


def _permissions(event: Event) -> list[object]:
    return [event.app_role_id or event.app_role or None, *_change(event.scopes), *_change(event.app_roles)]


def _change(change: Known[PermissionChange]) -> tuple[list[str], list[str]]:
    return (sorted(change.added), sorted(change.removed)) if change else ([], [])


def _credential(credential: EventCredential) -> list[str | None]:
    """A secret by its key id; a trusted issuer, which has none, by what it trusts."""
    return [credential.key_id, credential.display_name, credential.issuer, credential.subject]
