"""The trace context of a run: the caller's trace carried on, or a new one."""

import re
from secrets import token_hex

from local.host.invocation import TraceContext

_TRACEPARENT = re.compile(r"00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})")


def new_span(traceparent: str = "", tracestate: str = "") -> TraceContext:
    """A new span in the trace of a ``traceparent`` header, or in a new trace where there is no valid one."""
    caller = _TRACEPARENT.fullmatch(traceparent.strip())
    if caller is None:
        return TraceContext(f"00-{token_hex(16)}-{token_hex(8)}-01")
    return TraceContext(f"00-{caller[1]}-{token_hex(8)}-{caller[2]}", tracestate)
