"""Which apps can become Global Administrator, or read every mailbox, and by which steps.

Only what the app can do by itself counts: application permissions and directory roles over the whole tenant. Delegated
permissions reach as far as the user who is signed in, so they would need an administrator, and are left out. That there
is another app worth taking over, or a group that holds the role, is taken for granted. A disabled app keeps its paths:
somebody may enable it.

Not judged: a directory role over a single app, or over another part of the tenant; and federated credentials, although
whoever holds the trusted identity, such as a managed identity of this tenant, becomes the app.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import Final

from msgspec import Struct

from shared.domain.apps import App, PermissionKind
from shared.domain.display import inert, shown_name
from shared.domain.escalation_table import (
    EXCHANGE_ADMINISTRATOR,
    FROM_GLOBAL_ADMINISTRATOR,
    MAILBOXES,
    MANAGE_EXCHANGE,
    ROLE_ADMINISTRATION,
    ROLES,
    Steps,
    from_exchange_administrator,
)
from shared.domain.microsoft import EXCHANGE_ONLINE, MICROSOFT_GRAPH

_WHOLE_TENANT = "/"
_OWNED_BY = "Application.ReadWrite.OwnedBy"
TAKES_OVER: Final = frozenset({_OWNED_BY, "Application.ReadWrite.All"})
"""Application permissions of Microsoft Graph that let an app change those it owns."""
MOST_TAKEN_OVER: Final = 4
"""Apps taken over one after the other: no attacker needs more, and owners that own each other have no end."""


class EscalationTarget(StrEnum):
    GLOBAL_ADMINISTRATOR = "globalAdministrator"
    EVERY_MAILBOX = "everyMailbox"


class EscalationStep(Struct, frozen=True, kw_only=True, rename="camel"):
    """One step: by what the app holds (``means``, a permission, role or ownership) it does something (``deed``)."""

    means: str
    deed: str


class EscalationPath(Struct, frozen=True, kw_only=True, rename="camel"):
    """The steps to a target, the first one taken by the app itself. ``through`` are the appIds of apps taken over."""

    target: EscalationTarget
    steps: tuple[EscalationStep, ...]
    through: tuple[str, ...] = ()


def own_paths(app: App) -> tuple[EscalationPath, ...]:
    """What the app reaches by what it holds itself; the shortest path of each means, none twice.

    Whoever becomes Global Administrator reads every mailbox too, by a path that is longer than that of a permission.
    """
    becoming = [_path(EscalationTarget.GLOBAL_ADMINISTRATOR, steps) for steps in _to_global_administrator(app)]
    reading = [_path(EscalationTarget.EVERY_MAILBOX, steps) for steps in _to_every_mailbox(app)]
    longer = [
        EscalationPath(target=EscalationTarget.EVERY_MAILBOX, steps=path.steps + _steps(FROM_GLOBAL_ADMINISTRATOR))
        for path in becoming
    ]
    return (*becoming, *reading, *longer)


def own_targets(app: App) -> frozenset[EscalationTarget]:
    """What the app reaches by what it holds itself, however."""
    return frozenset(path.target for path in own_paths(app))


def can_take_over_owned(app: App) -> bool:
    """Whether it may change the apps that its service principal owns, which takes a permission besides ownership."""
    return _means_to_take_over(app) is not None


def path_through(owner: App, owned: App, path: EscalationPath) -> EscalationPath:
    """The path of an owned app, with the step before it by which the owner takes that app over."""
    name = inert(shown_name(owned.display_name, owned.app_id))
    taking_over = EscalationStep(
        means=f"ownership and {_means_to_take_over(owner) or _OWNED_BY}",
        deed=f"adds a credential to {name} ({owned.app_id}), and signs in as that app",
    )
    return EscalationPath(target=path.target, steps=(taking_over, *path.steps), through=(owned.app_id, *path.through))


def _to_global_administrator(app: App) -> Iterator[Steps]:
    held = _application_permissions(app)
    yield from (steps for name, steps in ROLE_ADMINISTRATION.items() if (MICROSOFT_GRAPH, name) in held)
    roles = _tenant_wide_roles(app)
    yield from (steps for template_id, steps in ROLES.items() if template_id in roles)


def _to_every_mailbox(app: App) -> Iterator[Steps]:
    held = _application_permissions(app)
    named = {name: steps for (api, name), steps in MAILBOXES.items() if (api, name) in held}
    yield from named.values()
    if EXCHANGE_ADMINISTRATOR in _tenant_wide_roles(app):
        managing = (name for name in MANAGE_EXCHANGE if (EXCHANGE_ONLINE, name) in held)
        yield from (from_exchange_administrator(name) for name in managing)


def _application_permissions(app: App) -> frozenset[tuple[str, str]]:
    """By API and name. Where the API is not known, the name counts for each: it is not taken for harmless."""
    return frozenset(
        (api, held.name)
        for held in app.permissions or ()
        if held.kind is PermissionKind.APPLICATION
        for api in ((held.resource_app_id,) if held.resource_app_id else (MICROSOFT_GRAPH, EXCHANGE_ONLINE))
    )


def _tenant_wide_roles(app: App) -> frozenset[str]:
    return frozenset(held.template_id for held in app.directory_roles or () if held.scope == _WHOLE_TENANT)


def _means_to_take_over(app: App) -> str | None:
    held = _application_permissions(app)
    return next((name for name in sorted(TAKES_OVER, reverse=True) if (MICROSOFT_GRAPH, name) in held), None)


def _path(target: EscalationTarget, steps: Steps) -> EscalationPath:
    return EscalationPath(target=target, steps=_steps(steps))


def _steps(rows: Steps) -> tuple[EscalationStep, ...]:
    return tuple(EscalationStep(means=means, deed=deed) for means, deed in rows)
