"""Reports of use in memory: pages of two rows, which fail where a test says so."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from shared.domain.directory import DirectoryObject, DirectoryPage
from shared.domain.usage_reads import UsageReport

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
YESTERDAY = NOW - timedelta(days=1)
SIGN_INS, CREDENTIALS = UsageReport.SERVICE_PRINCIPAL_SIGN_INS, UsageReport.CREDENTIAL_SIGN_INS


def app_id(number: int) -> str:
    """Apps of the first slice, of one in the middle and of the last."""
    return f"{'07f'[number % 3]}{number:07}-0000-4000-8000-000000000000"


def key_id(number: int) -> str:
    return f"{number:08}-0000-4000-9000-000000000000"


def sign_in(number: int, time: datetime = YESTERDAY) -> DirectoryObject:
    return {"appId": app_id(number), "lastSignInActivity": {"lastSignInDateTime": f"{time:%Y-%m-%dT%H:%M:%SZ}"}}


def use(number: int, time: datetime = YESTERDAY) -> DirectoryObject:
    activity = {"lastSignInDateTime": f"{time:%Y-%m-%dT%H:%M:%SZ}"}
    return {"appId": app_id(number), "keyId": key_id(number), "signInActivity": activity}


@dataclass
class ScriptedReports:
    """Both reports. ``before`` is called with each request, and may raise."""

    rows: dict[UsageReport, list[DirectoryObject]]
    before: Callable[[UsageReport, str | None], None] = lambda _report, _link: None
    asked: list[tuple[UsageReport, str | None]] = field(default_factory=list)

    async def page(self, report: UsageReport, link: str | None) -> DirectoryPage:
        self.asked.append((report, link))
        self.before(report, link)
        first = int(link or 0)
        rows = self.rows[report]
        is_last = first + 2 >= len(rows)
        return DirectoryPage(objects=tuple(rows[first : first + 2]), next_link=None if is_last else str(first + 2))
