"""Whether a policy may match an event, told by few of its fields.

Most of the time that judging a million events takes goes into making structs of their lines. Of a policy that reads
plain fields only, those are read first, and few events have to be decoded whole.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec

from shared.domain.apps import App
from shared.domain.events import Actor, Event, Resource
from shared.policies.compiler import Hits, compile_conditions
from shared.policies.conditions import Condition
from shared.policies.loads import Cutoff, inputs_of
from shared.policies.ruleset import RuleSet
from shared.policies.vocabulary import Fact, Root

_ALWAYS: Final = {"time", "app"}
_WITHOUT: Final = {"actor": Actor(), "resource": Resource()}
"""What stands for them where no condition reads them: nobody has to find out who that was."""


@dataclass(frozen=True, slots=True)
class Screening:
    """``decode`` makes an event of a line that has only the fields that are needed."""

    decode: Callable[[bytes], Any]
    hits: Hits

    def may_match(self, event: Any, app: App | None, now: datetime) -> bool:
        """Of an event whose identities are all in its record: what others have to fill in may decide."""
        try:
            return bool(self.hits(event, app, now))
        except Exception:  # judging the whole event names the rule that raised
            return True


def screening_of(rules: RuleSet, policy_id: str) -> Screening | None:
    """None for a policy of which too little is known: one that reads derived facts, or compares with baselines."""
    conditions = [rule.condition for rule in rules.in_force[policy_id].rules]
    facts = [each.fact for one in conditions for each in inputs_of(one) if not isinstance(each, Cutoff)]
    of_events = [fact for fact in facts if fact.root is Root.EVENT]
    if rules.activities_compared or not of_events or any(fact.derive or not fact.path for fact in of_events):
        return None
    return _screening(conditions, of_events)


def _screening(conditions: list[Condition], facts: Iterable[Fact]) -> Screening:
    read = _ALWAYS | {fact.path[0] for fact in facts}
    narrow = msgspec.defstruct(
        "NarrowEvent",
        [(each.name, each.type, each.default) for each in msgspec.structs.fields(Event) if each.name in read],
        namespace={name: value for name, value in _WITHOUT.items() if name not in read},
        frozen=True,
        kw_only=True,
        rename="camel",
        gc=False,
    )
    decoder = msgspec.json.Decoder(narrow)
    return Screening(decoder.decode, compile_conditions(conditions, over_events=True).hits)
