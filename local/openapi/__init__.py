"""``python -m local openapi``: the OpenAPI document as a file."""
