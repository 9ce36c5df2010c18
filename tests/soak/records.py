"""What one round feeds: the recorded attack on new apps by new people, among harmless records, from a seed.

Every round has ids of its own, so every round raises new alerts. One standing app reads mail in all of them: its alert
grows from round to round, so that hosts also meet over one series. The end of the round before is told once more, as
collectors that read the last minutes again do.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import batched
from random import Random
from uuid import UUID, uuid5

import msgspec

from local.records.content import Record
from local.records.directory_audits import as_directory_audit
from local.records.sign_ins import as_sign_in
from local.records.unified_audit_log import as_unified_audit
from shared.domain.activities import Activity
from shared.domain.app_references import AppReference
from shared.domain.events import Actor, ActorKind, Client, Event, PermissionChange, Resource, Source
from shared.domain.known import UNKNOWN
from shared.domain.microsoft import API_APP_IDS, MICROSOFT_GRAPH
from shared.domain.permission_table import PERMISSIONS
from tests.recording import RECORDING

_IDS = UUID("5ad0c3e6-9f7b-4c55-9d34-2f4f6b1f7f10")
_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
_SAME_EVERYWHERE = API_APP_IDS | {fact.id for fact in PERMISSIONS}
"""Ids that name the same thing in every tenant."""

_RECORDS_PER_CHUNK = 8
_HARMLESS = 7
_TOLD_AGAIN = 2


def chunks_of(seed: int, round_number: int) -> list[Sequence[bytes]]:
    """What to ingest, in this order: a record that teaches an id never comes after one that needs it."""
    before = _lines(seed, round_number - 1)[-_TOLD_AGAIN:] if round_number else []
    return list(batched([*before, *_lines(seed, round_number)], _RECORDS_PER_CHUNK, strict=False))


def _lines(seed: int, round_number: int) -> list[bytes]:
    random = Random(f"{seed}/{round_number}")
    lines = [_moved(line, seed, round_number) for line in RECORDING.read_text().splitlines()]
    for record in _harmless(random, seed, round_number):
        lines.insert(random.randrange(len(lines) + 1), msgspec.json.encode(record))
    return lines


def _moved(line: str, seed: int, round_number: int) -> bytes:
    """The recorded line with the ids and the time of this round."""

    def renamed(found: re.Match[str]) -> str:
        return found[0] if found[0] in _SAME_EVERYWHERE else _id(seed, round_number, found[0])

    def later(found: re.Match[str]) -> str:
        return (datetime.fromisoformat(found[0]) + timedelta(hours=round_number)).isoformat()

    return _TIME.sub(later, _GUID.sub(renamed, line)).encode()


def _harmless(random: Random, seed: int, round_number: int) -> Iterator[Record]:
    """Sign-ins, and consents to nothing more than signing in; last, the mail that the standing app reads."""
    time = datetime.fromisoformat("2026-11-23T08:30:00Z") + timedelta(hours=round_number)
    for number in range(_HARMLESS):
        kind = random.choice((Activity.SIGN_IN, Activity.CONSENT_GRANTED))
        event = _event(_id(seed, round_number, f"harmless {number}"), kind, time + timedelta(seconds=number))
        yield as_sign_in(event) if kind is Activity.SIGN_IN else as_directory_audit(event)
    yield as_unified_audit(_standing_mail(seed, round_number, time))


def _event(event_id: str, activity: Activity, time: datetime) -> Event:
    signs_in = activity is Activity.SIGN_IN
    return Event(
        id=event_id if signs_in else f"Directory_{event_id}",
        source=Source.SIGN_INS if signs_in else Source.DIRECTORY_AUDITS,
        activity=activity,
        operation=activity,
        time=time,
        actor=Actor(kind=ActorKind.USER, id=str(uuid5(_IDS, "user" + event_id)), name="sam@contoso.example"),
        app=AppReference(
            app_id=str(uuid5(_IDS, "app" + event_id)),
            service_principal_id=str(uuid5(_IDS, "principal" + event_id)),
            display_name="Contoso Calendar",
        ),
        resource=Resource(app_id=MICROSOFT_GRAPH),
        client=Client(ip_address="198.51.100.20"),
        scopes=UNKNOWN if signs_in else PermissionChange(after=("User.Read", "openid")),
    )


def _standing_mail(seed: int, round_number: int, time: datetime) -> Event:
    return Event(
        id=_id(seed, round_number, "standing mail"),
        source=Source.UNIFIED_AUDIT_LOG,
        activity=Activity.MAIL_ACCESSED,
        operation=Activity.MAIL_ACCESSED,
        time=time,
        actor=Actor(kind=ActorKind.APP),
        app=AppReference(app_id=str(uuid5(_IDS, f"standing {seed}")), display_name="Mail Archive"),
        resource=Resource(app_id=MICROSOFT_GRAPH),
        mailbox="lee@contoso.example",
        access_type="Bind",
        item_count=1,
    )


def _id(seed: int, round_number: int, name: str) -> str:
    return str(uuid5(_IDS, f"{seed}/{round_number}/{name}"))
