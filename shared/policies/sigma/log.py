"""What a log of Sigma is: which events its records become, and which of their fields events keep.

The names are those that community rules use: of the Entra logs as Azure Monitor exports them, with and without
``properties.``, of their Graph objects, and of the unified audit log. Case does not matter.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from shared.domain.activities import Activity
from shared.domain.operations import clean_operation
from shared.policies.sigma.conditions import Condition
from shared.policies.sigma.fields import AddressField, Field, TextField, TokenField
from shared.policies.sigma.forms import country, guid
from shared.policies.sigma.operations import OPERATION as OPERATION_FACT


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """One log. ``activities`` are what its records become, unless the operation decides (``operations``).

    ``guard`` holds for its records among all events of the activity ``other``, which many logs have.
    """

    name: str
    fields: Mapping[str, Field]
    activities: frozenset[Activity] = frozenset()
    operations: Mapping[str, tuple[Activity, ...]] = field(default_factory=dict)
    only_operation: str | None = None
    guard: Condition = True
    categorised: frozenset[Activity] = frozenset()
    """The activities of whose operations the category is known."""

    def field(self, name: str) -> Field | None:
        # Splunk's sign for each of several; the facts are of each of them as well.
        lowered = name.lower().replace("{}", "")
        return self.fields.get(lowered) or self.fields.get(lowered.removeprefix("properties."))


def fields_of(rows: Mapping[str, Field]) -> dict[str, Field]:
    return {name.lower(): found for names, found in rows.items() for name in names.split()}


ADDRESS = AddressField("event.ipAddress")
USER_AGENT = TextField("event.userAgent")
OPERATION = TextField(OPERATION_FACT, clean_operation)
ACTOR_NAME = TextField("event.actor.name")
ACTOR_ID = TokenField("event.actor.id", str.lower)
APP_ID = TokenField("event.app.appId", guid)
APP_NAME = TextField("event.app.displayName")
COUNTRY = TokenField("event.country", country)
