"""Events of the archive as the API shows them, and the filters by which they are hunted."""

from datetime import datetime
from typing import Annotated, Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import msgspec
from pydantic import BeforeValidator, Field, JsonValue, StringConstraints

from functions.models.problems import FieldError
from functions.models.shapes import Moment, PageParameters, Sent, ShortText, listed
from functions.problems import invalid
from shared.domain.activities import Activity
from shared.domain.archived_events import ArchivedEvent
from shared.domain.event_queries import LONGEST_RANGE, USUAL_RANGE, EventQuery
from shared.domain.event_sentences import plain_sentence
from shared.domain.events import Service
from shared.domain.streams import Stream


class EventResource(Sent):
    """One event. ``event`` has all its facts; what the record does not tell is not in it, what it tells empty is null.

    ``id`` is that of the record, which stands in the archive's blob ``rawPath`` as it came. ``sentence`` is plain text
    and quotes the record: show it as text, never as markup.
    """

    id: str
    date_time: datetime | None
    stream: str
    activity: Activity
    sentence: str
    raw_path: str
    event: dict[str, JsonValue]


class EventList(Sent):
    """A page, newest first; what has no time comes last in the hour of its collection.

    It may be short, even empty, and still have a ``nextLink``: it reads the archive back to ``readBackToDateTime``.
    """

    value: list[EventResource]
    read_back_to_date_time: datetime | None
    next_link: str | None = None


class EventListParameters(PageParameters):
    """Filters; all must hold. Several values of one filter are joined by commas."""

    app_id: Annotated[ShortText | None, Field(description="Of the app, or of its service principal")] = None
    actor: Annotated[ShortText | None, Field(description="A whole id or name, whatever its case")] = None
    activity: Annotated[frozenset[Activity], BeforeValidator(listed)] | None = None
    stream: Annotated[frozenset[Stream], BeforeValidator(listed)] | None = None
    service: Annotated[frozenset[Service], BeforeValidator(listed)] | None = None
    ip_address: ShortText | None = None
    from_: Annotated[
        Moment | None, Field(alias="from", description="At most 30 days before to; unless given, one day before it")
    ] = None
    to: Annotated[Moment | None, Field(description="Not included; now unless given")] = None
    text: (
        Annotated[
            str,
            StringConstraints(min_length=1, max_length=200),
            Field(description="Within a name, id, path, user agent or changed value, whatever its case"),
        ]
        | None
    ) = None

    def query(self, app_ids: frozenset[str], now: datetime) -> EventQuery:
        """Raises RequestRefused for a range that nobody may ask for. ``app_ids`` are all those of the app asked for."""
        end = self.to or now
        start = self.from_ or end - USUAL_RANGE
        if start >= end:
            raise invalid(FieldError(field="from", message="must lie before to"))
        if end - start > LONGEST_RANGE:
            raise invalid(FieldError(field="from", message=f"must lie at most {LONGEST_RANGE.days} days before to"))
        return EventQuery(
            start=start,
            end=end,
            app_ids=app_ids,
            actor=self.actor,
            activities=self.activity or frozenset(),
            streams=self.stream or frozenset(),
            services=self.service or frozenset(),
            ip_address=self.ip_address,
            text=self.text,
        )


def event_resource(archived: ArchivedEvent) -> EventResource:
    event = archived.event
    return EventResource(
        id=event.id,
        date_time=event.time,
        stream=archived.stream,
        activity=event.activity,
        sentence=plain_sentence(event),
        raw_path=archived.raw_path,
        # By way of JSON, since pydantic takes no tuple for a list there.
        event=msgspec.json.decode(msgspec.json.encode(event), type=dict[str, Any]),
    )


def range_of(query: EventQuery) -> dict[str, str]:
    """The parameters by which the same range is asked for again, whatever the time is then."""
    return {name: time.isoformat().replace("+00:00", "Z") for name, time in (("from", query.start), ("to", query.end))}


def with_range(link: str | None, query: EventQuery) -> str | None:
    if link is None:
        return None
    parts = urlsplit(link)
    fixed = range_of(query)
    kept = [(name, value) for name, value in parse_qsl(parts.query) if name not in fixed]
    return urlunsplit(parts._replace(query=urlencode([*kept, *fixed.items()])))
