"""``docs/reference/openapi.json``: what the service gives at ``/api/openapi.json``, as a file."""

import json

from openapi_spec_validator import validate

from functions.openapi import document


def openapi_json() -> str:
    """The whole document. Raises OpenAPIError where it breaks the standard."""
    made = document()
    validate(made)
    return json.dumps(made, indent=2, ensure_ascii=False) + "\n"
