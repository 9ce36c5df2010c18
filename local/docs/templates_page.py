"""``docs/reference/templates.md``: the templates and the predefined policies, with what can be tuned of each."""

from collections.abc import Iterable, Iterator, Mapping

from local.docs.conditions import condition_lines
from local.docs.markdown import codes, table
from shared.policies.binding import bind_policy
from shared.policies.facts import VOCABULARY
from shared.policies.lists import load_lists
from shared.policies.loader import parse_policy
from shared.policies.model import Parameter, Policy
from shared.policies.policy_entries import PREDEFINED_GROUP, load_bundled
from shared.policies.templates import Template, load_templates, policy_from

_HEAD = """# Templates and predefined policies

Written by `python -m local docs` from `shared/policies/templates/` and `shared/policies/catalogue/predefined/`.

A **template** becomes a policy of yours in one call: name it, fill in what you want to be different, and it is judged
from then on like any other. Without values it has the defaults below.

A **predefined policy** is there from the start. Its thresholds are parameters that you can tune, as you can its state,
severity, scope and actions; what it looks for comes with the product.

## Templates
"""
_PREDEFINED = """## Predefined policies

In full, with conditions, triage and false positives: [detections](detections.md).
"""


def templates_page() -> str:
    """The whole page: both tables, then each template and each predefined policy with its parameters."""
    templates = load_templates().values()
    predefined = [one.policy for one in load_bundled() if one.group == PREDEFINED_GROUP]
    return "\n".join(
        (
            _HEAD,
            _templates_table(templates),
            *(_template(template) for template in templates),
            _PREDEFINED,
            _predefined_table(predefined),
            *(_predefined(policy) for policy in predefined),
        )
    )


def _templates_table(templates: Iterable[Template]) -> str:
    rows = (
        [f"[{template.id}](#{template.id})", template.category, _plain(template.title), _plain(template.description)]
        for template in templates
    )
    return table(["template", "category", "title", "what its policy tells of"], rows) + "\n"


def _template(template: Template) -> str:
    policy = parse_policy(policy_from(template, template.id, None, {}, {}))
    resolves = "; its alerts resolve themselves once the condition is gone" if policy.alert.auto_resolve else ""
    return "\n".join(
        (
            f"### {template.id}\n",
            f"*{_plain(template.title)}.* Severity {policy.alert.severity}{resolves}.\n",
            f"{_plain(policy.description)}\n",
            "\n".join(_lines(policy)) + "\n",
            *_parameters(policy.parameters),
        )
    )


def _lines(policy: Policy) -> list[str]:
    (rule,) = bind_policy(policy, vocabulary=VOCABULARY, lists=load_lists()).rules
    return condition_lines(rule.condition)


def _predefined_table(policies: Iterable[Policy]) -> str:
    rows = (
        [f"[{policy.id}](detections.md#{policy.id})", policy.state, policy.alert.severity, _plain(policy.title)]
        for policy in policies
    )
    return table(["policy", "state", "severity", "title"], rows) + "\n"


def _predefined(policy: Policy) -> str:
    return "\n".join(
        (f"### {policy.id}\n", f"{_plain(policy.description)}\n", *_parameters(policy.parameters)),
    )


def _parameters(parameters: Mapping[str, Parameter]) -> Iterator[str]:
    if parameters:
        rows = (
            [name, _default(one.default), one.unit or "", _plain(one.description)] for name, one in parameters.items()
        )
        yield table(["parameter", "default", "unit", "meaning"], rows) + "\n"


def _default(value: object) -> str:
    return codes(map(str, value)) if isinstance(value, tuple) else f"`{value}`"


def _plain(text: str | None) -> str:
    """Text in which nothing is markup: placeholders such as ``<appId>`` must be seen."""
    return (text or "").replace("<", "&lt;").replace("*", "\\*")
