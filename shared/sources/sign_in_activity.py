"""The reports of sign-in activity: when an app, and each of its credentials, signed in last."""

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from shared.domain.apps import App, Credential, SignIns
from shared.domain.directory import DirectoryObject
from shared.domain.events import CredentialKind
from shared.domain.known import UNKNOWN, Known
from shared.domain.report_age import is_to_be_noted
from shared.domain.usage_reads import UsageReport
from shared.sources.errors import RecordError
from shared.sources.fields import Fields, guid, member, text
from shared.sources.times import time_of

_ACTIVITIES = {
    "delegated_client": "delegatedClientSignInActivity",
    "application_client": "applicationAuthenticationClientSignInActivity",
    "delegated_resource": "delegatedResourceSignInActivity",
    "application_resource": "applicationAuthenticationResourceSignInActivity",
    "last": "lastSignInActivity",
}
_TIMES = ("lastSignInDateTime", "lastNonInteractiveSignInDateTime", "lastSuccessfulSignInDateTime")
"""Of an app that never signs in interactively the first may be empty."""
_FIRST_YEAR = 2000
"""Graph writes year 1 where it means never."""


class AppUse(Struct, frozen=True):
    """What rows of one report tell of one app. ``credentials`` are the last sign-ins by key id, in lower case."""

    sign_ins: SignIns | None = None
    credentials: dict[str, datetime] = {}


class ReadRows(Struct, frozen=True):
    """Uses by appId, and the apps of rows that cannot be read; ``nameless`` counts those of which not even that can."""

    uses: dict[str, AppUse]
    unread: frozenset[str]
    nameless: int


def uses_in(report: UsageReport, rows: Iterable[DirectoryObject]) -> ReadRows:
    """Several rows may be of one app, or of one credential."""
    found: dict[str, AppUse] = {}
    unread = set[str]()
    nameless = 0
    for row in rows:
        app_id = guid(row.get("appId"))
        try:
            use = _use(report, row)
        except RecordError:
            use = None
        if app_id is None:
            nameless += 1
        elif use is None:
            unread.add(app_id)
        else:
            found[app_id] = _joined(found[app_id], use) if app_id in found else use
    return ReadRows(found, frozenset(unread), nameless)


def with_use(app: App, use: AppUse) -> App:
    """The app as the report tells of it. No date moves back: rows of a report come late, and in any order."""
    sign_ins = app.sign_ins if use.sign_ins is None else _later_sign_ins(app.sign_ins or None, use.sign_ins)
    return replace(app, sign_ins=sign_ins, credentials=_used(app.credentials, use.credentials))


def without_use(app: App, report: UsageReport, started: datetime) -> App:
    """The app once a report was read from ``started`` to its end: what is unknown still, the report does not name.

    Not so what came later than that, and federated credentials: no report tells of those. When the report was read is
    noted with the app, but not each time.
    """
    if report is UsageReport.CREDENTIAL_SIGN_INS:
        read = started if is_to_be_noted(app.credential_use_read, started) else app.credential_use_read
        return replace(app, credentials=_without_use(app.credentials, started), credential_use_read=read)
    if app.first_seen is None or app.first_seen >= started:
        return app
    read = started if is_to_be_noted(app.use_read, started) else app.use_read
    return replace(app, sign_ins=None if app.sign_ins is UNKNOWN else app.sign_ins, use_read=read)


def _use(report: UsageReport, row: Fields) -> AppUse | None:
    if report is UsageReport.SERVICE_PRINCIPAL_SIGN_INS:
        return AppUse(SignIns(**{field: _time(row, name) for field, name in _ACTIVITIES.items()}))
    key_id = text(row, "keyId")
    if key_id is None:
        return None
    last = _time(row, "signInActivity")
    return AppUse(None, {key_id.lower(): last} if last else {})


def _time(row: Fields, activity: str) -> datetime | None:
    told = (time_of(member(row, activity), name) for name in _TIMES)
    return max((time for time in told if time is not None and time.year >= _FIRST_YEAR), default=None)


def _joined(one: AppUse, other: AppUse) -> AppUse:
    sign_ins = one.sign_ins if other.sign_ins is None else _later_sign_ins(one.sign_ins, other.sign_ins)
    credentials = dict(one.credentials)
    for key_id, last in other.credentials.items():
        credentials[key_id] = max(credentials.get(key_id, last), last)
    return AppUse(sign_ins, credentials)


def _later_sign_ins(one: SignIns | None, other: SignIns) -> SignIns:
    if one is None:
        return other
    return SignIns(**{field: _later(getattr(one, field), getattr(other, field)) for field in _ACTIVITIES})


def _later(one: Known[datetime], other: datetime | None) -> datetime | None:
    return max(filter(None, (one or None, other)), default=None)


def _used(credentials: Known[tuple[Credential, ...]], uses: dict[str, datetime]) -> Known[tuple[Credential, ...]]:
    if not credentials or not uses:
        return credentials
    return tuple(
        replace(each, last_used=_later(each.last_used, last)) if last else each
        for each in credentials
        for last in [uses.get((each.key_id or "").lower())]
    )


def _without_use(credentials: Known[tuple[Credential, ...]], started: datetime) -> Known[tuple[Credential, ...]]:
    if not credentials:
        return credentials
    return tuple(replace(each, last_used=None) if _is_unnamed(each, started) else each for each in credentials)


def _is_unnamed(credential: Credential, started: datetime) -> bool:
    is_older = credential.start is None or credential.start < started
    return credential.last_used is UNKNOWN and is_older and credential.kind is not CredentialKind.FEDERATED
