"""``docs/reference/policy.schema.json``: what the service gives at ``/api/policy-schema.json``, as a file."""

import json
from functools import cache

from shared.policies.policy_schema import policy_schema


@cache
def policy_schema_json() -> str:
    """The whole schema. Indented by one, as programs read it and nobody else."""
    return json.dumps(policy_schema(), indent=1, ensure_ascii=False) + "\n"
