"""One change of the policy book: read it, decide, commit; somebody else's commit in between means to decide again."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from shared.domain.alerts import PropertyEdit
from shared.domain.errors import Conflict, Unavailable
from shared.domain.mirror import SLICES
from shared.domain.policy_book import BookChange
from shared.domain.roles import Caller
from shared.pipeline.governance.errors import PolicyRefused, StalePolicy
from shared.pipeline.governance.rule_book import Rules
from shared.pipeline.governance.services import GovernanceServices
from shared.policies.errors import KeyPath, Problem

_MOST_TRIES = 8
_LONGEST_PAUSE_SECONDS = 0.2
_LONGEST_VALUE = 200

_log = logging.getLogger(__name__)


class Decision[T](NamedTuple):
    """What is to be committed, None where all is so already, and what the caller is told then."""

    change: BookChange | None
    outcome: T


type Decide[T] = Callable[[Rules], Awaitable[Decision[T]]]


async def change_book[T](
    services: GovernanceServices, decide: Decide[T], now: datetime, partitions: Sequence[str] = SLICES
) -> T:
    """Returns the outcome of what was committed. The apps of ``partitions`` are judged anew.

    Whatever fails after the commit does not unmake it, so it does not fail the call: the sweeper notices by itself that
    apps were judged by other rules. Raises Conflict where others change the book all the time.
    """
    for _ in range(_MOST_TRIES):
        change, outcome = await decide(await services.rule_book.refresh())
        if change is None:
            return outcome
        try:
            await services.books.commit(change)
        except Conflict:
            await asyncio.sleep(random.uniform(0, _LONGEST_PAUSE_SECONDS))  # noqa: S311 -- guards nothing
            continue
        await _have_apps_judged(services, partitions, now)
        return outcome
    raise Conflict(f"the policy book changed {_MOST_TRIES} times meanwhile")


async def _have_apps_judged(services: GovernanceServices, partitions: Sequence[str], now: datetime) -> None:
    try:
        await services.rule_book.refresh()
        await services.apps.note_unjudged(partitions, now)
        for partition in partitions:
            await services.queue.evaluate_apps(partition)
    except (Conflict, Unavailable) as error:
        _log.warning("apps are judged later by the changed policies", extra={"reason": str(error)})


def etag_of(version: int) -> str:
    return f'"{version}"'


def refuse_stale(if_match: str | None, etag: str | None) -> None:
    """``etag`` is None where there is nothing any more, which not even ``*`` matches. Raises StalePolicy."""
    if if_match is None:
        return
    named = {one.strip() for one in if_match.split(",")}
    if etag is None or not named & {"*", etag}:
        raise StalePolicy(f"it is at {etag or 'no version'} now")


def refused(text: str, *path: str | int) -> PolicyRefused:
    place: KeyPath = path
    return PolicyRefused([Problem(text, place)])


def edits_of(before: Mapping[str, object], after: Mapping[str, object]) -> tuple[PropertyEdit, ...]:
    """The keys at the top that differ, with their values as short text."""
    return tuple(
        PropertyEdit(property=name, before=_shown(before, name), after=_shown(after, name))
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name) or (name in before) != (name in after)
    )


def author(caller: Caller) -> str:
    """The name for people, the object id for certainty."""
    return f"{caller.name} ({caller.id})"


def _shown(values: Mapping[str, object], name: str) -> str | None:
    if name not in values:
        return None
    value = values[name]
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 1]}…"
