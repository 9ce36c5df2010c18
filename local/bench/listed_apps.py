"""The apps of a large tenant, stored as the inventory stores them."""

import asyncio
import random
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from multiprocessing import get_context
from uuid import NAMESPACE_OID, uuid5

from shared.domain.apps import (
    App,
    ConsentGrant,
    Credential,
    CredentialHolder,
    Origin,
    Owner,
    Permission,
    PermissionKind,
    SignIns,
)
from shared.domain.events import CredentialKind
from shared.domain.privileges import Privilege
from shared.storage.apps import TableApps
from shared.storage.connection import ConnectionString, StorageConnection

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
RARE_NAME = "Zephyr"
_RARE = 5000
"""One app in so many has the rare name."""
_PUBLISHERS = 4000
_PROCESSES = 2
_SLICE = 2000
_PATIENCE_SECONDS = 120

GRAPH = "00000003-0000-0000-c000-000000000000"
_APIS = (GRAPH, *(str(uuid5(NAMESPACE_OID, f"api {number}")) for number in range(11)))
_NAMES = ("Mail", "Files", "Sites", "User", "Group", "Directory", "Calendars", "Chat", "Application", "AuditLog")
_SCOPES = tuple(f"{name}.{verb}" for name in _NAMES for verb in ("Read", "Read.All", "ReadWrite", "ReadWrite.All"))
SOME_PERMISSION = _SCOPES[0]
_WORDS = ("Data", "Cloud", "Sync", "Mail", "Report", "Ledger", "Travel", "Sales", "Backup", "Form", "Sign", "Desk")


def fill(connection_string: str, apps: int) -> None:
    """Store so many apps, in several processes, since building the requests takes longer than storing the rows."""
    slices = [range(start, min(start + _SLICE, apps)) for start in range(0, apps, _SLICE)]
    with ProcessPoolExecutor(_PROCESSES, get_context("spawn")) as processes:
        list(processes.map(partial(_store, connection_string), slices))


def apps_of(numbers: range) -> Iterator[App]:
    return map(_app, numbers)


def app_id(number: int) -> str:
    return str(uuid5(NAMESPACE_OID, f"app {number}"))


def _store(connection_string: str, numbers: range) -> None:
    async def store() -> None:
        connection = StorageConnection(ConnectionString(connection_string), timeout_seconds=_PATIENCE_SECONDS)
        try:
            await TableApps(connection).save(list(apps_of(numbers)), NOW)
        finally:
            await connection.close()

    asyncio.run(store())


def _app(number: int) -> App:
    """The same for the same number; of what differs between apps, each in its own proportion."""
    draw = random.Random(number)
    origin = draw.choices((Origin.INTERNAL, Origin.EXTERNAL, Origin.MICROSOFT), (60, 30, 10))[0]
    created = NOW - timedelta(minutes=draw.randrange(1_500_000))
    permissions = tuple(_permissions(draw))
    users = draw.choice((0, 0, 1, 3, 20, 400))
    return App(
        app_id=app_id(number),
        service_principal_id=str(uuid5(NAMESPACE_OID, f"principal {number}")),
        application_object_id=str(uuid5(NAMESPACE_OID, f"registration {number}")),
        display_name=_name(draw, number),
        enabled=draw.random() < 0.95,
        origin=origin,
        home_tenant_id=str(uuid5(NAMESPACE_OID, f"tenant {draw.randrange(_PUBLISHERS)}")),
        created=created,
        registered=created - timedelta(days=30),
        publisher_name=f"Publisher {draw.randrange(_PUBLISHERS)}" if origin is Origin.EXTERNAL else None,
        publisher_verified=draw.random() < 0.4,
        service_principal_type="ManagedIdentity" if draw.random() < 0.03 else "Application",
        permissions=permissions,
        privilege=max((held.privilege for held in permissions), key=lambda each: each.rank, default=None),
        credentials=tuple(_credentials(draw)),
        owner_count=1,
        owners=(Owner(id=str(uuid5(NAMESPACE_OID, f"owner {draw.randrange(5000)}")), kind=_owner_kind(draw)),),
        grants=(ConsentGrant(consent_type="Principal", scopes=("User.Read",), resource_app_id=_APIS[0], users=users),),
        consented_users=users,
        priority_users=min(users, draw.randrange(3)),
        privileged_users=0,
        directory_roles=(),
        sign_ins=_sign_ins(draw),
        use_read=NOW,
        credential_use_read=NOW,
        first_seen=created,
        modified=NOW - timedelta(minutes=draw.randrange(200_000)),
        deleted=NOW - timedelta(days=3) if draw.random() < 0.02 else None,
    )


def _name(draw: random.Random, number: int) -> str:
    words = [RARE_NAME] if number % _RARE == 0 else []
    return " ".join([*words, *draw.sample(_WORDS, 2), str(number)])


def _owner_kind(draw: random.Random) -> str:
    return "servicePrincipal" if draw.random() < 0.05 else "user"


def _permissions(draw: random.Random) -> Iterator[Permission]:
    for name in draw.sample(_SCOPES, draw.choice((0, 1, 1, 2, 3, 5, 8))):
        kind = draw.choice(list(PermissionKind))
        yield Permission(
            name=name,
            kind=kind,
            privilege=draw.choices(list(Privilege), (6, 3, 1))[0],
            resource_app_id=draw.choices(_APIS, (80, *(2,) * 11))[0],
            consent_type="AllPrincipals" if kind is PermissionKind.DELEGATED else None,
            granted=NOW - timedelta(days=200) if kind is PermissionKind.APPLICATION else None,
        )


def _credentials(draw: random.Random) -> Iterator[Credential]:
    for number in range(draw.choice((0, 1, 1, 2))):
        start = NOW - timedelta(days=draw.randrange(900))
        yield Credential(
            key_id=f"key-{number}",
            kind=draw.choice((CredentialKind.SECRET, CredentialKind.CERTIFICATE)),
            holder=CredentialHolder.APPLICATION,
            start=start,
            end=start + timedelta(days=draw.choice((180, 365, 730))),
            last_used=NOW - timedelta(days=draw.randrange(200)),
        )


def _sign_ins(draw: random.Random) -> SignIns | None:
    if draw.random() < 0.3:
        return None
    last = NOW - timedelta(minutes=draw.randrange(300_000))
    return SignIns(application_client=last, last=last)
