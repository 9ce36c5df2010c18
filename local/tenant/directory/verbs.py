"""What a step of a scenario can do. A verb's keys in YAML are its arguments here; apps and people go by name."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from local.tenant.directory.actors import Actor
from local.tenant.directory.collections import Object
from local.tenant.directory.data_verbs import DATA_VERBS
from local.tenant.directory.durations import duration
from local.tenant.directory.graph_verbs import GRAPH_VERBS
from local.tenant.directory.objects import DEFAULT_ACCESS
from local.tenant.directory.risk_verbs import RISK_VERBS
from local.tenant.directory.stage import Stage, role_id_of

_BETWEEN_SIGN_INS = timedelta(seconds=2)


def register(stage: Stage, actor: Actor, app: str) -> None:
    """Registers an app of the tenant's own, and makes its service principal."""
    part = stage.parts[app]
    properties: Object = {"displayName": part.name}
    if part.replyUrls:
        properties["web"] = {"homePageUrl": None, "logoutUrl": None, "redirectUris": list(part.replyUrls)}
    made = stage.tenant.add_application(actor, properties)
    stage.app_ids[app] = made["appId"]
    stage.tenant.add_service_principal(actor, made["appId"])


def provision(stage: Stage, actor: Actor, app: str) -> None:
    """Makes the service principal of an app that is registered already."""
    stage.tenant.add_service_principal(actor, stage.app_ids[app])


def consent(
    stage: Stage, actor: Actor, app: str, scopes: Sequence[str], api: str = "Microsoft Graph", for_all: bool = False
) -> None:
    stage.tenant.consent(actor, stage.app_ids[app], stage.api(api)["appId"], scopes, for_all=for_all)


def request_permissions(
    stage: Stage, actor: Actor, app: str, scopes: Sequence[str] = (), roles: Sequence[str] = ()
) -> None:
    """Puts permissions of Microsoft Graph into the app's manifest, in place of those it asked for."""
    api = stage.api("Microsoft Graph")
    ids = {scope["value"]: scope["id"] for scope in api["oauth2PermissionScopes"]}
    access = [{"id": ids[scope], "type": "Scope"} for scope in scopes]
    access += [{"id": role_id_of(api, role), "type": "Role"} for role in roles]
    asked = [{"resourceAppId": api["appId"], "resourceAccess": access}]
    stage.tenant.update_application(actor, _registration(stage, app)["id"], {"requiredResourceAccess": asked})


def grant_app_role(stage: Stage, actor: Actor, app: str, role: str, api: str = "Microsoft Graph") -> None:
    found = stage.api(api)
    holder = stage.service_principal(app)["id"]
    stage.tenant.assign_app_role(actor, holder, found["id"], role_id_of(found, role))


def add_secret(stage: Stage, actor: Actor, app: str, name: str, lifetime: str = "180d") -> None:
    """On the registration where there is one here, else on the service principal."""
    stage.tenant.add_secret(actor, _half(stage, app)["id"], name, duration(lifetime))


def add_certificate(stage: Stage, actor: Actor, app: str, name: str, lifetime: str = "365d") -> None:
    stage.tenant.add_certificate(actor, _half(stage, app)["id"], name, duration(lifetime))


def sign_in(  # noqa: PLR0913 -- the keys of the step, most of them optional
    stage: Stage,
    _actor: Actor,
    *,
    app: str,
    credential: str | None = None,
    delegated: bool = False,
    api: str = "Microsoft Graph",
    ago: str | None = None,
    times: int = 1,
    person: str | None = None,
    interactive: bool | None = None,
    ip: str = "203.0.113.10",
    country: str = "NL",
    asn: int = 64_500,
    user_agent: str = "python-requests/2.32.5",
    error_code: int = 0,
) -> None:
    """The app asks ``times`` times for a token: for itself, or ``delegated`` by a ``person``, or by anybody.

    ``credential`` is the name of a key. ``ago`` puts the last time that long before the step: beyond the retention of
    logs it is in a past that only the reports of use know.
    """
    last = stage.tenant.clock.now() - (duration(ago) if ago else timedelta(0))
    key_id = _key_id(_half(stage, app), credential) if credential else None
    user = stage.user_id(person) if person else None
    resource = stage.api(api)["appId"]
    for before in range(times - 1, -1, -1):
        at = last - before * _BETWEEN_SIGN_INS
        stage.tenant.sign_in(
            stage.app_ids[app],
            at,
            key_id,
            delegated=delegated,
            resource=resource,
            user=user,
            interactive=interactive,
            ip=ip,
            country=country,
            asn=asn,
            user_agent=user_agent,
            error_code=error_code,
        )


def remove_credential(stage: Stage, actor: Actor, app: str, name: str) -> None:
    found = _half(stage, app)
    stage.tenant.remove_credential(actor, found["id"], _key_id(found, name))


def add_federated_credential(stage: Stage, actor: Actor, app: str, name: str, issuer: str, subject: str) -> None:
    stage.tenant.add_federated_credential(actor, _registration(stage, app)["id"], name, issuer, subject)


def add_owner(stage: Stage, actor: Actor, app: str, person: str) -> None:
    stage.tenant.add_owner(actor, _half(stage, app)["id"], stage.user_id(person))


def remove_owner(stage: Stage, actor: Actor, app: str, person: str) -> None:
    stage.tenant.remove_owner(actor, _half(stage, app)["id"], stage.user_id(person))


def assign_user(stage: Stage, actor: Actor, app: str, person: str) -> None:
    """Assigns a person to an app, without a role of it."""
    stage.tenant.assign_app_role(actor, stage.user_id(person), stage.service_principal(app)["id"], DEFAULT_ACCESS)


def assign_directory_role(
    stage: Stage, actor: Actor, role: str, person: str | None = None, app: str | None = None
) -> None:
    """Gives a directory role, built-in or custom, to a person or to an app's service principal."""
    stage.tenant.assign_directory_role(actor, stage.principal_id(person, app), stage.role_id(role))


def remove_directory_role(
    stage: Stage, actor: Actor, role: str, person: str | None = None, app: str | None = None
) -> None:
    held = stage.tenant.role_assignments.where("principalId", stage.principal_id(person, app))
    role_id = stage.role_id(role)
    found = next(one for one in held if one["roleDefinitionId"] == role_id)
    stage.tenant.remove_directory_role(actor, found["id"])


def rename(stage: Stage, actor: Actor, app: str, name: str) -> None:
    stage.tenant.update_application(actor, _registration(stage, app)["id"], {"displayName": name})


def set_reply_urls(stage: Stage, actor: Actor, app: str, urls: Sequence[str]) -> None:
    found = _registration(stage, app)
    web = {**found["web"], "redirectUris": list(urls)}
    stage.tenant.update_application(actor, found["id"], {"web": web})


def disable(stage: Stage, actor: Actor, app: str) -> None:
    stage.tenant.update_service_principal(actor, stage.service_principal(app)["id"], {"accountEnabled": False})


def enable(stage: Stage, actor: Actor, app: str) -> None:
    stage.tenant.update_service_principal(actor, stage.service_principal(app)["id"], {"accountEnabled": True})


def delete(stage: Stage, actor: Actor, app: str) -> None:
    """Deletes the registration where there is one here, else the service principal."""
    if found := stage.registration(app):
        stage.tenant.delete_application(actor, found["id"])
    else:
        stage.tenant.delete_service_principal(actor, stage.service_principal(app)["id"])


def _registration(stage: Stage, app: str) -> Object:
    found = stage.registration(app)
    if found is None:
        raise ValueError(f"{app} is not registered here")
    return found


def _half(stage: Stage, app: str) -> Object:
    return stage.registration(app) or stage.service_principal(app)


def _key_id(half: Object, name: str) -> str:
    held = [*half["passwordCredentials"], *half["keyCredentials"]]
    return str(next(one["keyId"] for one in held if one["displayName"] == name))


VERBS: dict[str, Callable[..., Any]] = {
    verb.__name__.replace("_", "-"): verb
    for verb in (
        register,
        provision,
        consent,
        request_permissions,
        grant_app_role,
        add_secret,
        add_certificate,
        remove_credential,
        add_federated_credential,
        add_owner,
        remove_owner,
        assign_user,
        assign_directory_role,
        remove_directory_role,
        rename,
        set_reply_urls,
        disable,
        enable,
        delete,
        sign_in,
    )
} | RISK_VERBS

VERBS |= GRAPH_VERBS | DATA_VERBS
