"""What a run of the whole loop came to, against what the tenant knows of itself."""

import asyncio
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

from shared.bootstrap import Application
from shared.domain.remediation_records import RemediationQuery
from shared.domain.streams import Family, Stream
from shared.pipeline.collection.collect_logs import collect_logs
from shared.pipeline.collection.ingest import parse
from shared.pipeline.remediation.list_remediations import list_remediations
from shared.pipeline.services import Services
from tests.promises.whole_loop import Loop
from tests.soak.contents import Contents, contents_of
from tests.soak.work_left import forget_claims_of_the_dead, let_claims_run_out

_POLL_SECONDS = 1.0
_QUOTA_SECONDS = 11.0
"""After so long the tenant's audits take five requests again."""
_MAY_BE_OTHER = ("records", "deliveries_repeated", "writes_repeated")
"""Counts, and what a death between doing and recording may repeat."""


@dataclass(frozen=True)
class Attack:
    """``policies`` are those of the alerts that it deserves, one each."""

    app_id: str
    policies: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    records: int
    records_lost: int
    records_doubled: int
    alerts_lost: int
    alerts_doubled: int
    list_rows_wrong: int
    deliveries_not_made: int
    deliveries_repeated: int
    apps_enabled: int
    writes_repeated: int

    @property
    def faults(self) -> dict[str, int]:
        """What must be zero and is not."""
        return {name: count for name, count in asdict(self).items() if count and name not in _MAY_BE_OTHER}


async def outcome_of(loop: Loop, application: Application, attacks: list[Attack]) -> Outcome:
    """Finishes what the dead left, once all that happened can be read. No host runs any more."""
    services = application.services
    while not await can_all_be_read(loop):  # noqa: ASYNC110 -- the tenant is another process
        await asyncio.sleep(_POLL_SECONDS)
    await forget_claims_of_the_dead(application)
    await asyncio.sleep(_QUOTA_SECONDS)
    await collect_logs(services, Family.REPORTS, datetime.now(UTC))
    await asyncio.sleep(_QUOTA_SECONDS)
    await let_claims_run_out(services)
    expected, found = await ids_in_the_tenant(services), await contents_of(application, Stream.DIRECTORY_AUDITS)
    alerts = alerts_by_attack(found, attacks)
    requests = (await asyncio.to_thread(loop.tenant.state))["requests"]["requests"]
    return Outcome(
        records=len(expected),
        records_lost=len(expected - found.events.keys()),
        records_doubled=found.events.total() - len(found.events),
        alerts_lost=sum(count == 0 for count in alerts),
        alerts_doubled=sum(count > 1 for count in alerts),
        list_rows_wrong=len(found.wrong_list_rows),
        deliveries_not_made=len(found.unsent),
        deliveries_repeated=loop.webhook.told.total() - len(loop.webhook.told),
        apps_enabled=sum([not await is_disabled(services, attack) for attack in attacks]),
        writes_repeated=requests["PATCH /servicePrincipals/{id}"] - len(attacks),
    )


async def can_all_be_read(loop: Loop) -> bool:
    """The tenant's audits are late."""
    audits = (await asyncio.to_thread(loop.tenant.state))["audits"]
    return bool(audits["visible"] == audits["emitted"])


async def ids_in_the_tenant(services: Services) -> set[str]:
    """Of every audit record that can be read."""
    audits = services.logs[Stream.DIRECTORY_AUDITS]
    now = datetime.now(UTC)
    ids: set[str] = set()
    link: str | None = None
    while True:
        page = await audits.page(now - timedelta(days=7), now, link)
        ids |= {event.id for event in parse(page.records).events}
        link = page.next_link
        if link is None:
            return ids


def alerts_by_attack(found: Contents, attacks: list[Attack]) -> list[int]:
    """How many alerts there are for each that is deserved."""
    raised = Counter((told["alert"]["policyId"], told["alert"]["app"].get("appId")) for told in found.alerts.values())
    return [raised[policy, attack.app_id] for attack in attacks for policy in attack.policies]


async def is_disabled(services: Services, attack: Attack) -> bool:
    """Whether the remediation says so, and the tenant too."""
    page = await list_remediations(services, RemediationQuery(app_id=attack.app_id), 5, None)
    app = (await services.apps.get([attack.app_id]))[attack.app_id]
    assert services.app_switch is not None
    assert app.service_principal_id is not None
    held = await services.app_switch.read(app.service_principal_id)
    return [one.status for one in page.remediations] == ["succeeded"] and not (held or {}).get("accountEnabled", True)
