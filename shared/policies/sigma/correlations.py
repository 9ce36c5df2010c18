"""Correlations of Sigma as windows: how many events of one rule, or different values of a field, there are in a time.

Windows here have a lower bound and a group; other correlations are refused.
"""

import re
from collections.abc import Mapping

from shared.domain.policy_book import PolicyBody
from shared.policies.model import Kind
from shared.policies.sigma.derived_fields import ChoiceField, GuardedField
from shared.policies.sigma.fields import AddressField, NumberField, TextField, TokenField
from shared.policies.sigma.log import Log
from shared.policies.sigma.rules import RawRule, described, judged, log_of
from shared.policies.sigma.values import Refused

_BOUNDS = {"gte": "ge", "gt": "gt"}
_TIMESPAN = re.compile(r"[1-9][0-9]{0,8}[smhd]", re.ASCII)


def converted_correlation(rule: RawRule, rules: Mapping[str, RawRule]) -> PolicyBody:
    """The policy of kind window. ``rules`` are those of the file by name and id. Raises Refused."""
    correlation = rule.get("correlation")
    if not isinstance(correlation, Mapping):
        raise Refused("the key correlation holds no keys", "correlation")
    counted = _counted(correlation, rules)
    log = log_of(counted)
    on, condition = judged(counted, log)
    timespan = correlation.get("timespan")
    if not isinstance(timespan, str) or not _TIMESPAN.fullmatch(timespan):
        raise Refused("the timespan is a number with s, m, h or d", "timespan")
    policy: PolicyBody = {
        **described(rule),
        "kind": Kind.WINDOW.value,
        "on": on,
        "by": _group(correlation, log),
        "within": timespan,
        "having": _having(correlation, log),
    }
    if condition is not True:
        policy["when"] = condition
    return policy


def names_counted(rule: RawRule) -> list[str]:
    """Names or ids of the rules that a correlation is about."""
    correlation = rule.get("correlation")
    named = correlation.get("rules") if isinstance(correlation, Mapping) else None
    return [one for one in (named if isinstance(named, list) else [named]) if isinstance(one, str)]


def _counted(correlation: Mapping[str, object], rules: Mapping[str, RawRule]) -> RawRule:
    kind, names = correlation.get("type"), names_counted({"correlation": correlation})
    if kind not in ("event_count", "value_count"):
        raise Refused(f"correlations of the type {kind!s:.80} have no counterpart here", "type")
    if len(names) != 1:
        raise Refused("a window counts the events of one rule", "rules")
    if correlation.get("aliases"):
        raise Refused("aliases have no counterpart here", "aliases")
    if names[0] not in rules:
        raise Refused(f"the file has no rule {names[0]:.80}", "rules")
    return rules[names[0]]


def _group(correlation: Mapping[str, object], log: Log) -> list[str]:
    named = correlation.get("group-by")
    names = [one for one in (named if isinstance(named, list) else [named]) if isinstance(one, str)]
    if not names:
        raise Refused("a window has a group: add group-by", "group-by")
    return list(dict.fromkeys(_fact(log, name, "group-by") for name in names))


def _having(correlation: Mapping[str, object], log: Log) -> PolicyBody:
    condition = correlation.get("condition")
    bounds = [key for key in _BOUNDS if key in condition] if isinstance(condition, Mapping) else []
    if not isinstance(condition, Mapping) or len(bounds) != 1 or set(condition) - {*_BOUNDS, "field"}:
        raise Refused("a window has one lower bound: gt or gte", "condition")
    bound = condition[bounds[0]]
    if not isinstance(bound, int) or isinstance(bound, bool):
        raise Refused("the bound is a whole number", "condition")
    if correlation.get("type") == "event_count":
        return {"count": "events", _BOUNDS[bounds[0]]: bound}
    field = condition.get("field")
    if not isinstance(field, str):
        raise Refused("value_count needs a field", "condition")
    return {"distinct": _fact(log, field, "condition"), _BOUNDS[bounds[0]]: bound}


def _fact(log: Log, name: str, place: str) -> str:
    field = log.field(name)
    match field.field if isinstance(field, GuardedField) else field:
        case TextField(fact=fact) | TokenField(fact=fact) | AddressField(fact=fact):
            return fact
        case NumberField(fact=fact) | ChoiceField(fact=fact):
            return fact
    raise Refused(f"events of {log.name} have no single fact for the field {name:.80}", place)
