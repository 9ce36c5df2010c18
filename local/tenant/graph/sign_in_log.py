"""The sign-ins that can be read by now, by time: one kind at a time in beta, only interactive ones in version 1.0."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from local.tenant.directory.collections import Object
from local.tenant.directory.sign_in_records import INTERACTIVE, SIGN_IN_KINDS, sign_in_log
from local.tenant.directory.tenant import Tenant
from local.tenant.graph.calls import Call
from local.tenant.graph.filter_conditions import All, AnyElement, Compared, Condition, Either, Not
from local.tenant.graph.messages import Answer, GraphError, bad_request
from local.tenant.graph.pages import Key, cut, listing
from local.tenant.graph.query import Order, Query, read_query
from local.tenant.graph.schema import kind
from local.tenant.graph.shapes import project

_TIME = "createdDateTime"
_NEWEST_FIRST = Order(_TIME, descending=True)
_START = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class SignInLog:
    """The operation on ``/auditLogs/signIns``."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def list(self, call: Call) -> Answer:
        """By time, the newest first unless it is asked otherwise; only for a tenant with a licence of Entra ID P1."""
        if not self._tenant.has_premium:
            raise GraphError(
                403,
                "Authentication_RequestFromNonPremiumTenantOrB2CTenant",
                "Neither tenant is B2C or tenant doesn't have premium license",
            )
        asked = kind("signIn") if call.request.is_beta else kind("signIn").in_version_1
        query = read_query(call.request, asked)
        order = query.order or _NEWEST_FIRST
        log = self._tenant.log(sign_in_log(_kind_asked_for(query)))
        start, end = query.filter.bounds(_TIME) if query.filter is not None else (None, None)
        records = log.query(start, end, self._tenant.clock.now(), ascending=True)
        # Those of one moment go by id, so that a page can end between them.
        records.sort(key=_key, reverse=order.descending)
        found, after = cut(records, query, _key, descending=order.descending)
        values = [project(one, asked, query.select) for one in found]
        return listing(call.request, asked, query, values, after)


def _kind_asked_for(query: Query) -> str:
    """Interactive ones where no kind is named. Raises GraphError (400) for more than one: kinds do not combine."""
    if query.filter is None:
        return INTERACTIVE
    condition = query.filter.condition
    joined = condition.conditions if isinstance(condition, All) else (condition,)
    named = list(_kinds_named(condition))
    match named:
        case []:
            return INTERACTIVE
        case [AnyElement(_, Compared((), "eq", (str(name),)))] if named[0] in joined and name in SIGN_IN_KINDS:
            return name
    raise bad_request("Invalid filter clause: one value of signInEventTypes can be asked for at a time.")


def _kinds_named(condition: Condition) -> Iterator[Condition]:
    """What is said of the kind anywhere in the filter."""
    match condition:
        case All(conditions) | Either(conditions):
            for one in conditions:
                yield from _kinds_named(one)
        case Not(negated):
            yield from _kinds_named(negated)
        case AnyElement(("signInEventTypes",)) | Compared(("signInEventTypes",)):
            yield condition


def _key(record: Object) -> Key:
    return (datetime.fromisoformat(record[_TIME]) - _START) // _MICROSECOND, record["id"]
