"""The place in an alert's outbox of what its policy asks for beside telling people."""

from typing import Final

ACTIONS_ROUTE: Final = "policy-actions"
"""Not a way out, so health and summaries know nothing of it: what comes of it stands in the alert's history."""
