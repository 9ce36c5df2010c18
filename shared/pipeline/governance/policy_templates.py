"""The templates that policies can be made from, read once."""

from functools import cache

from shared.pipeline.governance.errors import UnknownPolicy
from shared.policies.templates import Template, load_templates
from shared.policies.vocabulary import suggestion

__all__ = ["Template", "get_template", "instead_of", "list_templates"]


def list_templates() -> tuple[Template, ...]:
    return tuple(_templates().values())


def get_template(template_id: str) -> Template:
    """Raises UnknownPolicy."""
    try:
        return _templates()[template_id]
    except KeyError:
        raise UnknownPolicy(template_id) from None


def instead_of(name: str) -> str:
    """The end of an error about a template that there is not."""
    return suggestion(name, _templates())


_templates = cache(load_templates)
