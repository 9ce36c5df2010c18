"""``python -m local docs``: the reference pages that are made from tables in the code."""
