"""The digest of the first read: what was wrong when the tenant was first read is told once, not alert by alert.

It ranks what was found, and the apps by their risk.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from shared.domain.alert_queries import AlertQuery
from shared.domain.alerts import Alert
from shared.domain.app_references import AppReference
from shared.domain.app_summaries import RISKY_FROM, AppQuery, AppSort, AppSummary
from shared.domain.built_in import BUILT_IN, FIRST_READ
from shared.domain.display import shown_name
from shared.domain.findings import ConditionResult, Finding
from shared.domain.severities import Severity
from shared.pipeline.detection.deduplicate_alerts import raise_alerts
from shared.pipeline.services import Services

_NAMED = 10
_BY_RISK = AppQuery(sort=AppSort.RISK, descending=True)
_RISKY = AppQuery(risk_from=RISKY_FROM)
_PAGE = 200


async def tell_first_read(services: Services, now: datetime) -> bool:
    """Raise the digest once everything of the first read was judged; True when it has been told, now or before.

    The digest is an alert of its own, so that it is listed, routed and triaged like any other; its severity is that of
    the gravest finding, which decides who is told. A death after raising it leaves it to be raised again, which
    changes nothing.
    """
    watch = await services.watch.state()
    if watch is None or watch.first_read_judged is None or not await _is_all_listed(services, now):
        return False
    if watch.digest_told is None:
        found = await _historical(services)
        riskiest = await services.app_list.page(_BY_RISK, _NAMED, None, now)
        risky = await services.app_list.page(_RISKY, 1, None, now)
        # After the moment to which findings count as historical, so that it is told.
        observed = watch.first_read_judged + timedelta(microseconds=1)
        await raise_alerts(services, [_digest(found, riskiest.apps, risky.total, observed)], now)
        await services.watch.note_digest_told(now)
    return True


async def _is_all_listed(services: Services, now: datetime) -> bool:
    """Whether every chunk was judged and every alert is in the list, which the digest counts."""
    async for _ in services.ledger.waiting():
        return False
    async for _ in services.intents.older_than(now):
        return False
    return True


async def _historical(services: Services) -> list[Alert]:
    """The gravest first, of equals the newest."""
    found: list[Alert] = []
    after: str | None = None
    while True:
        page = await services.alert_list.page(AlertQuery(), _PAGE, after)
        found.extend(listed.alert for listed in page.alerts if listed.alert.historical)
        after = page.next
        if after is None:
            return sorted(found, key=lambda alert: alert.severity.rank, reverse=True)


def _digest(found: list[Alert], riskiest: Sequence[AppSummary], risky: int, observed: datetime) -> Finding:
    counts = Counter(alert.severity for alert in found)
    told = ", ".join(f"{counts[severity]} {severity}" for severity in reversed(Severity) if counts[severity])
    gravest = max((alert.severity for alert in found), key=lambda severity: severity.rank, default=None)
    by_policy = Counter(alert.policy_id for alert in found)
    conditions = [
        ConditionResult(condition="findings by severity", outcome="true", seen=told or "none"),
        *(
            ConditionResult(condition=f"findings of {policy}", outcome="true", seen=str(count), measure=float(count))
            for policy, count in by_policy.most_common()
        ),
        *(
            ConditionResult(
                condition=f"risk of app {row.app_id}",
                outcome="true",
                seen=f"{row.risk}: {shown_name(row.display_name, row.app_id)}",
                measure=float(row.risk),
            )
            for row in riskiest
            if row.risk is not None
        ),
        *(ConditionResult(condition=f"alert {alert.id}", outcome="true", seen=alert.title) for alert in found[:_NAMED]),
    ]
    text = BUILT_IN[FIRST_READ]
    apps = f", {risky:,} app{'' if risky == 1 else 's'} of risk {RISKY_FROM} and above" if risky else ""
    return Finding(
        policy_id=FIRST_READ,
        policy_version=1,
        title=f"{text.title}: {told or 'nothing'} found{apps}",
        severity=gravest or text.severity,
        group=("first read",),
        app=AppReference(),
        observed=observed,
        conditions=tuple(conditions),
    )
