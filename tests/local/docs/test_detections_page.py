"""The reference page of the detections."""

import re

from local.docs.detections_page import detections_page
from shared.policies.lists import load_lists
from shared.policies.loader import load_catalogue

PAGE = detections_page()


def section_of(policy_id: str) -> str:
    found = re.search(rf"^### {policy_id}\n(.*?)(?=^##)", PAGE, re.MULTILINE | re.DOTALL)
    assert found, policy_id
    return found[1]


def test_every_detection_has_a_section_with_all_that_an_analyst_needs() -> None:
    for policy in load_catalogue():
        section = section_of(policy.id)
        assert section.count("\n1. ") >= 1
        assert f"{len(policy.triage)}. " in section
        assert all(technique in section for technique in policy.attack)
        assert all(name in section for name in policy.parameters)
        assert policy.alert.severity in section
        assert "**Fires when**" in section


def test_conditions_are_told_in_words() -> None:
    assert "- `event.scopes.added` has any of the list riskyScopes" in section_of("grant-grows")
    assert "- `event.riskReason` is not empty" in section_of("consent-despite-risk-warning")
    assert "within 1h there are more than 10 (parameter most) events `app.added`" in section_of("burst-of-new-apps")
    assert "1. `credential.added` or `federatedCredential.added`" in section_of("mail-read-after-credential-change")


def test_the_named_lists_stand_at_the_end() -> None:
    tail = PAGE[PAGE.index("## Lists") :]
    assert all(f"`{value}`" in tail for values in load_lists().values() for value in values)


def test_placeholders_are_no_markup() -> None:
    assert "/oauth2PermissionGrants/{id}" in PAGE
    assert re.search(r"<\w", PAGE) is None
