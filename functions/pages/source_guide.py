"""What each source is for, what it takes, and what would mend it: the words of the page of coverage."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from shared.domain.ledger import SourceHealth
from shared.domain.streams import STREAMS, Family, Stream
from shared.pipeline.inventory import collect_app_info, collect_inventory, collect_usage

ALWAYS_READ: Final = frozenset({collect_inventory.SOURCE, collect_usage.SOURCE, str(Stream.DIRECTORY_AUDITS)})
"""What the setting ``SOURCES`` neither brings nor takes away."""


@dataclass(frozen=True, kw_only=True)
class Guide:
    """``access`` is what the reader must be granted, ``licence`` what the tenant must have (empty: nothing), and
    ``setting`` what must be set beside ``SOURCES``.
    """

    name: str
    brings: str
    access: str
    licence: str = ""
    setting: str = ""
    timer: str


_TIMERS: Final[Mapping[Family, str]] = {
    Family.REPORTS: "timer_collect_reports",
    Family.IDENTITY_PROTECTION: "timer_collect_identity_risk",
    Family.SECURITY: "timer_collect_defender_alerts",
    Family.HUNTING: "timer_collect_hunting",
    Family.AUDIT_SEARCH: "timer_collect_audit_search",
    Family.OFFICE: "timer_collect_office",
    Family.LOG_ANALYTICS: "timer_collect_log_analytics",
    Family.AZURE: "timer_collect_azure_activity",
}
_AUDIT_LOG, _HUNTING, _FEED = "AuditLog.Read.All", "ThreatHunting.Read.All", "ActivityFeed.Read"
_P1, _AUDITED = "Entra ID P1", "auditing switched on in Purview"


def _of(stream: Stream, name: str, brings: str, access: str, licence: str = "", setting: str = "") -> tuple[str, Guide]:
    timer = _TIMERS[STREAMS[stream].family]
    return stream, Guide(name=name, brings=brings, access=access, licence=licence, setting=setting, timer=timer)


GUIDES: Final[Mapping[str, Guide]] = {
    **dict(
        (
            _of(Stream.DIRECTORY_AUDITS, "Directory audits", "who changed what about apps and consents", _AUDIT_LOG),
            _of(
                Stream.SERVICE_PRINCIPAL_SIGN_INS,
                "Sign-ins of apps",
                "when, from where and with which credential apps sign in as themselves",
                _AUDIT_LOG,
                _P1,
            ),
            _of(
                Stream.MANAGED_IDENTITY_SIGN_INS,
                "Sign-ins of managed identities",
                "when managed identities of Azure sign in",
                _AUDIT_LOG,
                _P1,
            ),
            _of(Stream.INTERACTIVE_SIGN_INS, "Sign-ins of users", "who signs in to which app", _AUDIT_LOG, _P1),
            _of(
                Stream.NON_INTERACTIVE_SIGN_INS,
                "Sign-ins on behalf of users",
                "which apps sign in for users without asking them",
                _AUDIT_LOG,
                _P1,
            ),
            _of(
                Stream.GRAPH_ACTIVITY,
                "Calls of Microsoft Graph, by hunting",
                "each call of Microsoft Graph by an app",
                _HUNTING,
                "Defender XDR",
            ),
            _of(
                Stream.GRAPH_ACTIVITY_LOGS,
                "Calls of Microsoft Graph, from Log Analytics",
                "each call of Microsoft Graph by an app",
                "the role Log Analytics Reader on the workspace",
                _P1,
                "LOG_ANALYTICS_WORKSPACE_ID",
            ),
            _of(
                Stream.CLOUD_APP_EVENTS,
                "Events of Defender for Cloud Apps",
                "what apps and users do with mail, files and Teams, within minutes",
                _HUNTING,
                "Defender for Cloud Apps",
            ),
            _of(Stream.EXCHANGE_AUDITS, "Audits of Exchange", "what is done with mail and calendars", _FEED, _AUDITED),
            _of(Stream.SHAREPOINT_AUDITS, "Audits of SharePoint", "what is done with files and sites", _FEED, _AUDITED),
            _of(Stream.GENERAL_AUDITS, "Audits of all else", "what is done in Teams and elsewhere", _FEED, _AUDITED),
            _of(
                Stream.ENTRA_AUDITS,
                "Audits of Entra ID",
                "changes of the directory as the unified log has them",
                _FEED,
                _AUDITED,
            ),
            _of(
                Stream.AUDIT_SEARCH,
                "Searches of the audit log",
                "the unified audit log by searches of Purview",
                "AuditLogsQuery.Read.All",
                "Office 365 E3 or E5",
            ),
            _of(
                Stream.RISKY_SERVICE_PRINCIPALS,
                "Apps at risk",
                "which apps Identity Protection holds to be at risk",
                "IdentityRiskyServicePrincipal.Read.All",
                "Workload ID Premium",
            ),
            _of(
                Stream.RISK_DETECTIONS,
                "Risk detections",
                "what Identity Protection noticed of apps",
                "IdentityRiskEvent.Read.All",
                "Workload ID Premium",
            ),
            _of(
                Stream.DEFENDER_ALERTS,
                "Alerts of Defender",
                "alerts of Microsoft about OAuth apps",
                "SecurityAlert.Read.All",
                "the product of Defender that raises them",
            ),
            _of(
                Stream.AZURE_ACTIVITY,
                "Activity in Azure",
                "role assignments, key vaults and machines changed by apps",
                "the role Monitoring Reader on the subscriptions",
                setting="AZURE_SUBSCRIPTION_IDS",
            ),
        )
    ),
    collect_inventory.SOURCE: Guide(
        name="Directory",
        brings="apps, permissions, consents, owners and directory roles",
        access="Application.Read.All and Directory.Read.All",
        timer="timer_collect_inventory",
    ),
    collect_usage.SOURCE: Guide(
        name="Reports of sign-in activity",
        brings="the last use of each app and credential",
        access=_AUDIT_LOG,
        licence=_P1,
        timer="timer_collect_reports",
    ),
    collect_app_info.SOURCE: Guide(
        name="Facts of app governance",
        brings="what the app governance of Microsoft holds of each app",
        access=_HUNTING,
        licence="app governance",
        timer="timer_collect_hunting",
    ),
}
"""In the order of the page: logs, and then what is read as a whole."""


def mending(source: str, health: SourceHealth) -> str | None:
    """What a person can do about it; None while all is well, and for a source that we do not read ourselves."""
    guide = GUIDES.get(source)
    if guide is None or health is SourceHealth.OK:
        return None
    if health is SourceHealth.PERMISSION_MISSING:
        return _grant(guide)
    if health is SourceHealth.NOT_LICENSED:
        return _license(source, guide)
    if health is SourceHealth.STALE:
        return f"No failure is known of: see whether {guide.timer} runs and is not disabled."
    return f"It is tried again by itself. Should that go on, the log of {guide.timer} says more."


def switching_on(source: str) -> str:
    """How a source that is off is brought in."""
    guide = GUIDES[source]
    told = f"Add {source} to SOURCES"
    if guide.setting:
        told += f" and set {guide.setting}"
    told += f"; grant the reader {guide.access}"
    if guide.licence:
        told += f"; the tenant needs {guide.licence}"
    excluded = sorted(STREAMS[Stream(source)].excludes) if source in {*Stream} else []
    return f"{told}. Not beside {' or '.join(excluded)}: they tell the same." if excluded else f"{told}."


def _grant(guide: Guide) -> str:
    how = "" if guide.access.startswith("the role ") else ", by infra/grant-graph-permissions.sh"
    return (
        f"Grant the reader {guide.access}{how}. It is tried again every 15 minutes; "
        "a token from before the grant may stay in use for up to a day."
    )


def _license(source: str, guide: Guide) -> str:
    told = f"The tenant needs {guide.licence}." if guide.licence else "The tenant lacks what this log needs."
    return told if source in ALWAYS_READ else f"{told} Without it, take {source} out of SOURCES: all else is read."
