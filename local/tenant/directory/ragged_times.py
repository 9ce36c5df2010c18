"""Times as the security services write them: with two to seven fractional digits."""

from datetime import UTC, datetime
from random import Random


def ragged_time(moment: datetime, random: Random) -> str:
    """UTC. Fewer digits cut off what they cannot say."""
    digits = f"{moment.astimezone(UTC):%f}0"[: random.randint(2, 7)]
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{digits}Z"
