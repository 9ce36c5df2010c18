"""``python -m local docs``: the reference, made from tables in the code."""
