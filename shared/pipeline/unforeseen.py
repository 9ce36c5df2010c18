"""What may be told of a failure that nobody foresaw: its own text may hold anything, also what attackers wrote."""

import traceback
from pathlib import PurePath


def told(error: Exception) -> str:
    """Its kind and where it was raised: ``TypeError in read_directory.py:65``."""
    frames = traceback.extract_tb(error.__traceback__, limit=-1)
    kind = type(error).__name__
    return f"{kind} in {PurePath(frames[0].filename).name}:{frames[0].lineno}" if frames else kind
