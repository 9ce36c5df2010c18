"""Verbs of scenarios for what the security services of Microsoft see, and for what is done in Azure."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID, uuid5

from local.tenant.directory.actors import Actor
from local.tenant.directory.defender import DEFENDER_ALERTS
from local.tenant.directory.stage import Stage


def detect_risk(
    stage: Stage, _actor: Actor, app: str, risk: str, level: str = "high", address: str | None = None
) -> None:
    """Identity Protection detects a risk of the app; ``risk`` is a ``riskEventType``."""
    stage.tenant.detect_risk(stage.app_ids[app], risk, level, address)


def raise_defender_alert(
    stage: Stage,
    _actor: Actor,
    app: str,
    title: str,
    severity: str = "medium",
    techniques: Sequence[str] = (),
) -> None:
    stage.tenant.raise_defender_alert(stage.app_ids[app], title, severity, techniques)


def update_defender_alert(
    stage: Stage,
    _actor: Actor,
    app: str,
    status: str,
    classification: str | None = None,
    determination: str | None = None,
) -> None:
    """The latest alert about the app gets another status in the portal."""
    app_id = stage.app_ids[app]
    found = [
        alert["id"]
        for alert in stage.tenant.log(DEFENDER_ALERTS).every_record()
        if any(piece.get("appId") == app_id for piece in alert["evidence"])
    ]
    if not found:
        raise ValueError(f"no alert is about {app}")
    stage.tenant.update_defender_alert(
        found[-1], status=status, classification=classification, determination=determination
    )


def assign_azure_role(stage: Stage, actor: Actor, app: str, role: str = "Owner") -> None:
    """Gives the app's service principal a role over the subscription."""
    stage.tenant.assign_azure_role(actor, subscription_of(stage), stage.service_principal(app)["id"], role)


def change_key_vault(stage: Stage, actor: Actor, vault: str) -> None:
    stage.tenant.change_key_vault(actor, subscription_of(stage), vault)


def create_virtual_machine(stage: Stage, actor: Actor, machine: str) -> None:
    stage.tenant.create_virtual_machine(actor, subscription_of(stage), machine)


def subscription_of(stage: Stage) -> str:
    """The tenant's one subscription: made up, and the same on every machine."""
    return str(uuid5(UUID(stage.tenant.tenant_id), "subscription"))


RISK_VERBS: dict[str, Callable[..., Any]] = {
    verb.__name__.replace("_", "-"): verb
    for verb in (
        detect_risk,
        raise_defender_alert,
        update_defender_alert,
        assign_azure_role,
        change_key_vault,
        create_virtual_machine,
    )
}
