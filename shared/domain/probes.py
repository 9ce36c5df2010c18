"""What came of asking ourselves, with a forged identity, whether the platform still guards us."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct


class ProbeOutcome(StrEnum):
    REFUSED = "refused"
    """The forged identity got nowhere: the platform removed it or answered itself."""
    ACCEPTED = "accepted"
    """The forged identity was believed: anyone can be anyone."""
    INCONCLUSIVE = "inconclusive"
    """No answer that says either."""


class ProbeResult(Struct, frozen=True, kw_only=True, rename="camel"):
    """The last conclusive outcome and when it was found."""

    outcome: ProbeOutcome
    time: datetime
