"""``python -m local policies``: checks and lists policies."""
