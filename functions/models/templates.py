"""Templates of policies as the API shows them."""

from pydantic import JsonValue

from functions.models.policies import ParameterResource, parameter_resources
from functions.models.shapes import Sent
from shared.pipeline.governance.policy_templates import Template


class TemplateResource(Sent):
    """``parameters`` can be filled in, each has a default. ``policy`` is what becomes of it, without an id."""

    id: str
    category: str
    title: str
    description: str
    parameters: dict[str, ParameterResource]
    policy: dict[str, JsonValue]


class TemplateList(Sent):
    value: list[TemplateResource]


def template_resource(template: Template) -> TemplateResource:
    return TemplateResource(
        id=template.id,
        category=template.category,
        title=template.title,
        description=template.description,
        parameters=parameter_resources(template.policy),
        policy=template.policy,
    )
