"""Directory audits of a busy tenant, as lines of JSON: made from numbers, so every run reads the same.

One in a hundred adds a credential, which a detection fires on. The others are the ordinary life of apps: rules look
at some of them (grants, consents) and none fires.
"""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from uuid import NAMESPACE_OID, uuid5

from msgspec.structs import replace

from local.records.directory_audits import as_directory_audit
from shared.domain.activities import Activity
from shared.domain.app_references import AppReference
from shared.domain.events import (
    Actor,
    ActorKind,
    Client,
    CredentialKind,
    Event,
    EventCredential,
    PermissionChange,
    Resource,
    Source,
)

LAST = datetime(2026, 11, 1, tzinfo=UTC)
MATCHING = 100
"""One record in so many."""
_APPS = 500
_MATCHING_APPS = 50
_ADMINISTRATORS = 20
BETWEEN = timedelta(seconds=4)
_GRAPH = Resource(app_id="00000003-0000-0000-c000-000000000000", display_name="Microsoft Graph")
_SIGN_IN = PermissionChange(after=("openid", "profile", "User.Read"))


def audit_lines(records: int, last: datetime = LAST) -> Iterator[bytes]:
    """Oldest first, 21,600 a day."""
    first = last - BETWEEN * (records - 1)
    for number in range(records):
        yield json.dumps(as_directory_audit(_event(number, first + BETWEEN * number))).encode() + b"\n"


def alerts_in(records: int) -> int:
    """How many alerts the records deserve: one for every app that got a credential."""
    return min(-(-records // MATCHING), _MATCHING_APPS)


def _event(number: int, time: datetime) -> Event:
    if number % MATCHING == 0:
        return _credential_added(_plain(Activity.CREDENTIAL_ADDED, number, time, number // MATCHING % _MATCHING_APPS))
    activity, told = _ORDINARY[number % len(_ORDINARY)]
    return told(_plain(activity, number, time, number * 7 % _APPS))


def _credential_added(event: Event) -> Event:
    added = EventCredential(key_id=event.correlation_id, kind=CredentialKind.SECRET, display_name="deployment")
    return replace(event, credentials_added=(added,))


def _updated(event: Event) -> Event:
    return event


def _assigned(event: Event) -> Event:
    return replace(event, user=f"{event.id}@contoso.example")


def _granted(event: Event) -> Event:
    return replace(event, resource=_GRAPH, scopes=_SIGN_IN, consent_type="Principal")


def _consented(event: Event) -> Event:
    return replace(event, scopes=_SIGN_IN, consent_type="Principal", admin_consent=False)


_ORDINARY: tuple[tuple[Activity, Callable[[Event], Event]], ...] = (
    (Activity.SERVICE_PRINCIPAL_UPDATED, _updated),
    (Activity.APP_ROLE_ASSIGNED_TO_USER, _assigned),
    (Activity.APP_ROLE_ASSIGNED_TO_USER, _assigned),
    (Activity.GRANT_ADDED, _granted),
    (Activity.CONSENT_GRANTED, _consented),
)


def _plain(activity: Activity, number: int, time: datetime, app: int) -> Event:
    """What every record says, whatever has happened."""
    administrator = number % _ADMINISTRATORS
    return Event(
        id=f"Directory_{_id('record', number)}",
        source=Source.DIRECTORY_AUDITS,
        activity=activity,
        operation=activity.value,
        time=time,
        correlation_id=_id("correlation", number),
        actor=Actor(kind=ActorKind.USER, id=_id("user", administrator), name=f"admin{administrator}@contoso.example"),
        app=_app(app),
        client=Client(ip_address=f"192.0.2.{number % 254 + 1}", user_agent="Mozilla/5.0 (Windows NT 10.0; Win64)"),
    )


def _app(number: int) -> AppReference:
    return AppReference(
        app_id=_id("app", number),
        service_principal_id=_id("service principal", number),
        display_name=f"Contoso Connector {number}",
    )


def _id(kind: str, number: int) -> str:
    return str(uuid5(NAMESPACE_OID, f"{kind} {number}"))
