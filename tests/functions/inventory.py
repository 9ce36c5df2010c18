"""The inventory that tests of the API read: three apps, of a first read that was complete once and runs again."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from shared.bootstrap import Application, build
from shared.domain.app_references import Alias
from shared.domain.apps import (
    App,
    ConsentGrant,
    Credential,
    CredentialHolder,
    DirectoryRole,
    Origin,
    Owner,
    Permission,
    PermissionKind,
    SignIns,
)
from shared.domain.directory import DirectoryKind
from shared.domain.events import CredentialKind
from shared.domain.inventory_reads import FullRead, InventoryState, PartState, ReadStage
from shared.domain.ledger import SourceHealth
from shared.domain.microsoft import EXCHANGE_ONLINE, MICROSOFT_GRAPH
from shared.domain.people import Person
from shared.domain.privileges import Privilege
from shared.domain.usage_reads import UsageReport, UsageState
from shared.settings import read_settings
from shared.storage.filters import Filter
from tests.functions.conftest import IDENTIFIERS

READ = datetime(2026, 3, 3, 12, tzinfo=UTC)
NOW = datetime.now(UTC).replace(microsecond=0)
DAY = timedelta(days=1)
MAILER_ID = "aaaaaaaa-0000-4000-8000-000000000001"
PRINCIPAL = "aaaaaaaa-0000-4000-8000-000000000002"
REGISTRATION = "aaaaaaaa-0000-4000-8000-000000000003"
GRAPH_OBJECT = "aaaaaaaa-0000-4000-8000-000000000004"
HOSTILE_ID = "bbbbbbbb-0000-4000-8000-000000000001"
HOSTILE = "=cmd|'/C calc'!A0 <script>alert(1)</script>\u202e\"\r\nX-Injected: 1"
GLOBAL_READER = "f2ef992c-3afb-46b9-b7cf-a126ee74c451"
USERS = [f"cccccccc-0000-4000-8000-00000000000{number}" for number in range(5)]


def permission(name: str, kind: PermissionKind, privilege: Privilege) -> Permission:
    consent = "AllPrincipals" if kind is PermissionKind.DELEGATED else None
    return Permission(name=name, kind=kind, privilege=privilege, resource_app_id=MICROSOFT_GRAPH, consent_type=consent)


MAILER = App(
    app_id=MAILER_ID,
    service_principal_id=PRINCIPAL,
    application_object_id=REGISTRATION,
    display_name="Mailer",
    enabled=True,
    origin=Origin.EXTERNAL,
    home_tenant_id="dddddddd-0000-4000-8000-000000000001",
    created=NOW - 200 * DAY,
    first_seen=NOW - 190 * DAY,
    modified=NOW - 100 * DAY,
    publisher_name=None,
    publisher_verified=False,
    permissions=(
        permission("User.Read", PermissionKind.DELEGATED, Privilege.LOW),
        permission("Files.Read", PermissionKind.DELEGATED, Privilege.MEDIUM),
        permission("Mail.Read", PermissionKind.APPLICATION, Privilege.HIGH),
    ),
    privilege=Privilege.HIGH,
    grants=(ConsentGrant(resource_app_id=MICROSOFT_GRAPH, consent_type="AllPrincipals", scopes=("User.Read",)),),
    consented_users=5,
    priority_users=1,
    privileged_users=1,
    owners=(Owner(id="o1", name="Ada", kind="user", guest=True, enabled=True, roles=("Global Reader",)),),
    owner_count=1,
    directory_roles=(DirectoryRole(template_id=GLOBAL_READER, name="Global Reader"),),
    sign_ins=SignIns(application_client=NOW - 2 * DAY, last=NOW - 2 * DAY),
    use_read=NOW,
    credentials=(
        Credential(
            key_id="k1",
            kind=CredentialKind.SECRET,
            holder=CredentialHolder.APPLICATION,
            end=NOW - DAY,
            last_used=NOW - 3 * DAY,
        ),
        Credential(key_id="k2", kind=CredentialKind.SECRET, end=NOW + 5 * DAY, last_used=None),
        Credential(key_id="k3", kind=CredentialKind.CERTIFICATE, end=NOW + 500 * DAY),
        Credential(key_id="k4", kind=CredentialKind.FEDERATED, issuer="https://token.contoso.example", subject="ci"),
    ),
)
HOSTILE_APP = App(app_id=HOSTILE_ID, display_name=HOSTILE, origin=Origin.INTERNAL, created=NOW)
EXCHANGE = App(app_id=EXCHANGE_ONLINE, display_name="Exchange", origin=Origin.MICROSOFT)


def with_services[T](account: dict[str, str], work: Callable[[Application], Awaitable[T]]) -> T:
    """Works on the storage of the host."""

    async def run() -> T:
        application = build(read_settings({**IDENTIFIERS, **account}))
        try:
            return await work(application)
        finally:
            await application.close()

    return asyncio.run(run())


def store_inventory(account: dict[str, str]) -> None:
    with_services(account, _store)


async def _store(application: Application) -> None:
    services = application.services
    # The host is that of all tests of this folder, and some of them make apps.
    table = await application.connection.table("apps")
    for row in [row async for row in table.query(Filter())]:
        await table.delete(row["PartitionKey"], row["RowKey"])
    await services.apps.save([MAILER, HOSTILE_APP, EXCHANGE], NOW)
    await services.aliases.learn([Alias(PRINCIPAL, MAILER_ID)])
    await services.mirror.save(DirectoryKind.SERVICE_PRINCIPALS, [_principal(), _api()], 1)
    await services.mirror.save(DirectoryKind.GRANTS, [_grant(number) for number in range(len(USERS))], 1)
    await services.people.save([Person(id=USERS[0], name="Ada", roles=("Global Reader",), priority=True)], 1)
    await services.app_list.rebuild(NOW)
    stored = await services.inventory_reads.state()
    await services.inventory_reads.move(_read_state(), stored.version)
    used = await services.usage_reads.state()
    parts = {UsageReport.SERVICE_PRINCIPAL_SIGN_INS.value: PartState(last_read=READ, objects=1)}
    await services.usage_reads.move(UsageState(parts=parts), used.version)


def _read_state() -> InventoryState:
    return InventoryState(
        reads=1,
        last_complete_read=READ,
        parts={
            ReadStage.SERVICE_PRINCIPALS.value: PartState(last_read=READ, objects=3),
            ReadStage.USERS.value: PartState(last_read=READ, objects=5),
        },
        running=FullRead(
            number=2,
            started=READ,
            links={},
            stage=ReadStage.APPLICATIONS,
            objects={ReadStage.SERVICE_PRINCIPALS.value: 3400},
            expected={ReadStage.SERVICE_PRINCIPALS.value: 10_000},
            skipped={
                ReadStage.USERS.value: PartState(
                    last_read=READ, health=SourceHealth.PERMISSION_MISSING, reason="users needs User.Read.All"
                )
            },
        ),
    )


def _principal() -> dict[str, Any]:
    return {"id": PRINCIPAL, "appId": MAILER_ID, "displayName": "Mailer"}


def _api() -> dict[str, Any]:
    return {"id": GRAPH_OBJECT, "appId": MICROSOFT_GRAPH, "displayName": "Microsoft Graph"}


def _grant(number: int) -> dict[str, Any]:
    return {
        "id": f"grant-{number}",
        "clientId": PRINCIPAL,
        "consentType": "Principal",
        "principalId": USERS[number],
        "resourceId": GRAPH_OBJECT,
        "scope": " Mail.Read User.Read",
    }
