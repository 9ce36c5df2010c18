"""What a step of a scenario can do with data; the directory hears nothing of it."""

from collections.abc import Callable
from datetime import timedelta
from itertools import islice
from typing import Any, TypedDict, Unpack

from local.tenant.directory.actors import Actor
from local.tenant.directory.data_use import Manner
from local.tenant.directory.durations import duration
from local.tenant.directory.stage import Stage


class How(TypedDict, total=False):
    """The keys that these steps share: ``ago`` is how long before the step it happened."""

    delegated: bool
    ago: str
    ip: str
    user_agent: str
    country: str


def read_mail(
    stage: Stage,
    _actor: Actor,
    *,
    app: str,
    whose: str,
    items: int = 1,
    sync: bool = False,
    size: int = 20_000,
    **how: Unpack[How],
) -> None:
    stage.tenant.read_mail(stage.app_ids[app], stage.user_id(whose), items, sync=sync, size=size, **_manner(stage, how))


def read_mailboxes(
    stage: Stage, _actor: Actor, *, app: str, mailboxes: int, items: int = 1, size: int = 20_000, **how: Unpack[How]
) -> None:
    """So many items of each of so many mailboxes, or of all where there are fewer."""
    for user in islice(stage.tenant.users.all(), mailboxes):
        stage.tenant.read_mail(stage.app_ids[app], user["id"], items, size=size, **_manner(stage, how))


def send_mail(stage: Stage, _actor: Actor, *, app: str, whose: str, items: int = 1, **how: Unpack[How]) -> None:
    stage.tenant.send_mail(stage.app_ids[app], stage.user_id(whose), items, **_manner(stage, how))


def download_files(
    stage: Stage,
    _actor: Actor,
    *,
    app: str,
    whose: str,
    files: int = 1,
    size: int = 100_000,
    label: str | None = None,
    **how: Unpack[How],
) -> None:
    user = stage.user_id(whose)
    stage.tenant.download_files(stage.app_ids[app], user, files, size, label, **_manner(stage, how))


def share_file(stage: Stage, _actor: Actor, *, app: str, whose: str, name: str, **how: Unpack[How]) -> None:
    stage.tenant.share_file(stage.app_ids[app], stage.user_id(whose), name, **_manner(stage, how))


def read_chats(stage: Stage, _actor: Actor, *, app: str, whose: str, messages: int = 1, **how: Unpack[How]) -> None:
    stage.tenant.read_chats(stage.app_ids[app], stage.user_id(whose), messages, **_manner(stage, how))


def change_inbox_rule(
    stage: Stage,
    _actor: Actor,
    *,
    app: str,
    whose: str,
    name: str,
    forward_to: str | None = None,
    **how: Unpack[How],
) -> None:
    user = stage.user_id(whose)
    stage.tenant.change_inbox_rule(stage.app_ids[app], user, name, forward_to, **_manner(stage, how))


def _manner(stage: Stage, how: How) -> Manner:
    """Raises ValueError for a key that none of these steps has."""
    if unknown := set(how) - set(How.__annotations__):
        raise ValueError(f"unknown: {', '.join(sorted(unknown))}")
    manner = Manner(at=stage.tenant.clock.now() - (duration(how["ago"]) if "ago" in how else timedelta(0)))
    manner.update({name: value for name, value in how.items() if name != "ago"})  # type: ignore[typeddict-item]  # the names of How but ago are Manner's
    return manner


DATA_VERBS: dict[str, Callable[..., Any]] = {
    verb.__name__.replace("_", "-"): verb
    for verb in (read_mail, read_mailboxes, send_mail, download_files, share_file, read_chats, change_inbox_rule)
}
