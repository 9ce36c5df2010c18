"""``docs/reference/detections.md``, from the bundled catalogue."""

from collections.abc import Iterable
from itertools import groupby

from local.docs.conditions import condition_lines
from local.docs.markdown import codes, table
from shared.policies.binding import BoundPolicy, Measure, bind_policy
from shared.policies.facts import VOCABULARY
from shared.policies.lists import load_lists
from shared.policies.loader import catalogue_texts, load_policies
from shared.policies.model import Kind, Parameter, Policy, State
from shared.policies.quantities import show_duration

_HEAD = """# Detections

What Consentry looks for without being told. Written by `python -m local docs` from `shared/policies/catalogue/`, where
each detection has a file of its own with its tests: change it there.

A condition on something that nobody knows (not collected, not licensed, not resolved) never fires; the coverage page
counts it as not evaluated.
"""


def detections_page() -> str:
    """The whole page: a table of all detections, one section each by group, and the named lists they use."""
    lists = load_lists()
    grouped = [
        (name.partition("/")[0], bind_policy(policy, vocabulary=VOCABULARY, lists=lists))
        for name, text in catalogue_texts()
        for policy in load_policies(text, name, lists=lists)
    ]
    parts = [_HEAD, _table(bound.policy for _, bound in grouped)]
    for group, found in groupby(grouped, key=lambda pair: pair[0]):
        parts.append(f"## {group.capitalize()}\n")
        parts.extend(_section(bound) for _, bound in found)
    parts.append("## Lists\n")
    parts.extend(f"**{name}**: {codes(lists[name])}\n" for name in sorted(lists))
    return "\n".join(parts)


def _table(policies: Iterable[Policy]) -> str:
    rows = (
        [f"[{policy.id}](#{policy.id})", policy.alert.severity, policy.kind, _plain(policy.alert_title)]
        for policy in policies
    )
    return table(["detection", "severity", "kind", "title of the alert"], rows) + "\n"


def _section(bound: BoundPolicy) -> str:
    policy = bound.policy
    return "\n".join(
        (
            f"### {policy.id}\n",
            f"*{_plain(policy.alert_title)}.* Severity {policy.alert.severity}; one alert for each {_by(bound)}.\n",
            *(["Inactive until you activate it.\n"] if policy.state is State.INACTIVE else []),
            f"{_plain(policy.description)}\n",
            f"**Why.** {_plain(policy.why)}\n",
            f"**Fires when** {_condition(bound)}\n",
            *([_parameters(policy.parameters)] if policy.parameters else []),
            f"**False positives**\n\n{_bullets(policy.false_positives)}",
            f"**Triage**\n\n{_numbered(policy.triage)}",
            f"**ATT&CK** {', '.join(map(_technique, policy.attack))}\n",
            f"**Needs** {', '.join(policy.sources)}; {policy.licence}\n",
        )
    )


def _condition(bound: BoundPolicy) -> str:
    match bound.policy.kind:
        case Kind.APP:
            return f"all of this holds for an app:\n\n{_lines(bound, 0)}"
        case Kind.EVENT:
            return f"all of this holds for an event {_activities(bound, 0)}:\n\n{_lines(bound, 0)}"
        case Kind.WINDOW:
            return (
                f"within {show_duration(bound.within)} there are {_measure(bound)} events {_activities(bound, 0)} with "
                f"the same {_by(bound)}, for each of which all of this holds:\n\n{_lines(bound, 0)}"
            )
        case Kind.SEQUENCE:
            steps = "\n".join(f"{index + 1}. {_step(bound, index)}" for index in range(len(bound.rules)))
            return (
                f"these follow each other within {show_duration(bound.within)}, with the same {_by(bound)}:\n\n{steps}"
            )


def _step(bound: BoundPolicy, index: int) -> str:
    lines = condition_lines(bound.rules[index].condition)
    return "\n".join((_activities(bound, index), *(f"   {line}" for line in lines)))


def _lines(bound: BoundPolicy, index: int) -> str:
    return "\n".join(condition_lines(bound.rules[index].condition))


def _activities(bound: BoundPolicy, index: int) -> str:
    return " or ".join(f"`{name}`" for name in sorted(bound.rules[index].activities))


def _by(bound: BoundPolicy) -> str:
    return " and ".join(f"`{fact.name}`" for fact in bound.by)


def _measure(bound: BoundPolicy) -> str:
    having = bound.having
    if having is None:
        return "any"
    words = f"{'more than' if having.strict else 'at least'} {having.threshold.shown}"
    if having.fact is None:
        return words
    return f"{words} {'different' if having.measure is Measure.DISTINCT else 'in sum of'} `{having.fact.name}` in"


def _parameters(parameters: dict[str, Parameter]) -> str:
    rows = ([name, str(one.default), one.unit or "", _plain(one.description)] for name, one in parameters.items())
    return table(["parameter", "default", "unit", "meaning"], rows) + "\n"


def _bullets(texts: Iterable[str]) -> str:
    return "".join(f"- {_plain(text)}\n" for text in texts)


def _numbered(texts: Iterable[str]) -> str:
    return "".join(f"{number}. {_plain(text)}\n" for number, text in enumerate(texts, 1))


def _technique(technique: str) -> str:
    return f"[{technique}](https://attack.mitre.org/techniques/{technique.replace('.', '/')}/)"


def _plain(text: str | None) -> str:
    """Text in which nothing is markup: placeholders such as ``<appId>`` must be seen."""
    return (text or "").replace("<", "&lt;").replace("*", "\\*")
