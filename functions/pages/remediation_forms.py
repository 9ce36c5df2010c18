"""What the pages of remediation read, and what their forms send."""

from functions.models.alert_updates import LongText
from functions.models.shapes import Parameters, ShortText
from functions.pages.forms import Form

NO_REASON = "A reason is missing: say why, for whoever looks at this later."


class ConfirmParameters(Parameters):
    """``alertId`` is the alert that made somebody ask."""

    alert_id: ShortText | None = None


class RemediationForm(Form):
    """``requestKey`` is new on each page, so a form that is sent twice asks once. Without a reason nothing is asked."""

    reason: LongText | None = None
    request_key: ShortText
    alert_id: ShortText | None = None


class RemediationPageParameters(Parameters):
    """``refresh`` is false for whoever does not want the page to load itself again while something runs."""

    refresh: bool = True


class UndoForm(Form):
    reason: LongText | None = None


class StopForm(Form):
    stopped: bool
    reason: LongText
