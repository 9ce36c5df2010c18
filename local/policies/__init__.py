"""``python -m local policies``: checks and lists policies, and writes their reference page."""
