"""GET api/exports/{id}/content: the file of an export, whole or a range of it."""

import azure.functions as func

from functions.byte_ranges import MOST_RANGE_BYTES, MOST_WHOLE_BYTES, ByteRange, RangeNotSatisfiable, byte_range
from functions.endpoint import endpoint
from functions.inventory_routes import GET_EXPORT_CONTENT
from functions.models.export_files import MEDIA_TYPES
from functions.models.problems import FieldError, ProblemKind
from functions.models.shapes import NoBody, NoParameters
from functions.problems import RequestRefused, invalid
from functions.replies import FileReply
from functions.requests import Call
from shared.domain.exports import Export, ExportState
from shared.pipeline.inventory.export_apps import get_export, read_export
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@endpoint(blueprint, GET_EXPORT_CONTENT)
async def get_content(call: Call[NoParameters, NoBody], services: Services) -> FileReply:
    export = await get_export(services, call.path["id"], call.caller, call.now)
    if export.state is not ExportState.READY:
        raise RequestRefused(ProblemKind.NOT_FOUND, f"There is no file: the export is {export.state}.")
    etag = f'"{export.file}"'
    part = _part(export, call.range if call.if_range in {None, etag} else None)
    headers = {
        "Accept-Ranges": "bytes",
        "Content-Disposition": f'attachment; filename="apps-{export.created:%Y-%m-%d}.{export.format}"',
        "ETag": etag,
    }
    if part is None:
        content = await read_export(services, export, 0, export.bytes)
        return FileReply(content=content, media_type=MEDIA_TYPES[export.format], headers=headers)
    content = await read_export(services, export, part.start, part.length)
    headers["Content-Range"] = part.content_range
    return FileReply(content=content, media_type=MEDIA_TYPES[export.format], status=206, headers=headers)


def _part(export: Export, asked: str | None) -> ByteRange | None:
    """None: all of it. Raises RequestRefused."""
    try:
        part = byte_range(asked, export.bytes)
    except RangeNotSatisfiable:
        raise RequestRefused(
            ProblemKind.RANGE_NOT_SATISFIABLE,
            f"The file has {export.bytes} bytes.",
            headers={"Content-Range": f"bytes */{export.bytes}"},
        ) from None
    if part is None and export.bytes > MOST_WHOLE_BYTES:
        message = (
            f"is needed for this file of {export.bytes} bytes: begin with bytes=0-{MOST_RANGE_BYTES - 1} and go on "
            f"behind what Content-Range says, at most {MOST_RANGE_BYTES} bytes at a time"
        )
        raise invalid(FieldError(field="Range", message=message))
    return part
