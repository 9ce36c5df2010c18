"""The trace that goes with a message."""

from opentelemetry import trace
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags

from shared.telemetry import current_traceparent


def test_without_a_trace_there_is_no_traceparent() -> None:
    assert current_traceparent() is None


def test_the_running_trace_is_handed_on() -> None:
    span = NonRecordingSpan(SpanContext(trace_id=0xA1, span_id=0xB2, is_remote=False, trace_flags=TraceFlags(1)))
    with trace.use_span(span):
        assert current_traceparent() == f"00-{0xA1:032x}-{0xB2:016x}-01"
