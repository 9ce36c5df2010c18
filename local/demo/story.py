"""The story: a tenant is read, attacked and watched; one app is taken out of action and brought back."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

from local.demo.errors import DemoError
from local.demo.narrator import Narrator
from local.demo.service import Service
from local.teams.receiver import TeamsReceiver
from local.tenant.process import TenantProcess

_ATTACKS = {"consent-phish": 60.0, "forgotten-app-secret": 1.0, "self-granted-role": 1.0, "data-theft": 1.0}
"""How much faster than the rest each goes by: the phisher comes back a day later, which nobody wants to wait for."""
_CARD_LINES = 12
_PRIVILEGES = ("high", "medium", "low", "none", "unknown")


async def tell_story(
    service: Service, tenant: TenantProcess, teams: TeamsReceiver, narrator: Narrator, fast: float
) -> None:
    """Raises DemoError where something that should happen does not."""
    narrator.announces("The tenant is read for the first time")
    await _read(service, narrator)
    narrator.announces("Attacks begin")
    attacks = {scenario: fast * haste for scenario, haste in _ATTACKS.items()}
    expected = [
        each
        for scenario, factor in attacks.items()
        for each in await asyncio.to_thread(tenant.start_scenario, scenario, factor)
    ]
    alert = await _watched(service, narrator, {each["policy"] for each in expected})
    narrator.announces("A card arrives in Teams")
    card = await service.until("card in Teams", lambda: _card(teams, alert["id"]))
    narrator.shows_card(list(_texts(card))[:_CARD_LINES])
    narrator.announces("The app is taken out of action, and brought back")
    await _remediated(service, narrator, alert)
    narrator.announces("A policy is tried on the past, and switched on")
    await _governed(service, narrator)
    narrator.announces("What the robbed app did on other days")
    await _used(service, narrator)


async def _read(service: Service, narrator: Narrator) -> None:
    told: dict[str, int] = {}

    async def complete() -> bool | None:
        insights = await service.get("/api/insights")
        objects = insights["reading"]["objects"] if insights["reading"] else {}
        for stage, count in objects.items():
            if count != told.get(stage):
                told[stage] = count
                narrator.says(f"read {count} {stage}")
        return True if insights["lastCompleteRead"] else None

    await service.until("complete read of the tenant", complete, lambda: dict(told))
    digest = await service.until("digest of the first read", lambda: _digest(service))
    apps = (await service.get("/api/insights"))["apps"]
    counts = apps["byPrivilege"]
    known = ", ".join(f"{counts[name]} {name}" for name in _PRIVILEGES if name in counts)
    narrator.says(f"{apps['total']} apps are watched, and {apps['microsoft']} of Microsoft's own are known")
    narrator.says(f"by privilege: {known}")
    narrator.says("what was there before is told once, as a digest:")
    narrator.shows_alert(digest)


async def _digest(service: Service) -> dict[str, Any] | None:
    found = (await service.get("/api/alerts?policyId=first-read"))["value"]
    return found[0] if found else None


async def _watched(service: Service, narrator: Narrator, policies: set[str]) -> dict[str, Any]:
    """Show alerts as they are raised until there is one of each policy; the one on the app that grew its grant."""
    shown: set[str] = set()
    grave: dict[str, Any] = {}
    missing = set(policies)

    async def all_raised() -> dict[str, Any] | None:
        alerts = (await service.get("/api/alerts?top=200"))["value"]
        news = [one for one in alerts if one["policyId"] in policies and not one["historical"]]
        for alert in reversed([one for one in news if one["id"] not in shown]):
            shown.add(alert["id"])
            narrator.shows_alert(alert)
            missing.discard(alert["policyId"])
            if alert["policyId"] == "grant-grows":
                grave.update(alert)
        return grave if grave and not missing else None

    return await service.until("alert of each attack", all_raised, lambda: len(shown))


async def _governed(service: Service, narrator: Narrator) -> None:
    """From a template: simulated while it is inactive, then in audit, where it raises alerts and does nothing else."""
    choice = {"template": "new-highly-privileged-app", "state": "inactive", "actions": [{"do": "disableApp"}]}
    policy = await service.post("/api/policies", choice)
    asked = await service.post("/api/simulations", {"policyId": policy["id"], "days": 30})
    result = await service.until("result of the simulation", lambda: _simulated(service, asked["id"]))
    apps = ", ".join(one["displayName"] or one["appId"] for one in result["apps"])
    narrator.says(f"{policy['title']}: alerts that it would have raised in 30 days: {result['alerts']}, on {apps}")
    narrator.says(f"apps that it would have disabled: {result['actionCount']}; nothing was written, nobody was told")
    await service.post(f"/api/policies/{policy['id']}/audit", {"reason": "the simulation looks right"})
    path = f"/api/alerts?policyId={policy['id']}"
    alerts = await service.until("alert of the new policy", lambda: _found(service, path))
    for alert in alerts:
        narrator.shows_alert(alert)


async def _simulated(service: Service, simulation_id: str) -> dict[str, Any] | None:
    """Raises DemoError where it failed."""
    simulation = await service.get(f"/api/simulations/{simulation_id}")
    if simulation["state"] == "failed":
        raise DemoError(f"the simulation failed: {simulation['reason']}")
    result: dict[str, Any] | None = simulation["result"]
    return result


async def _found(service: Service, path: str) -> list[dict[str, Any]] | None:
    return (await service.get(path))["value"] or None


async def _used(service: Service, narrator: Narrator) -> None:
    """Of the app whose secret was stolen, from complete days alone."""
    stolen = (await service.get("/api/alerts?policyId=leaked-credentials"))["value"][0]

    async def summed_up() -> dict[str, Any] | None:
        app = await service.get(f"/api/apps/{stolen['appId']}")
        return app if app["dataUse"] and app["dataUse"]["items"] else None

    app = await service.until("sum of what the app did with data", summed_up)
    use = app["dataUse"]
    read = ", ".join(f"{one['itemsRead']} items of {name}" for name, one in use["recent"].items() if one["itemsRead"])
    countries = ", ".join(one["country"] for one in app["countries"] or ())
    narrator.says(f"{stolen['appDisplayName']} read {read} up to {use['through']}, from {countries}")
    known = {one["country"] for one in app["countries"] or ()}
    path = f"/api/events?appId={stolen['appId']}&activity=signIn&stream=servicePrincipalSignIns"
    lately = [one["event"].get("client", {}) for one in (await service.get(path))["value"]]
    strange = {one["country"] for one in lately if one.get("country")} - known
    narrator.says(f"today it also signed in from {', '.join(sorted(strange))}, which no sum of complete days knows yet")


async def _card(teams: TeamsReceiver, alert_id: str) -> dict[str, Any] | None:
    """The card whose button leads to the alert."""
    return next((card for card in teams.cards if alert_id in json.dumps(card)), None)


def _texts(part: Any) -> Iterator[str]:
    """The texts of a card in the order in which Teams shows them."""
    if isinstance(part, list):
        for each in part:
            yield from _texts(each)
    elif isinstance(part, dict):
        if part.get("type") == "TextBlock":
            yield str(part["text"])
        for fact in part.get("facts", []):
            yield f"{fact['title']}: {fact['value']}"
        for name in ("body", "items", "columns", "content", "attachments"):
            yield from _texts(part.get(name))


async def _remediated(service: Service, narrator: Narrator, alert: dict[str, Any]) -> None:
    app_id = alert["appId"]
    order = {"action": "disable", "reason": "consent phishing, seen in the demonstration", "alertId": alert["id"]}
    asked = await service.post(f"/api/apps/{app_id}/remediations", order)
    done = await service.until("finished remediation", lambda: _finished(service, asked["id"]))
    narrator.says(f"{alert['appDisplayName']} is disabled: {done['status']}, enabled before: {done['enabledBefore']}")
    undo = await service.post(f"/api/remediations/{asked['id']}/undo", {"reason": "the demonstration goes on"})
    undone = await service.until("finished undo", lambda: _finished(service, undo["id"]))
    narrator.says(f"and back as it was: {undone['status']}, enabled after: {undone['enabledAfter']}")


async def _finished(service: Service, remediation_id: str) -> dict[str, Any] | None:
    remediation = await service.get(f"/api/remediations/{remediation_id}")
    return remediation if remediation["status"] in {"succeeded", "failed", "refused"} else None
