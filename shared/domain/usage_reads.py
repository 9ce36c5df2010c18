"""How far the reading of the reports of use has come: sign-in activity by app, and by credential."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from shared.domain.inventory_reads import PartState


class UsageReport(StrEnum):
    """A report, by the name of its collection in Graph (beta)."""

    SERVICE_PRINCIPAL_SIGN_INS = "servicePrincipalSignInActivities"
    CREDENTIAL_SIGN_INS = "appCredentialSignInActivities"


class ReportRead(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """A report being read. ``link`` leads to the next page, None: the first; ``slice`` is set once every page was read
    and apps that no page named are told so. ``unread`` are the apps of rows that cannot be read, ``nameless``
    counts rows that do not even say which app they are of. ``restarts`` counts how often the report was begun anew.
    """

    report: UsageReport
    started: datetime
    link: str | None = None
    slice: str | None = None
    rows: int = 0
    unread: tuple[str, ...] = ()
    nameless: int = 0
    restarts: int = 0


class UsageState(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """``parts`` and ``due`` by report: how it stands, and when it is to be read next (at once where that is not said).

    Before ``not_before`` nothing is asked. ``reason`` tells what went wrong last, None: nothing. ``list_is_stale`` says
    that apps changed which the list does not show yet.
    """

    running: ReportRead | None = None
    parts: dict[str, PartState] = {}
    due: dict[str, datetime] = {}
    not_before: datetime | None = None
    attempts: int = 0
    reason: str | None = None
    list_is_stale: bool = False

    def next_report(self, now: datetime) -> UsageReport | None:
        """One that is due."""
        return next((report for report in UsageReport if self.due.get(report, now) <= now), None)


class VersionedUsage(Struct, frozen=True):
    """``version`` is None where nothing was stored yet."""

    state: UsageState
    version: str | None
