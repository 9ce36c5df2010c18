"""What the pages of named lists and of exemptions read, and what their forms send."""

from enum import StrEnum
from typing import Annotated

from pydantic import StringConstraints

from functions.models.alert_updates import LongText
from functions.models.exemptions import AppId
from functions.models.shapes import Parameters, ShortText
from functions.pages.app_forms import Day
from functions.pages.forms import Form
from functions.pages.policy_forms import Etag

MOST_LIST_BYTES = 2_621_440
"""Of a form with the 200,000 characters that a list may hold, each written as up to twelve."""

ListText = Annotated[str, StringConstraints(max_length=MOST_LIST_BYTES)]


class SavedParameters(Parameters):
    """``saved`` tells whoever comes from a form that it is done."""

    saved: bool = False


class NamedListForm(Form):
    """``values`` are one a line; none empties the list. ``name`` is of a new one, ``etag`` of one that was shown.

    ``remove`` deletes it, whatever else was sent.
    """

    name: ShortText | None = None
    etag: Etag | None = None
    values: ListText = ""
    description: LongText | None = None
    reason: LongText | None = None
    remove: bool = False


class ExemptionTab(StrEnum):
    ACTIVE = "active"
    OVER = "over"


class ExemptionsPageParameters(SavedParameters):
    """Which are listed; a policy or an app is chosen in the form, too."""

    tab: ExemptionTab = ExemptionTab.ACTIVE
    policy_id: ShortText | None = None
    app_id: AppId | None = None


class ExemptionForm(Form):
    """With ``exemptionId`` it ends that one; else it is a new one."""

    exemption_id: ShortText | None = None
    policy_id: ShortText | None = None
    app_id: AppId | None = None
    reason: LongText | None = None
    expires: Day | None = None


class AppExemptionForm(Form):
    """Of one app, from all policies."""

    reason: LongText | None = None
    expires: Day | None = None
