"""What a caller may ask of remediation."""

from typing import Annotated

from pydantic import Field

from functions.models.alert_updates import LongText
from functions.models.shapes import Body, ShortText
from shared.domain.remediations import RemediationAction


class RemediationOrderBody(Body):
    """``reason`` stands in the history for good. ``dryRun`` tells what would happen, and changes nothing."""

    action: RemediationAction
    reason: LongText
    alert_id: ShortText | None = Field(default=None, description="The alert that made you ask; its history will tell")
    dry_run: bool = False


class UndoBody(Body):
    reason: LongText


class StopBody(Body):
    stopped: bool
    reason: Annotated[LongText, Field(description="Shown to everybody whose request is refused")]
