"""One rule of Sigma as a policy: its log, its condition, and what it says about itself."""

import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from uuid import UUID

import msgspec

from shared.domain.activities import Activity
from shared.domain.policy_book import PolicyBody
from shared.domain.severities import Severity
from shared.policies.model import Kind, Status
from shared.policies.sigma.conditions import Condition, all_of, any_of, negated
from shared.policies.sigma.derived_fields import ACTIVITY
from shared.policies.sigma.log import Log
from shared.policies.sigma.logs import LOGS
from shared.policies.sigma.operations import OPERATION, activities_with, may_hold_for
from shared.policies.sigma.readings import condition_of
from shared.policies.sigma.values import Refused, Value
from shared.policies.vocabulary import suggestion

type RawRule = Mapping[str, object]
"""A document of Sigma in plain values."""

_LONGEST_TITLE, _LONGEST_TEXT, _LONGEST_ID = 200, 3_000, 80
_SEVERITIES = {
    "critical": Severity.HIGH,
    "high": Severity.HIGH,
    "medium": Severity.MEDIUM,
    "low": Severity.LOW,
    "informational": Severity.INFORMATIONAL,
}
_STATUSES = {"stable": Status.STABLE, "deprecated": Status.DEPRECATED}
_TECHNIQUE = re.compile(r"attack\.(t[0-9]{4}(?:\.[0-9]{3})?)", re.ASCII | re.IGNORECASE)


def converted_rule(rule: RawRule) -> PolicyBody:
    """The policy on single events. Raises Refused."""
    log = log_of(rule)
    on, condition = judged(rule, log)
    policy: PolicyBody = {**described(rule), "kind": Kind.EVENT.value, "on": on}
    if condition is not True:
        policy["when"] = condition
    return policy


def log_of(rule: RawRule) -> Log:
    """The log that the rule is for. Raises Refused."""
    source = rule.get("logsource")
    if not isinstance(source, Mapping):
        raise Refused("the rule has no logsource", "logsource")
    product, service = _word(source, "product"), _word(source, "service")
    log = LOGS.get((product, service))
    if log is None:
        known = ", ".join(" ".join(key) for key in LOGS)
        raise Refused(
            f"the log {product or 'of any product'} {service} is not read; those read are {known}", "logsource"
        )
    return log


def judged(rule: RawRule, log: Log) -> tuple[list[str], Condition]:
    """The activities that the rule waits for, and its condition on them. Raises Refused."""
    detection = rule.get("detection")
    if "filter" in rule and detection is None:
        raise Refused("filters have no counterpart here: write what they leave out into the rule", "filter")
    if not isinstance(detection, Mapping):
        raise Refused("the rule has no detection", "detection")

    def leaf(name: str, value: Value) -> Condition:
        field = log.field(name)
        if field is None:
            raise Refused(
                f"events of {log.name} do not keep the field {name:.80}{suggestion(name.lower(), log.fields)}"
            )
        return field.test(value)

    condition = condition_of(detection, leaf)
    if condition is False:
        raise Refused("no record can satisfy it", "detection")
    return _placed(condition, log)


def _placed(condition: Condition, log: Log) -> tuple[list[str], Condition]:
    if log.only_operation is not None and not may_hold_for(condition, log.only_operation):
        raise Refused(f"no record of {log.name} has another operation than {log.only_operation}", OPERATION)
    activities = log.activities or activities_with(condition, log.operations)
    if not activities:
        raise Refused(f"no record of {log.name} that is read can satisfy it", "detection")
    if ACTIVITY in _facts(condition) and not activities <= log.categorised:
        raise Refused("events do not keep the category: name operations, of which it is known", "Category")
    condition = _settled(condition, activities)
    # Only what becomes ``other`` may be of another log.
    is_open = not log.activities and "other" in activities
    return sorted(activity.value for activity in activities), all_of((log.guard, condition)) if is_open else condition


def _settled(condition: Condition, activities: frozenset[Activity]) -> Condition:
    """The condition without the comparisons of activities that those it waits for settle."""
    if isinstance(condition, bool):
        return condition
    ((word, inner),) = condition.items()
    if word == ACTIVITY and isinstance(inner, dict):
        named = set(inner["in"])
        return True if activities <= named else bool(activities & named) and condition
    if word == "not" and isinstance(inner, dict):
        return negated(_settled(inner, activities))
    if word in ("all", "any") and isinstance(inner, list):
        return (all_of if word == "all" else any_of)(_settled(part, activities) for part in inner)
    return condition


def _facts(condition: Condition) -> Iterator[str]:
    if isinstance(condition, dict):
        for word, inner in condition.items():
            yield word
            for part in inner if isinstance(inner, list) else [inner]:
                yield from _facts(part) if isinstance(part, dict) else ()


def described(rule: RawRule) -> PolicyBody:
    """What the rule says about itself, in our keys. Raises Refused for a rule without a title."""
    title = _text(rule, "title")
    if not title:
        raise Refused("the rule has no title", "title")
    found: PolicyBody = {
        "id": _policy_id(rule, title),
        "title": title[:_LONGEST_TITLE],
        "status": _STATUSES.get(_word(rule, "status"), Status.EXPERIMENTAL).value,
        "description": _description(rule)[:_LONGEST_TEXT],
        "falsePositives": [text[:_LONGEST_TEXT] for text in _texts(rule, "falsepositives")],
        "attack": list(dict.fromkeys(_techniques(rule))),
        "sources": [text[:_LONGEST_TEXT] for text in _texts(rule, "references")],
        "licence": _text(rule, "license")[:_LONGEST_TEXT],
        "alert": {"severity": _SEVERITIES.get(_word(rule, "level"), Severity.MEDIUM).value},
    }
    return {key: value for key, value in found.items() if value}


def _policy_id(rule: RawRule, title: str) -> str:
    """Readable, and another one for every rule: titles alone repeat."""
    identity = _sigma_id(rule) or sha256(msgspec.json.encode(rule, order="deterministic")).hexdigest()
    slug = "-".join(re.findall(r"[a-z0-9]+", title.casefold()))
    end = f"-{identity[:8]}"
    return f"sigma-{slug}"[: _LONGEST_ID - len(end)].rstrip("-") + end


def _sigma_id(rule: RawRule) -> str | None:
    try:
        return str(UUID(_text(rule, "id")))
    except ValueError:
        return None


def _description(rule: RawRule) -> str:
    identity, author = _sigma_id(rule), _text(rule, "author")
    origin = f"Sigma rule{f' {identity}' if identity else ''}{f' by {author:.300}' if author else ''}."
    told = _text(rule, "description")
    return f"{told[: _LONGEST_TEXT - 500]}\n\n{origin}" if told else origin


def _techniques(rule: RawRule) -> Iterator[str]:
    for tag in _texts(rule, "tags"):
        if found := _TECHNIQUE.fullmatch(tag):
            yield found[1].upper()


def _text(rule: RawRule, key: str) -> str:
    value = rule.get(key)
    return value.strip() if isinstance(value, str) else ""


def _word(rule: RawRule, key: str) -> str:
    return _text(rule, key).lower()


def _texts(rule: RawRule, key: str) -> list[str]:
    value = rule.get(key)
    return [one.strip() for one in value if isinstance(one, str) and one.strip()] if isinstance(value, list) else []
