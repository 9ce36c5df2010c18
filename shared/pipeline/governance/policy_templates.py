"""The templates that policies can be made from, read once."""

from functools import cache

from shared.pipeline.governance.errors import UnknownPolicy
from shared.policies.templates import Template, load_templates

__all__ = ["Template", "get_template", "list_templates"]


def list_templates() -> tuple[Template, ...]:
    return tuple(_templates().values())


def get_template(template_id: str) -> Template:
    """Raises UnknownPolicy."""
    try:
        return _templates()[template_id]
    except KeyError:
        raise UnknownPolicy(template_id) from None


_templates = cache(load_templates)
