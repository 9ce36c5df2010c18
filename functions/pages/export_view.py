"""The page of an export: how far its file is, and the file, whole or in parts."""

import math
from datetime import datetime
from typing import Final

from functions.byte_ranges import MOST_RANGE_BYTES, MOST_WHOLE_BYTES
from functions.models.export_files import MEDIA_TYPES
from functions.models.problems import ProblemKind
from functions.pages.answers import FileDownload, View
from functions.pages.app_forms import address_of, filters_of
from functions.problems import RequestRefused
from shared.domain.exports import Export, ExportState
from shared.domain.roles import Caller
from shared.pipeline.inventory.export_apps import UnknownExport, get_export, read_export
from shared.pipeline.services import Services

_MOST_DIGITS: Final = 6


async def export_view(services: Services, export_id: str, caller: Caller, now: datetime, refresh: bool) -> View:
    """``refresh``: the page loads itself again while the file is built. Raises RequestRefused."""
    export = await _own(services, export_id, caller, now)
    values = {
        "export": export,
        "name": file_name(export),
        "content": f"/api/exports/{export.id}/content",
        "media_type": MEDIA_TYPES[export.format],
        "is_whole": export.bytes <= MOST_WHOLE_BYTES,
        "parts_count": part_count(export),
        "range_bytes": MOST_RANGE_BYTES,
        "filters": filters_of(export.query),
        "list_address": address_of(export.query),
        "refreshes": refresh and not export.is_finished,
    }
    return View(template="export.html", values=values)


async def export_part(services: Services, export_id: str, number: str, caller: Caller, now: datetime) -> FileDownload:
    """One of the parts, counted from 1, into which a large file is cut. Raises RequestRefused."""
    export = await _own(services, export_id, caller, now)
    place = int(number) if number.isascii() and number.isdigit() and len(number) <= _MOST_DIGITS else 0
    if export.state is not ExportState.READY or not 1 <= place <= part_count(export):
        raise _unknown()
    try:
        content = await read_export(services, export, (place - 1) * MOST_RANGE_BYTES, MOST_RANGE_BYTES)
    except UnknownExport:
        raise _unknown() from None
    return FileDownload(
        content=content, media_type="application/octet-stream", name=f"{file_name(export)}.part{place:04}"
    )


def file_name(export: Export) -> str:
    """As the API names it. Made of a date and a format, so that it needs no quotes anywhere."""
    return f"apps-{export.created:%Y-%m-%d}.{export.format}"


def part_count(export: Export) -> int:
    return math.ceil(export.bytes / MOST_RANGE_BYTES)


async def _own(services: Services, export_id: str, caller: Caller, now: datetime) -> Export:
    try:
        return await get_export(services, export_id, caller, now)
    except UnknownExport:
        raise _unknown() from None


def _unknown() -> RequestRefused:
    return RequestRefused(
        ProblemKind.NOT_FOUND, "There is no such file of yours. Exports go after a day; only who asked may read one."
    )
