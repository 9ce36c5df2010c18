"""What the list of apps reads."""

from typing import Annotated

from pydantic import BeforeValidator, StringConstraints

from functions.models.shapes import PageParameters, ShortText, listed
from shared.domain.app_summaries import AppQuery, AppSort, Consent
from shared.domain.apps import Origin
from shared.domain.privileges import Privilege


class AppsPageParameters(PageParameters):
    """Filters; all must hold. ``sort`` is a column, with ``-`` before it for the largest first."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = None
    privilege: Annotated[frozenset[Privilege], BeforeValidator(listed)] | None = None
    origin: Annotated[frozenset[Origin], BeforeValidator(listed)] | None = None
    consent: Annotated[frozenset[Consent], BeforeValidator(listed)] | None = None
    permission: ShortText | None = None
    verified: bool | None = None
    enabled: bool | None = None
    new: bool | None = None
    has_owner: bool | None = None
    include_microsoft: bool = False
    sort: Annotated[str, StringConstraints(pattern="^-?(" + "|".join(AppSort) + ")$")] = f"-{AppSort.PRIVILEGE}"

    def query(self) -> AppQuery:
        return AppQuery(
            text=self.text,
            origin=self.origin,
            privilege=self.privilege,
            consent=self.consent,
            permission=self.permission,
            enabled=self.enabled,
            verified=self.verified,
            new=self.new,
            has_owner=self.has_owner,
            include_microsoft=self.include_microsoft,
            sort=AppSort(self.sort.removeprefix("-")),
            descending=self.sort.startswith("-"),
        )
