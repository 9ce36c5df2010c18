"""The filters of the list of apps, in a query and in the body of an export alike."""

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic.alias_generators import to_camel

from functions.models.shapes import Moment, ShortText, listed
from shared.domain.app_summaries import AppQuery, AppSort, AppStatus, Consent, PermissionType
from shared.domain.app_traits import Trait
from shared.domain.apps import Certification, Origin
from shared.domain.microsoft import (
    API_NAMES,
    AZURE_AD_GRAPH,
    AZURE_SERVICE_MANAGEMENT,
    EXCHANGE_ONLINE,
    MANAGEMENT_APIS,
    MICROSOFT_GRAPH,
    SHAREPOINT_ONLINE,
)
from shared.domain.privileges import Privilege

SHORT_NAMES = {
    "graph": MICROSOFT_GRAPH,
    "exchange": EXCHANGE_ONLINE,
    "sharepoint": SHAREPOINT_ONLINE,
    "management": MANAGEMENT_APIS,
    "azure": AZURE_SERVICE_MANAGEMENT,
    "azuread": AZURE_AD_GRAPH,
}
"""Names that may stand for an appId, besides the full ones; letter case does not matter."""
_APP_IDS = {**{name.lower(): app_id for app_id, name in API_NAMES.items()}, **SHORT_NAMES}
_MOST_USERS = 2**31 - 1
_MOST_ITEMS = 2**53 - 1
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def _api(value: str) -> str:
    lower = value.lower()
    app_id = _APP_IDS.get(lower, lower)
    if not _GUID.fullmatch(app_id):
        raise ValueError(f"must be an appId or one of {', '.join(SHORT_NAMES)}")
    return app_id


def _lower(value: str) -> str:
    return value.lower()


def _known_order(value: str) -> str:
    if value.removeprefix("-") not in set(AppSort):
        raise ValueError(f"must be one of {', '.join(AppSort)}, or one of them with - before it")
    return value


SortOrder = Annotated[
    str, AfterValidator(_known_order), Field(json_schema_extra={"pattern": f"^-?({'|'.join(AppSort)})$"})
]
"""A column to sort by."""


class AppFilters(BaseModel):
    """All must hold. Of several values of one filter any counts, but an app must have every ``trait`` that is named,
    and must be known to have no ``notTrait``.
    """

    model_config = ConfigDict(frozen=True, alias_generator=to_camel)

    text: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = None
    origin: Annotated[frozenset[Origin], BeforeValidator(listed)] | None = None
    privilege: Annotated[frozenset[Privilege], BeforeValidator(listed)] | None = None
    consent: Annotated[frozenset[Consent], BeforeValidator(listed)] | None = None
    status: Annotated[frozenset[AppStatus], BeforeValidator(listed)] | None = None
    permission_type: Annotated[frozenset[PermissionType], BeforeValidator(listed)] | None = None
    certification: Annotated[frozenset[Certification], BeforeValidator(listed)] | None = None
    trait: Annotated[frozenset[Trait], BeforeValidator(listed), Field(description="All must hold")] | None = None
    not_trait: (
        Annotated[frozenset[Trait], BeforeValidator(listed), Field(description="None holds, and that is known")] | None
    ) = None
    permission: Annotated[ShortText, Field(description="A whole name, such as Mail.Read")] | None = None
    api: (
        Annotated[
            frozenset[Annotated[str, AfterValidator(_api)]],
            BeforeValidator(listed),
            Field(description=f"It holds a permission for one of these: an appId, or {', '.join(SHORT_NAMES)}"),
        ]
        | None
    ) = None
    directory_role: Annotated[ShortText, Field(description="The name of a directory role that it holds")] | None = None
    publisher: Annotated[ShortText, Field(description="The whole name of the publisher")] | None = None
    home_tenant_id: Annotated[ShortText, AfterValidator(_lower)] | None = None
    enabled: bool | None = None
    verified: bool | None = None
    new: Annotated[bool | None, Field(description="Created, or first seen, in the last seven days")] = None
    has_owner: bool | None = None
    risk_from: Annotated[int, Field(ge=1, le=100, description="The least risk score")] | None = None
    users_from: (
        Annotated[int, Field(ge=0, le=_MOST_USERS, description="The least number of users who consented")] | None
    ) = None
    priority_users_from: (
        Annotated[int, Field(ge=0, le=_MOST_USERS, description="The same of priority accounts")] | None
    ) = None
    data_use_from: (
        Annotated[int, Field(ge=0, le=_MOST_ITEMS, description="The least number of items touched within 30 days")]
        | None
    ) = None
    used_before: Annotated[Moment, Field(description="Last used before, or never")] | None = None
    used_after: Moment | None = None
    created_before: Moment | None = None
    created_after: Moment | None = None
    modified_before: Moment | None = None
    modified_after: Moment | None = None
    credential_expires_before: Moment | None = None
    include_microsoft: Annotated[bool, Field(description="Microsoft's own apps and managed identities as well")] = False
    include_deleted: bool = False
    sort: Annotated[
        SortOrder, Field(description="The column to sort by; with - before it, from the last to the first")
    ] = AppSort.DISPLAY_NAME.value

    def query(self) -> AppQuery:
        named = {name: getattr(self, name) for name in AppFilters.model_fields if name not in _OTHERWISE}
        return AppQuery(
            **named,
            traits=self.trait,
            not_traits=self.not_trait,
            sort=AppSort(self.sort.removeprefix("-")),
            descending=self.sort.startswith("-"),
        )


_OTHERWISE = {"trait", "not_trait", "sort"}
"""Fields that a query of the domain calls otherwise, or splits."""
