"""A period to ask audits of, and the time in the simulated tenant."""

from datetime import UTC, datetime

START = datetime(2026, 3, 2, 8, 0, 0, 5, tzinfo=UTC)
END = NOW = datetime(2026, 3, 2, 9, 0, 0, tzinfo=UTC)
