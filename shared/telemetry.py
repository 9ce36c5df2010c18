"""The trace that the running work is part of, by the OpenTelemetry API; the platform brings what exports it."""


def current_traceparent() -> str | None:
    """The W3C trace context of the running work, to go with a message; None where nothing is traced."""
    # Only those that send a message wait for it: it takes some thirty milliseconds to import.
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    carrier: dict[str, str] = {}
    TraceContextTextMapPropagator().inject(carrier)
    return carrier.get("traceparent")
