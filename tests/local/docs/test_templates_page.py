"""The reference page of templates and predefined policies."""

import re

from local.docs.templates_page import templates_page
from shared.policies.model import State
from shared.policies.policy_entries import PREDEFINED_GROUP, load_bundled
from shared.policies.templates import load_templates

PAGE = templates_page()
PREDEFINED = [one.policy for one in load_bundled() if one.group == PREDEFINED_GROUP]


def section_of(name: str) -> str:
    found = re.search(rf"^### {name}\n(.*?)(?=^##|\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert found, name
    return found[1]


def test_every_template_is_told_with_its_parameters_and_defaults() -> None:
    for template in load_templates().values():
        section, parameters = section_of(template.id), template.policy.get("parameters", {})
        assert isinstance(parameters, dict)
        assert all(f"| {name} |" in section for name in parameters)
    assert "| unusedFor | `90d` | duration |" in section_of("unused-app")
    assert "- `app.unusedFor` is more than 90d (parameter unusedFor)" in section_of("unused-app")


def test_every_predefined_policy_is_told_with_its_state_and_thresholds() -> None:
    for policy in PREDEFINED:
        assert f"| [{policy.id}](detections.md#{policy.id}) | {policy.state} | {policy.alert.severity} |" in PAGE
        assert all(f"| {name} |" in section_of(policy.id) for name in policy.parameters)
    assert {policy.state for policy in PREDEFINED} == {State.ACTIVE, State.INACTIVE}


def test_a_link_leads_to_a_section_of_the_page() -> None:
    assert set(re.findall(r"\(#([^)]+)\)", PAGE)) == set(load_templates())
    assert re.search(r"<\w", PAGE) is None
