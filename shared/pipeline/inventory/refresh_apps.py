"""Reading a few apps from the directory at once: those that an event speaks of, and those that somebody wants again."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from shared.domain.apps import App
from shared.domain.directory import DirectoryObject
from shared.pipeline.inventory.follow_changes import app_ids_of
from shared.pipeline.inventory.known_stages import NOTHING_HELD, answer_of
from shared.pipeline.inventory.mirror_objects import mirror_parts
from shared.pipeline.inventory.ports import DirectoryReader
from shared.pipeline.inventory.rebuild_apps import KnownApis, Rebuilt, basis_of, rebuild_apps
from shared.pipeline.inventory.registration_parts import mirror_registrations
from shared.pipeline.inventory.services import InventoryServices
from shared.pipeline.inventory.sound_directory import SoundDirectory
from shared.sources.fields import guid, text


class _Located(Struct):
    """What the ids lead to: service principals to read, and registrations as they are now."""

    principal_ids: set[str]
    registrations: dict[str, DirectoryObject]
    known: dict[str, App]


async def refresh_apps(services: InventoryServices, object_ids: Sequence[str], now: datetime) -> None:
    """Read these apps (by appId or object id) from the directory now, learn their aliases, and have them judged.

    What is not there is no error. Raises Unavailable, PermissionMissing, Conflict.
    """
    rebuilt = await reread_apps(services, object_ids, now)
    for partition in sorted(rebuilt.unjudged):
        await services.queue.evaluate_apps(partition)


async def reread_apps(services: InventoryServices, object_ids: Sequence[str], now: datetime) -> Rebuilt:
    wanted = [lowered for each in dict.fromkeys(object_ids) if (lowered := guid(each))]
    if services.directory is None or not wanted:
        return Rebuilt((), frozenset())
    state = (await services.inventory_reads.state()).state
    number = state.running.number if state.running else state.reads
    directory = SoundDirectory(services.directory)
    located = await _locate(services, directory, wanted)
    touched: dict[str, str | None] = dict.fromkeys(located.known)
    for stored in await mirror_registrations(services, directory, list(located.registrations.values()), number):
        touched.setdefault(stored["appId"])
    for app_id, app in located.known.items():
        if app.application_object_id and app.application_object_id not in located.registrations:
            await services.mirror.remove_registration(app_id)
    answers = dict.fromkeys(touched, NOTHING_HELD)
    for principal_id, parts in (await directory.parts(sorted(located.principal_ids))).items():
        if parts is None:
            await services.mirror.remove_principal(principal_id)
        elif principal := await mirror_parts(services, parts, number):
            touched[principal["appId"]] = principal["id"]
            answers[principal["appId"]] = answer_of(parts)
    return await rebuild_apps(services, touched, basis_of(state, KnownApis(services), now), answers)


async def _locate(services: InventoryServices, directory: DirectoryReader, wanted: list[str]) -> _Located:
    aliases = await app_ids_of(services, wanted)
    known = await services.apps.get(list(dict.fromkeys([*aliases.values(), *wanted])))
    halves = {half for app in known.values() for half in (app.service_principal_id, app.application_object_id)}
    looked_up = await directory.find(sorted({*wanted, *(half for half in halves if half)}))
    found = {item["id"]: item for item in looked_up}
    registrations = {object_id: item for object_id, item in found.items() if _is_registration(item)}
    principal_ids = found.keys() - registrations.keys()
    principal_ids |= {app.service_principal_id for app in known.values() if app.service_principal_id}
    # A registration leads to its service principal by the appId, and so does what is no object id.
    app_ids = {item["appId"] for item in registrations.values()} - known.keys()
    app_ids |= {each for each in wanted if each not in found and each not in aliases and each not in known}
    if app_ids:
        principal_ids |= {item["id"] for item in await directory.apis(sorted(app_ids))}
    return _Located(principal_ids=principal_ids, registrations=registrations, known=known)


def _is_registration(item: DirectoryObject) -> bool:
    return (text(item, "@odata.type") or "").lower() == "#microsoft.graph.application"
