"""``docs/reference/openapi.json``: what the service gives at ``/api/openapi.json``, as a file."""

import json
from functools import cache

from openapi_spec_validator import validate

from functions.openapi import document


@cache
def openapi_json() -> str:
    """The whole document. Raises OpenAPIError where it breaks the standard, which takes a second to find out."""
    made = document()
    validate(made)
    return json.dumps(made, indent=2, ensure_ascii=False) + "\n"
