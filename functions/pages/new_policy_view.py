"""The page on which a policy is made: from a template, or as YAML."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from functions.models.problems import ProblemKind
from functions.pages.answers import View
from functions.pages.policy_forms import NewPolicyForm
from functions.pages.policy_view import Refused
from functions.pages.policy_words import STATE_MEANS, parameter_fields, values_from
from functions.problems import RequestRefused
from shared.domain.policy_book import PolicyBody
from shared.domain.severities import Severity
from shared.pipeline.governance.acting_policies import permitted
from shared.pipeline.governance.edit import Edit
from shared.pipeline.governance.edit_policies import TemplateChoice, create_from_template, create_policy
from shared.pipeline.governance.errors import PolicyRefused, UnknownPolicy
from shared.pipeline.governance.policy_templates import Template, get_template, list_templates
from shared.pipeline.governance.policy_view import PolicyView
from shared.pipeline.governance.validate_policy import validate_policy
from shared.pipeline.governance.written_policies import (
    CUSTOM,
    State,
    Trouble,
    definition_from,
    editor_text,
    troubles,
    value_in,
)
from shared.pipeline.services import Services

_CATEGORIES: Final = ("usage", "permissions", "risk", "certification", "credentials", CUSTOM)
_EXAMPLE: Final[PolicyBody] = {
    "id": "external-app-reads-mail",
    "title": "{app} is external and reads mail",
    "kind": "app",
    "state": "inactive",
    "alert": {"severity": "high", "by": ["app.appId"], "autoResolve": True},
    "when": {
        "all": [
            {"app.origin": {"eq": "external"}},
            {"app.permissionNames": {"anyOf": ["Mail.Read", "Mail.ReadWrite"]}},
        ]
    },
}
"""What the empty editor begins with."""


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What came of looking at a text without saving it."""

    problems: Sequence[Trouble]
    warnings: Sequence[Trouble]


def new_policy_view(
    template: str | None,
    form: NewPolicyForm | None = None,
    refused: Refused | None = None,
    checked: Checked | None = None,
) -> View:
    """Raises RequestRefused for a template that there is not."""
    values: dict[str, Any] = {
        "template": None,
        "categories": None,
        "refused": refused,
        "checked": checked,
        "form": form,
        "states": STATE_MEANS,
        "severities": sorted(Severity, key=lambda severity: severity.rank, reverse=True),
    }
    status = refused.status if refused is not None else 200
    if template is not None:
        chosen = _template(template)
        typed = form.values if form is not None else None
        values |= {"template": chosen, "fields": parameter_fields(chosen.policy.get("parameters"), typed=typed or {})}
        values["takes_condition"] = chosen.category == CUSTOM
        return View(template="new_policy_from_template.html", values=values, status=status)
    values |= {"categories": _by_category(), "text": (form.text if form else None) or _example()}
    return View(template="new_policy.html", values=values, status=status)


async def create(services: Services, form: NewPolicyForm, edit: Edit) -> PolicyView:
    """Raises what the verbs raise, and RequestRefused."""
    if form.template is None:
        definition: PolicyBody = definition_from(form.text or "")
        return await create_policy(services, definition, await permitted(services, edit, definition))
    template = _template(form.template)
    changes: PolicyBody = {"state": form.state.value}
    if form.severity is not None:
        changes["severity"] = form.severity.value
    if form.condition is not None:
        changes["when"] = value_in(form.condition)
    choice = TemplateChoice(
        template=template.id,
        parameters=values_from(form.values, template.policy.get("parameters")),
        id=form.id,
        title=form.title,
        changes=changes,
    )
    return await create_from_template(services, choice, await permitted(services, edit, template.policy))


async def check(services: Services, text: str) -> Checked:
    """Nothing is saved."""
    try:
        found = await validate_policy(services, definition_from(text))
    except PolicyRefused as error:
        return Checked(problems=troubles(error.problems, text), warnings=())
    return Checked(problems=troubles(found.problems, text), warnings=troubles(found.warnings, text))


def _template(name: str) -> Template:
    try:
        return get_template(name)
    except UnknownPolicy:
        raise RequestRefused(ProblemKind.NOT_FOUND, "There is no such template.") from None


def _by_category() -> dict[str, list[Template]]:
    return {
        category: [template for template in list_templates() if template.category == category]
        for category in _CATEGORIES
    }


def _example() -> str:
    return editor_text(str(_EXAMPLE["id"]), {**_EXAMPLE, "state": State.INACTIVE.value})
