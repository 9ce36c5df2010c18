"""The stop switch: while it is on, no remediation but an undo is accepted or written.

What waits when it is thrown is refused, even if it is lifted before anybody looks: nobody should be surprised by
decisions that were made before. Each can be asked for again.
"""

from datetime import datetime

from shared.domain.alerts import PropertyEdit
from shared.domain.errors import Conflict, Unavailable
from shared.domain.history import next_entry
from shared.domain.remediation_records import StopSwitch
from shared.domain.roles import Caller
from shared.pipeline.remediation.request_remediation import signature
from shared.pipeline.remediation.services import RemediationServices

_MOST_TRIES = 10


async def set_stop(
    services: RemediationServices, stopped: bool, reason: str, caller: Caller, now: datetime
) -> StopSwitch:
    """The switch as it is then. Setting it as it is already changes nothing and leaves no history."""
    for _ in range(_MOST_TRIES):
        current = await services.stop_switch.read()
        if current.switch.stopped is stopped:
            return current.switch
        author = signature(caller)
        edit = PropertyEdit(property="stopped", before=_text(current.switch.stopped), after=_text(stopped))
        entry = next_entry(current.last_history, now, author, "stopped" if stopped else "lifted", (edit,), reason)
        switch = StopSwitch(
            stopped=stopped,
            reason=reason,
            changed_by=author,
            changed_date_time=now,
            last_stopped_date_time=now if stopped else current.switch.changed_date_time,
        )
        try:
            await services.stop_switch.write(switch, entry, current.version)
        except Conflict:
            continue
        return switch
    raise Unavailable(f"the stop switch changed {_MOST_TRIES} times meanwhile")


def _text(stopped: bool) -> str:
    return "true" if stopped else "false"
