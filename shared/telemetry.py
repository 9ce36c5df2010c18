"""The trace that the running work is part of, by the OpenTelemetry API; the platform brings what exports it."""

from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator


def current_traceparent() -> str | None:
    """The W3C trace context of the running work, to go with a message; None where nothing is traced."""
    carrier: dict[str, str] = {}
    TraceContextTextMapPropagator().inject(carrier)
    return carrier.get("traceparent")
