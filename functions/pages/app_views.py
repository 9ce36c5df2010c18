"""The list of apps as people look at it: views with a name, and its words for traits, columns and APIs."""

from collections.abc import Mapping
from typing import Final, NamedTuple
from urllib.parse import urlencode

from functions.models.app_filters import SHORT_NAMES
from functions.pages.app_forms import filters_of
from shared.domain.app_summaries import RISKY_FROM, AppQuery, AppSort
from shared.domain.app_traits import Trait
from shared.domain.microsoft import API_NAMES


class AppView(NamedTuple):
    """A name for filters; it is nothing but an address."""

    name: str
    filters: Mapping[str, str]

    @property
    def address(self) -> str:
        return f"/apps?{urlencode(self.filters)}" if self.filters else "/apps"


def _with(name: str, *traits: Trait) -> AppView:
    return AppView(name, {"trait": ",".join(sorted(traits))})


ALL: Final = AppView("All", {})
HIGHLY_PRIVILEGED: Final = _with("Highly privileged", Trait.HIGHLY_PRIVILEGED)
RISKY: Final = AppView(f"Risk {RISKY_FROM} and above", {"riskFrom": str(RISKY_FROM)})
OVERPRIVILEGED: Final = _with("Overprivileged", Trait.OVERPRIVILEGED)
UNUSED: Final = _with("Unused", Trait.UNUSED)
UNVERIFIED: Final = _with("Unverified publisher", Trait.UNVERIFIED)
APP_ONLY: Final = _with("Acts by itself", Trait.APP_ONLY)
NEW: Final = _with("New", Trait.NEW)
CAN_BECOME_GLOBAL_ADMINISTRATOR: Final = _with("Can become Global Administrator", Trait.CAN_BECOME_GLOBAL_ADMINISTRATOR)
DELETED: Final = AppView("Deleted", {"status": "deleted"})
VIEWS: Final = (
    ALL,
    HIGHLY_PRIVILEGED,
    RISKY,
    OVERPRIVILEGED,
    UNUSED,
    UNVERIFIED,
    APP_ONLY,
    NEW,
    _with("External and unverified", Trait.EXTERNAL, Trait.UNVERIFIED),
    _with("No owner", Trait.NO_OWNER),
    _with("Expiring credentials", Trait.EXPIRING_CREDENTIAL),
    CAN_BECOME_GLOBAL_ADMINISTRATOR,
    DELETED,
    _with("No data access", Trait.NO_DATA_ACCESS),
)


def current_view(query: AppQuery) -> AppView | None:
    """Whatever the order."""
    asked = filters_of(query)
    return next((view for view in VIEWS if view.filters == asked), None)


TRAIT_NAMES: Final[Mapping[Trait, str]] = {
    Trait.HIGHLY_PRIVILEGED: "Highly privileged",
    Trait.CAN_BECOME_GLOBAL_ADMINISTRATOR: "Can become Global Administrator",
    Trait.CAN_READ_EVERY_MAILBOX: "Can read every mailbox",
    Trait.OVERPRIVILEGED: "Overprivileged",
    Trait.UNUSED: "Unused",
    Trait.APP_ONLY: "Acts by itself",
    Trait.EXTERNAL: "External",
    Trait.UNVERIFIED: "Unverified publisher",
    Trait.NEW: "New",
    Trait.EXPIRED_CREDENTIAL: "Expired credential",
    Trait.EXPIRING_CREDENTIAL: "Credential expires soon",
    Trait.LONG_LIVED_CREDENTIAL: "Long-lived credential",
    Trait.SEVERAL_CREDENTIALS: "Several credentials",
    Trait.UNUSED_CREDENTIAL: "Unused credential",
    Trait.SECRET: "Signs in with a secret",
    Trait.NO_OWNER: "No owner",
    Trait.SINGLE_OWNER: "Single owner",
    Trait.GUEST_OWNER: "Guest as owner",
    Trait.DISABLED_OWNER: "Disabled account as owner",
    Trait.PRIORITY_USERS: "Used by priority accounts",
    Trait.PRIVILEGED_USERS: "Used by privileged users",
    Trait.NO_DATA_ACCESS: "No data access",
    Trait.DISABLED_BY_MICROSOFT: "Disabled by Microsoft",
}
"""In the order of the form: what an app may do, how it is kept, who is behind it."""

FIRST_TRAITS: Final = tuple(TRAIT_NAMES)[:9]
"""Those that most questions are about; the others are among the further filters."""
FURTHER_TRAITS: Final = tuple(TRAIT_NAMES)[9:]


def trait_name(trait: str) -> str:
    return TRAIT_NAMES[Trait(trait)]


SORT_NAMES: Final[Mapping[AppSort, str]] = {
    AppSort.RISK: "Risk",
    AppSort.PRIVILEGE: "Privilege",
    AppSort.DISPLAY_NAME: "Name",
    AppSort.CREATED: "Added",
    AppSort.LAST_USED: "Last used",
    AppSort.DATA_USE_ITEMS: "Data use, items in 30 days",
    AppSort.DATA_USE_BYTES: "Data use, bytes in 30 days",
    AppSort.DATA_USE_TREND: "Growth of data use",
    AppSort.ACTIVE_USERS: "Users it acted for in 30 days",
    AppSort.CONSENTED_USERS: "Users who consented",
    AppSort.PRIORITY_USERS: "Priority accounts who consented",
    AppSort.PRIVILEGED_USERS: "Privileged users who consented",
    AppSort.CREDENTIAL_EXPIRES: "Next end of a credential",
    AppSort.CREDENTIAL_UNUSED_SINCE: "Credential unused since",
    AppSort.CREDENTIAL_COUNT: "Number of credentials",
    AppSort.PERMISSION_COUNT: "Number of permissions",
    AppSort.UNUSED_PERMISSIONS: "Number of unused permissions",
    AppSort.PERMISSION_TYPE: "Permission type",
    AppSort.CONSENT: "Consent by",
    AppSort.OWNER_COUNT: "Number of owners",
    AppSort.STATUS: "Status",
    AppSort.ENABLED: "Enabled or not",
    AppSort.ORIGIN: "Origin",
    AppSort.PUBLISHER_NAME: "Publisher",
    AppSort.PUBLISHER_VERIFIED: "Publisher verified or not",
    AppSort.CERTIFICATION: "Certification",
    AppSort.MODIFIED: "Last changed",
    AppSort.REGISTERED: "Registered",
    AppSort.FIRST_SEEN: "First seen",
    AppSort.DELETED: "Deleted",
    AppSort.APP_ID: "App id",
}
"""What the list can be sorted by, the most asked for first."""


def api_name(app_id: str) -> str:
    return API_NAMES.get(app_id, app_id)


def offered_apis(asked: frozenset[str] | None) -> tuple[str, ...]:
    """The appIds to choose from: the well-known ones, and whatever is asked for already."""
    return (*SHORT_NAMES.values(), *sorted((asked or frozenset()) - set(SHORT_NAMES.values())))
