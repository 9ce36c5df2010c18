"""Knowing every app: the directory mirrored, made into apps, judged and listed."""
