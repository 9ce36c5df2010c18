"""Exports of the list of apps as the API shows them."""

from datetime import datetime

from pydantic import ConfigDict

from functions.models.app_filters import AppFilters
from functions.models.shapes import Body, Sent
from shared.domain.exports import Export, ExportFormat, ExportState


class AppExportBody(AppFilters, Body):
    """The filters and the order of the list, with a format. Several values of one filter are an array, or one text
    with commas as in the query.
    """

    # Filters are read as in a query, where all is text.
    model_config = ConfigDict(strict=False)

    format: ExportFormat


class ExportResource(Sent):
    """``rows`` counts the apps in the file so far; ``bytes`` is its size, null until it is ready.

    ``content`` is where the file is read from, null until then. ``reason`` says why an export failed, or why it is
    tried again. It is gone after ``expiresDateTime``.
    """

    id: str
    format: ExportFormat
    state: ExportState
    rows: int
    bytes: int | None
    content: str | None
    created_date_time: datetime
    completed_date_time: datetime | None
    expires_date_time: datetime
    reason: str | None


def export_resource(export: Export, content: str) -> ExportResource:
    """``content`` is the address of the file."""
    is_ready = export.state is ExportState.READY
    return ExportResource(
        id=export.id,
        format=export.format,
        state=export.state,
        rows=export.rows,
        bytes=export.bytes if is_ready else None,
        content=content if is_ready else None,
        created_date_time=export.created,
        completed_date_time=export.completed,
        expires_date_time=export.expires,
        reason=export.reason,
    )
