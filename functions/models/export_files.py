"""The files of exports: the same apps as in the list, as CSV or JSON."""

from collections.abc import Mapping
from datetime import datetime

from functions.models.apps import AppSummaryResource, summary_resource
from shared.domain.app_summaries import AppSummary
from shared.domain.csv_text import csv_line
from shared.domain.exports import ExportFormat
from shared.pipeline.inventory.export_apps import FileForm

MEDIA_TYPES = {ExportFormat.CSV: "text/csv", ExportFormat.JSON: "application/json"}
"""The platform adds that they are UTF-8."""

COLUMNS = tuple(field.alias or name for name, field in AppSummaryResource.model_fields.items())
"""Named as in the list."""
_BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel takes UTF-8 for something else."""


def file_forms(now: datetime) -> Mapping[ExportFormat, FileForm]:
    """``now`` tells which apps are new."""
    header = _BYTE_ORDER_MARK + csv_line(COLUMNS)
    return {
        ExportFormat.CSV: FileForm(
            head=header.encode(), between=b"", tail=b"", row=lambda app: _csv(summary_resource(app, now))
        ),
        ExportFormat.JSON: FileForm(head=b"[\n", between=b",\n", tail=b"\n]\n", row=lambda app: _json(app, now)),
    }


def _csv(app: AppSummaryResource) -> bytes:
    values = app.model_dump(mode="json", by_alias=False)
    return csv_line(values.values()).encode()


def _json(app: AppSummary, now: datetime) -> bytes:
    return summary_resource(app, now).model_dump_json().encode()
