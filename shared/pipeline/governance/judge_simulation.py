"""The work of a simulation: reads events or apps, has them judged, and says what it looked at. Writes nothing."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import UTC, datetime, time, timedelta
from itertools import batched

from msgspec.structs import replace

from shared.domain.apps import App
from shared.domain.archived_events import LinesOfHour, events_in
from shared.domain.events import Event
from shared.domain.exemptions import Exemptions
from shared.domain.mirror import SLICES
from shared.domain.remediation_guards import GuardSettings, checks, first_obstacle, target_of_app
from shared.domain.remediations import RemediationAction
from shared.domain.simulations import LookedAt, Simulation, SimulationResult, StreamCount
from shared.pipeline.activity.past_baselines import PastBaselines
from shared.pipeline.governance.errors import PolicyRefused
from shared.pipeline.governance.simulated_events import Identities, hours_of_streams, without_own_switches
from shared.pipeline.governance.simulation_notes import notes_on
from shared.pipeline.remediation.guards import guards_now
from shared.pipeline.services import Services
from shared.policies.baseline_use import baselines_named, compares
from shared.policies.loader import parse_policy
from shared.policies.model import ActionKind, Kind, Policy, State
from shared.policies.ruleset import RuleSet, compile_sound
from shared.policies.screening import screening_of
from shared.policies.simulation import PolicySimulation

type Told = Callable[[int, str], Awaitable[None]]
"""Is told how far it is, from 0 to 100, and what that means."""

_AT_ONCE = 250
"""Events that are judged before others get their turn: some milliseconds. In a thread it would take longer, since
reading ahead had to wait for that thread as often as it takes a breath.
"""
_APPS_AT_ONCE = 1_000
_ALWAYS = datetime.min.replace(tzinfo=UTC)
_DAY, _TICK = timedelta(days=1), timedelta(microseconds=1)
_TOUCHES_APP = {ActionKind.DISABLE_APP, ActionKind.REVOKE_GRANTS, ActionKind.REMOVE_CREDENTIAL}


async def judge_simulation(services: Services, simulation: Simulation, tell: Told) -> SimulationResult:
    """Raises PolicyRefused where the policy can no longer be used, as when a list of it is gone."""
    policy = parse_policy(simulation.policy).model_copy(update={"state": State.ACTIVE})
    first, last = simulation.first_day, simulation.created.date()
    usual = PastBaselines(services.baselines, first, last, baselines_named(policy))
    rules = await _rules_of(services, simulation, policy, usual)
    judging = _Judging(services, simulation, PolicySimulation(rules, policy), tell)
    if policy.kind is Kind.APP:
        looked_at = await judging.apps(usual if any(map(compares, rules.in_force.values())) else None)
    else:
        looked_at = await judging.events(rules, usual)
    result = judging.work.result(looked_at, notes_on(simulation, policy, rules, looked_at, services.archive_days))
    return await _with_protection(services, result)


async def _rules_of(services: Services, simulation: Simulation, policy: Policy, usual: PastBaselines) -> RuleSet:
    """The policy alone. An exemption of today counts for all of the days."""
    current = await services.rule_book.refresh()
    held = (one for one in current.book.exemptions.values() if one.holds(simulation.created))
    rules = await asyncio.to_thread(
        compile_sound,
        [policy],
        lists=current.lists,
        baselines=usual.lookup,
        exemptions=Exemptions(replace(one, created=_ALWAYS) for one in held),
    )
    if rules.broken:
        raise PolicyRefused(rules.broken[policy.id])
    return rules


class _Judging:
    def __init__(self, services: Services, simulation: Simulation, work: PolicySimulation, tell: Told) -> None:
        self._services = services
        self._simulation = simulation
        self._tell = tell
        self._first = datetime.combine(simulation.first_day, time(), UTC)
        self.work = work

    async def apps(self, usual: PastBaselines | None) -> LookedAt:
        """``usual`` is None where the policy compares with no baseline; else that of today counts for all days."""
        moments = self._ends_of_days()
        judged = 0
        for number, partition in enumerate(SLICES):
            watched = [app for app in await self._services.apps.in_partition(partition) if app.is_watched]
            for some in batched(watched, _APPS_AT_ONCE, strict=False):
                if usual is not None:
                    await usual.hold([app.app_id for app in some], self._simulation.created)
                await asyncio.to_thread(self._judge_apps, some, moments)
                judged += len(some)
                await self._tell(100 * number // len(SLICES), f"{judged} apps judged")
        return self._looked_at(apps=judged)

    def _judge_apps(self, apps: Iterable[App], moments: list[datetime]) -> None:
        for app in apps:
            self.work.judge_app(app, moments)

    async def events(self, rules: RuleSet, usual: PastBaselines) -> LookedAt:
        services, last = self._services, self._simulation.created
        identities, screening = Identities(services), screening_of(rules, next(iter(rules.policies)))
        held, hours = _Held(), 0
        total = (last - self._first) // timedelta(hours=1) + 1
        streams = await services.event_archive.streams()
        hour = self._first
        async for hour, found in hours_of_streams(services.event_archive, streams, self._first, last, rules.activities):
            held.count(found)
            of_hour = [line for each in found.values() for line in each.lines]
            for lines in batched(of_hour, _AT_ONCE, strict=False):
                # Of an hour that is not over, or of a clock that is ahead: the simulation ends where it was asked for.
                kept = lines if screening is None else await identities.screened(screening, lines, hour)
                events = [event for event in events_in(kept) if _is_before(event, last)]
                judged = await without_own_switches(services, await identities.of(events))
                await _hold_baselines(rules, usual, judged, hour)
                self.work.feed(hour, judged)
                held.judged += len(lines) - len(kept) + len(events)  # What is screened out was judged as well.
                await self._tell(100 * hours // total, f"events up to {hour:%Y-%m-%d %H:00} judged")
                await asyncio.sleep(0)
            if self.work.is_joint:
                await asyncio.to_thread(self.work.end_hour, hour)
            hours += 1
            await self._tell(100 * hours // total, f"events up to {hour:%Y-%m-%d %H:59} judged")
        self.work.end(hour)
        return self._looked_at(
            hours=held.hours,
            events=held.events.total(),
            judged=held.judged,
            apps=identities.apps_met,
            streams=held.streams(streams),
        )

    def _ends_of_days(self) -> list[datetime]:
        ends = [self._first + (number + 1) * _DAY - _TICK for number in range(self._simulation.days)]
        return [min(end, self._simulation.created) for end in ends]

    def _looked_at(
        self,
        hours: int = 0,
        events: int = 0,
        judged: int = 0,
        apps: int = 0,
        streams: tuple[StreamCount, ...] = (),
    ) -> LookedAt:
        return LookedAt(
            first_day=self._simulation.first_day,
            last_day=self._simulation.created.date(),
            hours=hours,
            events=events,
            judged=judged,
            apps=apps,
            streams=streams,
        )


class _Held:
    """What the archive was found to hold."""

    def __init__(self) -> None:
        self.hours = 0
        self.judged = 0
        self.events: Counter[str] = Counter()
        self._hours: Counter[str] = Counter()

    def count(self, found: Mapping[str, LinesOfHour]) -> None:
        held = {stream: each.looked_at for stream, each in found.items() if each.looked_at}
        self.hours += bool(held)
        self.events.update(held)
        self._hours.update(held.keys())

    def streams(self, names: Iterable[str]) -> tuple[StreamCount, ...]:
        return tuple(StreamCount(stream=name, hours=self._hours[name], events=self.events[name]) for name in names)


def _is_before(event: Event, last: datetime) -> bool:
    return event.time is None or event.time <= last


async def _hold_baselines(
    rules: RuleSet, usual: PastBaselines, judged: Iterable[tuple[Event, App | None]], hour: datetime
) -> None:
    """As of that day: what is usual today was not yet then."""
    compared = rules.activities_compared
    app_ids = {event.app.app_id for event, _ in judged if event.app.app_id and event.activity in compared}
    if app_ids:
        await usual.hold(app_ids, hour)


async def _with_protection(services: Services, result: SimulationResult) -> SimulationResult:
    """Actions that remediation would refuse say so."""
    touching = {action.app_id for action in result.actions if action.app_id and action.action in _TOUCHES_APP}
    apps = await services.apps.get(sorted(touching)) if touching else {}
    guards = await guards_now(services)
    protected = {app_id for app_id, app in apps.items() if _is_protected(app, guards)}
    return replace(
        result,
        actions=tuple(
            replace(action, protected=action.app_id in protected and action.action in _TOUCHES_APP)
            for action in result.actions
        ),
    )


def _is_protected(app: App, guards: GuardSettings) -> bool:
    answers = checks(target_of_app(app), RemediationAction.DISABLE, guards)
    return first_obstacle(answers) is not None
