"""What people write in these tests, and who they are."""

from datetime import UTC, datetime, timedelta

from shared.domain.policy_book import PolicyBody
from shared.domain.roles import Caller, Role
from shared.pipeline.governance.edit import Edit
from shared.policies.loader import parse_policy
from shared.policies.policy_entries import PREDEFINED_GROUP, Bundled

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ADA = Caller(id="ada-id", name="Ada", is_user=True, roles=frozenset({Role.SECURITY_ADMINISTRATOR}))

BUNDLED = (
    Bundled(
        policy=parse_policy(
            {
                "id": "unused-app",
                "kind": "app",
                "title": "An app that nobody uses",
                "parameters": {"most": {"default": 5, "description": "As many owners are enough.", "unit": "owners"}},
                "when": {"app.ownerCount": {"gt": {"parameter": "most"}}},
                "tests": [{"name": "six owners", "fires": True, "app": {"ownerCount": 6}}],
            }
        ),
        group=PREDEFINED_GROUP,
    ),
    Bundled(
        policy=parse_policy({"id": "credential-added", "kind": "event", "on": ["credential.added"]}),
        group="credentials",
    ),
)

OWN: PolicyBody = {
    "id": "ownerless",
    "kind": "app",
    "title": "An app without owners",
    "alert": {"severity": "low"},
    "when": {"app.ownerCount": {"eq": 0}},
    "tests": [
        {"name": "nobody owns it", "fires": True, "app": {"ownerCount": 0}},
        {"name": "somebody does", "fires": False, "app": {"ownerCount": 1}},
    ],
}
"""A whole policy of the tenant's own."""


def edit(reason: str | None = None, if_match: str | None = None, now: datetime = NOW) -> Edit:
    return Edit(caller=ADA, now=now, reason=reason, if_match=if_match)
