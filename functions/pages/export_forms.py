"""What asks for an export, and what its page reads."""

from functions.models.shapes import Parameters, ShortText
from functions.pages.app_forms import PageFilters
from functions.pages.forms import Form
from shared.domain.exports import ExportFormat


class ExportForm(PageFilters, Form):
    """The filters and the order of the list as it was shown. ``requestKey`` is new on each page that offers exports, so
    a form that is sent twice asks once.
    """

    format: ExportFormat
    request_key: ShortText


class ExportPageParameters(Parameters):
    """``refresh`` is false for whoever does not want the page to load itself again while the file is built."""

    refresh: bool = True
