"""The hourly look at our own guard: if a forged identity is believed, the API closes until it no longer is.

The result is kept in storage, since every instance of the app must know it. While it says ``accepted`` the API answers
503 to everybody it takes for somebody, and still 401 to everybody else: so a later probe can see that the guard is
back.
"""

import logging
from datetime import datetime

from shared.domain.probes import ProbeOutcome, ProbeResult
from shared.pipeline.access import Access

_log = logging.getLogger(__name__)


async def probe_authentication(access: Access, now: datetime) -> ProbeOutcome:
    """Probe once and record what it says. An inconclusive probe leaves the last result in force."""
    outcome = await access.probe()
    if outcome is ProbeOutcome.INCONCLUSIVE:
        _log.warning("the probe of our own authentication got no answer that says anything")
        return outcome
    if outcome is ProbeOutcome.ACCEPTED:
        _log.critical("a forged identity was believed: the API is closed until the platform's authentication is on")
    await access.gate.record(ProbeResult(outcome=outcome, time=now))
    return outcome
