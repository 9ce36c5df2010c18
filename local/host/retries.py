"""How often the host's storage clients try again."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

# At once and after a second. Listeners go on by themselves, so a storage that is gone is told soon.
# Any: the clients take these among keywords of other types.
RETRIES: Mapping[str, Any] = MappingProxyType(
    {"retry_total": 2, "initial_backoff": 0, "increment_base": 1, "random_jitter_range": 0}
)
