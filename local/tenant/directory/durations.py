"""Durations as scenarios write them."""

from datetime import timedelta

from shared.policies.quantities import parse_duration


def duration(text: str) -> timedelta:
    """A sum of durations, such as ``2d 9h 30m``. Raises ValueError."""
    parts = [parse_duration(part) for part in text.split()]
    if not parts or None in parts:
        raise ValueError(f"not a duration such as 2d 9h 30m: {text!r}")
    return sum((part for part in parts if part is not None), timedelta())
