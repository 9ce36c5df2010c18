"""The Management Activity API's answers: subscriptions, listings and content. No wire in here."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from local.tenant.directory.tenant import Tenant
from local.tenant.graph.messages import Answer, GraphError
from local.tenant.office.content import LOGS, RETENTION, Blob, blob_of, blobs_between

_WIDEST = timedelta(days=1)
_EXPIRES_AFTER = timedelta(days=20)
"""What the documentation calls seven days."""
_BLOBS_OF_A_PAGE = 50


class Feed:
    """Of one tenant. Raises GraphError with the API's own codes."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._enabled: set[str] = set()

    def start(self, query: Mapping[str, str]) -> Answer:
        content_type = _content_type(query)
        if content_type in self._enabled:
            raise GraphError(400, "AF20024", "The subscription is already enabled. No property change.")
        self._enabled.add(content_type)
        return Answer(200, _subscription(content_type))

    def stop(self, query: Mapping[str, str]) -> Answer:
        self._enabled.discard(_content_type(query))
        return Answer(200)

    def subscriptions(self) -> Answer:
        return Answer(200, [_subscription(one) for one in sorted(self._enabled)])

    def content(self, query: Mapping[str, str], base: str) -> Answer:
        """One page of a listing; ``base`` is the address of the feed, with which links begin."""
        content_type = _content_type(query)
        if content_type not in self._enabled:
            raise GraphError(400, "AF20022", f"No subscription found for the specified content type {content_type}.")
        start, end = self._period(query)
        blobs = blobs_between(self._tenant, content_type, start, end)
        done = query.get("nextPage", "0")
        if not done.isdecimal():
            raise GraphError(400, "AF20031", f"Invalid nextPage Input: {done}.")
        page = blobs[int(done) : int(done) + _BLOBS_OF_A_PAGE]
        headers = {}
        if int(done) + _BLOBS_OF_A_PAGE < len(blobs):
            period = f"startTime={start:%Y-%m-%dT%H:%M:%S}&endTime={end:%Y-%m-%dT%H:%M:%S}"
            following = f"contentType={content_type}&{period}&nextPage={int(done) + _BLOBS_OF_A_PAGE}"
            headers["NextPageUri"] = f"{base}/subscriptions/content?{following}"
        return Answer(200, [_listed(blob, content_type, base) for blob in page], headers)

    def blob(self, blob_id: str) -> Answer:
        found = blob_of(self._tenant, blob_id)
        if found is None:
            raise GraphError(400, "AF20050", f"The specified content ({blob_id}) does not exist.")
        if found.created < self._tenant.clock.now() - _EXPIRES_AFTER:
            raise GraphError(400, "AF20051", f"Content requested with the key {blob_id} has already expired.")
        return Answer(200, list(found.records))

    def _period(self, query: Mapping[str, str]) -> tuple[datetime, datetime]:
        now = self._tenant.clock.now()
        if ("startTime" in query) != ("endTime" in query):
            raise GraphError(400, "AF20030", "Start time and end time must both be specified (or both omitted).")
        start, end = _time(query.get("startTime")) or now - _WIDEST, _time(query.get("endTime")) or now
        if end - start > _WIDEST or end <= start or start < now - RETENTION:
            message = "Start time and end time must be less than or equal to 24 hours apart, with the start time no"
            raise GraphError(400, "AF20030", f"{message} more than 7 days in the past.")
        return start, end


def _content_type(query: Mapping[str, str]) -> str:
    content_type = query.get("contentType", "")
    if content_type not in LOGS:
        raise GraphError(400, "AF20020", f"The specified content type {content_type} is not valid.")
    return content_type


def _time(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None
    except ValueError:
        raise GraphError(400, "AF20002", f"Invalid parameter type: {text}. Expected type: datetime") from None


def _subscription(content_type: str) -> dict[str, object]:
    return {"contentType": content_type, "status": "enabled", "webhook": None}


def _listed(blob: Blob, content_type: str, base: str) -> dict[str, str]:
    return {
        "contentType": content_type,
        "contentId": blob.id,
        "contentUri": f"{base}/audit/{blob.id}",
        "contentCreated": _instant(blob.created),
        "contentExpiration": _instant(blob.created + _EXPIRES_AFTER),
    }


def _instant(moment: datetime) -> str:
    return f"{moment.replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"
