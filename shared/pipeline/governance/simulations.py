"""Simulations: asked for, run in the background, read by whoever may read alerts, and removed after a week.

What is simulated is stored with the request: a saved policy may change before its simulation begins, and what is shown
must be of what was asked.
"""

from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid4, uuid5

import msgspec

from shared.domain.errors import NotFound
from shared.domain.policy_book import PolicyBody
from shared.domain.roles import Caller
from shared.domain.simulations import EXPIRES_AFTER, MOST_DAYS, Simulation, SimulationResult, SimulationState
from shared.pipeline.background_work import PATIENCE, begin, hint_waiting
from shared.pipeline.governance.check_definition import check_policy, own_keys
from shared.pipeline.governance.errors import PolicyRefused, UnknownPolicy
from shared.pipeline.governance.rule_book import Rules
from shared.pipeline.remediation.request_remediation import claimed_key
from shared.pipeline.services import Services
from shared.policies.errors import PolicyError
from shared.policies.model import Policy
from shared.policies.tuning import parse_tuning, tuned

_UNNAMED = "draft"


class UnknownSimulation(Exception):
    """There is no simulation of this id, or it has had its time."""


async def request_simulation(
    services: Services,
    asked: PolicyBody | str,
    days: int,
    caller: Caller,
    now: datetime,
    key: str | None = None,
    tuning: PolicyBody | None = None,
) -> Simulation:
    """The simulation that was begun, or that was begun for this ``key`` before.

    ``asked`` is a draft, which needs no id, or the id of a saved policy, to which ``tuning`` is applied. Raises
    UnknownPolicy, PolicyRefused, RequestKeyReused, and ValueError for days beyond what is kept.
    """
    if not 1 <= days <= MOST_DAYS:
        raise ValueError(f"a simulation looks at 1 to {MOST_DAYS} days")
    rules = await services.rule_book.refresh()
    policy = _draft(services, rules, asked) if isinstance(asked, dict) else _saved(rules, asked, tuning)
    request = msgspec.json.encode((asked, tuning, days), order="deterministic").decode()
    await claimed_key(services, caller, key, ("simulation", request))
    named = uuid5(NAMESPACE_URL, f"simulation/{caller.id}/{key}") if key is not None else uuid4()
    simulation = Simulation(
        id=str(named),
        policy=msgspec.json.decode(policy.model_copy(update={"tests": ()}).content),
        policy_id=asked if isinstance(asked, str) else None,
        days=days,
        requested_by=caller.id,
        created=now,
        expires=now + EXPIRES_AFTER,
    )
    return await begin(services.simulations, simulation, services.queue.simulate)


async def get_simulation(
    services: Services, simulation_id: str, now: datetime
) -> tuple[Simulation, SimulationResult | None]:
    """With its result once it is ready. Raises UnknownSimulation."""
    found = await services.simulations.get(simulation_id.lower())
    if found is None or found[0].expires <= now:
        raise UnknownSimulation
    simulation = found[0]
    if simulation.state is not SimulationState.READY:
        return simulation, None
    try:
        return simulation, await services.simulations.read_result(simulation.file)
    except NotFound:
        raise UnknownSimulation from None


async def hint_simulations(services: Services, now: datetime, patience: timedelta = PATIENCE) -> int:
    """Hint again at simulations that have waited for a while; returns how many."""
    return await hint_waiting(services.simulations, services.queue.simulate, now, patience)


async def purge_simulations(services: Services, now: datetime) -> int:
    """Remove those that have had their time, with their results; returns how many."""
    return await services.simulations.purge(now)


def _draft(services: Services, rules: Rules, definition: PolicyBody) -> Policy:
    """Its own tests are not played: a simulation is how one finds out what they should say. Raises PolicyRefused."""
    policy_id = definition.get("id", _UNNAMED)
    version = definition.get("version", 1)
    named = policy_id if isinstance(policy_id, str) else _UNNAMED
    body = own_keys(definition, named, version if isinstance(version, int) else 1)
    return check_policy(body, named, rules.lists, services.routes, plays_tests=False)


def _saved(rules: Rules, policy_id: str, tuning: PolicyBody | None) -> Policy:
    """Raises UnknownPolicy, PolicyRefused."""
    entry = rules.entries.get(policy_id)
    if entry is None:
        raise UnknownPolicy(policy_id)
    base = entry.policy if tuning is None else entry.bundled or entry.policy
    if base is None:
        raise PolicyRefused(entry.problems)
    if tuning is None:
        return base
    try:
        return tuned(base, parse_tuning(tuning, policy_id), base.version)
    except PolicyError as error:
        raise PolicyRefused(error.problems) from None
