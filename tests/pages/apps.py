"""Apps for tests of pages: known to the inventory, and switched in a directory of their own."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from shared.bootstrap import Application
from shared.domain.app_references import Alias
from shared.domain.apps import App, ConsentGrant, Credential, Origin, Owner, Permission, PermissionKind
from shared.domain.events import CredentialKind
from shared.domain.inventory_reads import InventoryState
from shared.domain.microsoft import MICROSOFT_GRAPH
from shared.domain.privileges import Privilege
from shared.domain.summarize import summary_of
from shared.domain.usage_reads import UsageState

NOW = datetime.now(UTC)


def make_app(name: str, created: datetime = NOW - timedelta(days=400), enabled: bool = True) -> App:
    """A risky app of another company, with something of everything."""
    return App(
        app_id=str(uuid4()),
        service_principal_id=str(uuid4()),
        display_name=name,
        enabled=enabled,
        origin=Origin.EXTERNAL,
        created=created,
        publisher_name=f"Publisher of {name}",
        publisher_verified=False,
        service_principal_type="Application",
        reply_urls=("https://app.example/callback",),
        permissions=(
            Permission(
                name="Mail.ReadWrite",
                kind=PermissionKind.APPLICATION,
                privilege=Privilege.HIGH,
                resource_app_id=MICROSOFT_GRAPH,
            ),
            Permission(
                name="User.Read",
                kind=PermissionKind.DELEGATED,
                privilege=Privilege.LOW,
                resource_app_id=MICROSOFT_GRAPH,
                consent_type="Principal",
                users=3,
            ),
        ),
        privilege=Privilege.HIGH,
        credentials=(
            Credential(key_id="old", kind=CredentialKind.SECRET, display_name="old", end=NOW - timedelta(days=1)),
            Credential(key_id="due", kind=CredentialKind.SECRET, display_name="due", end=NOW + timedelta(days=9)),
            Credential(key_id="new", kind=CredentialKind.CERTIFICATE, end=NOW + timedelta(days=300)),
        ),
        owner_count=1,
        owners=(Owner(id="owner-1", name="kim@contoso.example", kind="user"),),
        grants=(
            ConsentGrant(consent_type="Principal", scopes=("User.Read",), resource_app_id=MICROSOFT_GRAPH, users=3),
        ),
        consented_users=3,
    )


async def save_apps(application: Application, *apps: App) -> None:
    """The inventory comes to know them, and the list shows them."""
    services = application.services
    await services.apps.save(apps, NOW)
    await services.aliases.learn(
        [Alias(app.service_principal_id, app.app_id) for app in apps if app.service_principal_id]
    )
    await services.app_list.update([summary_of(app, NOW) for app in apps], {})


@contextmanager
def inventory_stands(
    built: Callable[[], Application], state: InventoryState, usage: UsageState | None = None
) -> Iterator[None]:
    """For a while; afterwards nothing is known of any read, as for all other tests."""
    asyncio.run(_stand(built, state, usage or UsageState()))
    try:
        yield
    finally:
        asyncio.run(_stand(built, InventoryState(), UsageState()))


async def _stand(built: Callable[[], Application], state: InventoryState, usage: UsageState) -> None:
    application = built()
    services = application.services
    await services.inventory_reads.move(state, (await services.inventory_reads.state()).version)
    await services.usage_reads.move(usage, (await services.usage_reads.state()).version)
    await application.close()
