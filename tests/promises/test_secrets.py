"""A secret in every place that may hold one, the whole loop at DEBUG, and a search for it everywhere else."""

import base64
import json
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import UUID

import pytest
from aiohttp import ClientSession
from azure.data.tables.aio import TableServiceClient
from azure.storage.blob.aio import BlobServiceClient
from azure.storage.queue.aio import QueueServiceClient

from local.demo.service import Service
from local.host.identity.personas import PERSONAS
from shared.bootstrap import build
from shared.pipeline.collection.ingest import ingest
from shared.settings import read_settings
from tests.conftest import RecordFigure
from tests.promises.secrets_found import secrets_in
from tests.promises.whole_loop import Loop, served, whole_loop

_SECRETS = {
    "signature of the webhook": "canary/webhook+signature=7f3a",
    "secret of the webhook": "canary secret of the webhook 91c2",
    "signature of the Teams flow": "canary-teams-signature-5be8",
    "credential in a record": "canary~credential.in-a-record_4d6e",
}
_SETTINGS = {
    "WEBHOOK_URL": "{webhook}?sig=canary%2Fwebhook%2Bsignature%3D7f3a",
    "WEBHOOK_SECRET": _SECRETS["secret of the webhook"],
    "TEAMS_WEBHOOK_URL": "{teams}&sig2=" + _SECRETS["signature of the Teams flow"],
    "AzureFunctionsJobHost__logging__logLevel__default": "Debug",
}
_HASTE = 600.0
"""How much faster than it is written the attack goes by."""
_READ = (
    *("/api/alerts", "/api/apps", "/api/policies", "/api/coverage", "/api/health", "/api/me", "/api/remediations"),
    *("/api/insights", "/api/openapi.json", "/", "/alerts", "/apps", "/remediations"),
)


@pytest.mark.soak
async def test_no_secret_leaves_the_place_that_holds_it(record_figure: RecordFigure) -> None:
    async with whole_loop(_SETTINGS) as loop:
        await loop.host.start()
        async with served(loop) as service:
            await ingest_a_credential(loop, "Directory_canary_1")
            await watch_an_attack(loop, service)
            bodies = [body async for body in every_body(loop, service)]
        posted = [*loop.webhook.bodies, json.dumps(loop.teams.cards).encode()]
        logged = await loop.host.stop()
        # Nobody handles this one any more, so that its message stays on the queue.
        await ingest_a_credential(loop, "Directory_canary_2")
        secrets = {**_SECRETS, **secrets_of(loop)}
        stored = [place async for place in everything_stored(loop)]
    places = [("log", logged.encode()), *(("body", body) for body in [*bodies, *posted]), *stored]
    found = Counter(
        f"{name} in {place}" for place, content in places if place != "raw" for name in secrets_in(content, secrets)
    )
    assert found == {}
    assert_all_was_searched(places)
    record_figure("S13", "secrets planted", len(secrets))
    record_figure("S13", "logs, bodies, rows, messages and blobs searched", len(places))
    record_figure("S13", "secrets found", found.total())


def secrets_of(loop: Loop) -> dict[str, str]:
    """Those that the machine chose."""
    parts = dict(part.split("=", 1) for part in loop.azurite.connection_string.rstrip(";").split(";"))
    return {"key of the storage": parts["AccountKey"], "secret of the identity": loop.environment["IDENTITY_HEADER"]}


def assert_all_was_searched(places: list[tuple[str, bytes]]) -> None:
    """Were a place empty or out of reach, nothing could be found in it."""
    by_place = Counter(place for place, _ in places)
    assert set(by_place) == {"log", "body", "row", "message", "blob", "raw"}
    assert b" DEBUG " in places[0][1]
    raw = [content for place, content in places if place == "raw"]
    assert any("credential in a record" in secrets_in(content, _SECRETS) for content in raw)


async def ingest_a_credential(loop: Loop, record_id: str) -> None:
    """An audit record that holds key material where the service is known to withhold it, and where one may hide."""
    secret = _SECRETS["credential in a record"]
    changed = [
        {"displayName": "Credential", "oldValue": None, "newValue": json.dumps(secret)},
        {"displayName": "KeyDescription", "oldValue": "[]", "newValue": json.dumps([{"secretText": secret}])},
        {"displayName": "AppSettings", "oldValue": None, "newValue": json.dumps({"clientSecret": secret})},
    ]
    record = {
        "id": record_id,
        "category": "ApplicationManagement",
        "correlationId": str(UUID(int=3)),
        "result": "success",
        "activityDisplayName": "Update application – Certificates and secrets management ",
        "activityDateTime": datetime.now(UTC).isoformat(),
        "loggedByService": "Core Directory",
        "initiatedBy": {"user": {"id": str(UUID(int=1)), "userPrincipalName": "lee@contoso.example"}},
        "targetResources": [
            {
                "id": str(UUID(int=2)),
                "displayName": "Canary App",
                "type": "Application",
                "modifiedProperties": changed,
            }
        ],
        "additionalDetails": [],
    }
    application = build(read_settings(loop.environment))
    await ingest(application.services, "canary", [json.dumps(record).encode()], datetime.now(UTC))
    await application.close()


async def watch_an_attack(loop: Loop, service: Service) -> None:
    """Read the tenant, see an alert told, disable its app."""

    async def complete() -> bool | None:
        return (await service.get("/api/insights"))["lastCompleteRead"] is not None or None

    async def told() -> dict[str, str] | None:
        alerts = (await service.get("/api/alerts?policyId=self-granted-app-role"))["value"]
        return alerts[0] if alerts and loop.webhook.bodies and loop.teams.cards else None

    async def finished() -> bool | None:
        return (await service.get(f"/api/remediations/{asked['id']}"))["status"] == "succeeded" or None

    await service.until("complete read", complete)
    loop.tenant.start_scenario("self-granted-role", _HASTE)
    alert = await service.until("alert that was told", told)
    order = {"action": "disable", "reason": "It granted itself a role.", "alertId": alert["id"]}
    asked = await service.post(f"/api/apps/{alert['appId']}/remediations", order)
    await service.until("finished remediation", finished)


async def every_body(loop: Loop, service: Service) -> AsyncIterator[bytes]:
    """What the API and the pages answer, with a token of a caller and without, refusals too."""
    alerts = (await service.get("/api/alerts"))["value"]
    one = alerts[0]["id"]
    of_alert = [f"/api/alerts/{one}", f"/api/alerts/{one}/evidence", f"/api/alerts/{one}/history", f"/alerts/{one}"]
    async with ClientSession(loop.host.address) as api:
        for path in [*_READ, *of_alert]:
            async with api.get(path) as response:
                assert response.status == 200, path
                yield await response.read()
        for persona in PERSONAS:
            header = {"Authorization": f"Bearer {await loop.host.token(persona)}"}
            async with api.get("/api/alerts?top=x", headers=header) as response:
                yield await response.read()


async def everything_stored(loop: Loop) -> AsyncIterator[tuple[str, bytes]]:
    """Rows, messages and blobs of the account; the raw records apart, which hold what the tenant told."""
    storage = loop.azurite.connection_string
    async with TableServiceClient.from_connection_string(storage) as tables:
        async for table in tables.list_tables():
            async for row in tables.get_table_client(table.name).list_entities():
                for value in row.values():
                    yield "row", value if isinstance(value, bytes) else str(value).encode()
    async with QueueServiceClient.from_connection_string(storage) as queues:
        async for queue in queues.list_queues():
            for message in await queues.get_queue_client(queue.name).peek_messages(max_messages=32):
                yield "message", base64.b64decode(message.content)
    async with BlobServiceClient.from_connection_string(storage) as blobs:
        async for container in blobs.list_containers():
            async for blob in blobs.get_container_client(container.name).list_blobs():
                client = blobs.get_blob_client(container.name, blob.name)
                content = await (await client.download_blob()).readall()
                yield "raw" if blob.name.startswith("raw/") else "blob", content
