"""A period to ask audits of."""

from datetime import UTC, datetime

START = datetime(2026, 3, 2, 8, 0, 0, 5, tzinfo=UTC)
END = datetime(2026, 3, 2, 9, 0, 0, tzinfo=UTC)
