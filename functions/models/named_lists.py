"""Named lists as the API shows and takes them."""

from collections.abc import Iterable
from datetime import datetime

from pydantic import Field

from functions.models.alert_updates import LongText
from functions.models.policy_edits import Why
from functions.models.shapes import Body, Sent
from shared.pipeline.governance.named_lists import ListView


class NamedListResource(Sent):
    """A list that policies refer to by ``{list: NAME}``; ``usedBy`` are their ids. One of the product is ``isBundled``
    and cannot be changed. ``version`` is 0 while nobody wrote it.
    """

    name: str
    description: str
    values: list[str]
    version: int
    is_bundled: bool
    used_by: list[str]
    modified_date_time: datetime | None
    modified_by: str | None


class NamedListCollection(Sent):
    """By name."""

    value: list[NamedListResource]


class NamedListOrder(Body):
    """``values`` stand in place of those there were. A description that is not given stays."""

    values: list[str]
    description: LongText | None = Field(default=None, max_length=1_000)
    reason: Why = None


def named_list_resource(view: ListView) -> NamedListResource:
    return NamedListResource(
        name=view.name,
        description=view.description,
        values=list(view.values),
        version=view.version,
        is_bundled=view.is_bundled,
        used_by=list(view.used_by),
        modified_date_time=view.modified,
        modified_by=view.modified_by or None,
    )


def named_list_collection(views: Iterable[ListView]) -> NamedListCollection:
    return NamedListCollection(value=[named_list_resource(view) for view in views])
