"""Exemptions: somebody answers for an app, and a policy, or all of them, leaves it alone for a while.

An exemption lapses by itself. Those that lapsed are listed for a while and then forgotten; their history stays.
"""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

from msgspec import Struct
from msgspec.structs import replace

from shared.domain.exemptions import ALL_POLICIES, LONGEST, Exemption
from shared.domain.history import next_entry
from shared.domain.policy_book import BookChange, PolicyBook, exemption_subject
from shared.pipeline.governance.acting_policies import permit_exemption
from shared.pipeline.governance.book_changes import Decision, author, change_book, edits_of, refused
from shared.pipeline.governance.edit import Edit
from shared.pipeline.governance.errors import UnknownPolicy
from shared.pipeline.governance.rule_book import Rules
from shared.pipeline.governance.services import GovernanceServices
from shared.sources.fields import object_id

_KEPT: Final = timedelta(days=90)
_MOST: Final = 1_000
"""That hold at a time: all are read with the book."""
_MOST_FORGOTTEN: Final = 20
_MOST_ENDED: Final = 20
"""In one commit, each with its history."""
_LONGEST_REASON: Final = 1_000


class ExemptionOrder(Struct, frozen=True, kw_only=True):
    """``policy_id`` may be ``*`` for all policies. ``expires`` is UTC."""

    policy_id: str
    app_id: str
    reason: str
    expires: datetime


async def create_exemption(services: GovernanceServices, order: ExemptionOrder, edit: Edit) -> Exemption:
    """The caller approves it. Raises UnknownPolicy, PolicyRefused, ActingPolicy."""
    _refuse_unfit(order, edit.now)
    app_id = await _known_app(services, order.app_id)
    made = Exemption(
        id=str(uuid4()),
        policy_id=order.policy_id,
        app_id=app_id,
        reason=order.reason.strip(),
        approved_by=author(edit.caller),
        created=edit.now,
        expires=order.expires,
    )

    async def decide(rules: Rules) -> Decision[Exemption]:
        if made.policy_id != ALL_POLICIES and made.policy_id not in rules.entries:
            raise UnknownPolicy(made.policy_id)
        permit_exemption(rules, edit.caller, made.policy_id)
        if sum(each.holds(edit.now) for each in rules.book.exemptions.values()) >= _MOST:
            raise refused(f"{_MOST} exemptions hold already; end one first")
        return Decision(_change(rules.book, None, made, "created", replace(edit, reason=made.reason)), made)

    return await change_book(services, decide, edit.now, [app_id[:1]])


async def end_exemption(services: GovernanceServices, exemption_id: str, edit: Edit) -> Exemption:
    """Before its time; one that ended or lapsed stays as it is. Raises UnknownPolicy, ActingPolicy."""
    known = (await services.rule_book.refresh()).book.exemptions.get(exemption_id)
    if known is None:
        raise UnknownPolicy(exemption_id)

    async def decide(rules: Rules) -> Decision[Exemption]:
        current = rules.book.exemptions.get(exemption_id, known)
        if not current.holds(edit.now):
            return Decision(None, current)
        permit_exemption(rules, edit.caller, current.policy_id)
        ended = replace(current, ended=edit.now, ended_by=author(edit.caller))
        return Decision(_change(rules.book, current, ended, "ended", edit), ended)

    return await change_book(services, decide, edit.now, [known.app_id[:1]])


async def end_with_policies(services: GovernanceServices, policy_ids: Collection[str], edit: Edit) -> None:
    """Those of policies that are gone: another policy that takes the id must not be born with them."""
    because = replace(edit, reason="Its policy was deleted.")

    async def decide(rules: Rules) -> Decision[bool]:
        left = [
            each
            for each in rules.book.exemptions.values()
            if each.policy_id in policy_ids
            and each.policy_id not in rules.entries
            and each.ended is None
            and edit.now < each.expires
        ]
        if not left:
            return Decision(None, False)
        change = BookChange(expected=rules.book.version)
        for one in left[:_MOST_ENDED]:
            ended = replace(one, ended=edit.now, ended_by=author(edit.caller))
            own = _change(rules.book, one, ended, "ended", because)
            change = replace(change, exemptions=(*change.exemptions, ended), entries=(*change.entries, *own.entries))
        return Decision(change, len(left) > _MOST_ENDED)

    for _ in range(_MOST // _MOST_ENDED):
        if not await change_book(services, decide, edit.now, ()):
            break


async def list_exemptions(
    services: GovernanceServices, now: datetime, policy_id: str | None = None, app_id: str | None = None
) -> tuple[Exemption, ...]:
    """Those that hold, the first to lapse first; then those that ended lately, the last first."""
    book = (await services.rule_book.refresh()).book
    found = [
        each
        for each in book.exemptions.values()
        if (app_id is None or each.app_id == app_id.lower()) and policy_id in (None, each.policy_id)
    ]
    holding = sorted((each for each in found if each.holds(now)), key=lambda each: each.expires)
    over = [each for each in found if not each.holds(now) and now - _end(each) <= _KEPT]
    return (*holding, *sorted(over, key=_end, reverse=True))


def _refuse_unfit(order: ExemptionOrder, now: datetime) -> None:
    """Raises PolicyRefused."""
    if not order.reason.strip() or len(order.reason) > _LONGEST_REASON:
        raise refused(f"say why, in up to {_LONGEST_REASON:,} characters", "reason")
    if not now < order.expires <= now + LONGEST:
        raise refused(f"it ends in the future, at most {LONGEST.days} days ahead", "expires")


async def _known_app(services: GovernanceServices, app_id: str) -> str:
    """Raises PolicyRefused."""
    named = object_id(app_id) or ""
    if not named or not await services.apps.get([named]):
        raise refused("no app of this id is in the inventory; write its appId", "appId")
    return named


def _change(book: PolicyBook, before: Exemption | None, after: Exemption, action: str, edit: Edit) -> BookChange:
    subject = exemption_subject(after.id)
    edits = edits_of(_facts(before) if before is not None else {}, _facts(after))
    last = book.last_entries.get(subject)
    entry = next_entry(last, edit.now, author(edit.caller), action, edits, edit.reason)
    return BookChange(
        expected=book.version,
        exemptions=(after,),
        forgotten=tuple(_long_over(book, edit.now))[:_MOST_FORGOTTEN],
        entries=((subject, entry),),
    )


def _facts(exemption: Exemption) -> dict[str, object]:
    return {
        "policyId": exemption.policy_id,
        "appId": exemption.app_id,
        "expires": exemption.expires,
        **({"ended": exemption.ended} if exemption.ended is not None else {}),
    }


def _long_over(book: PolicyBook, now: datetime) -> Iterator[str]:
    return (each.id for each in book.exemptions.values() if not each.holds(now) and now - _end(each) > _KEPT)


def _end(exemption: Exemption) -> datetime:
    return min(exemption.ended or exemption.expires, exemption.expires)
