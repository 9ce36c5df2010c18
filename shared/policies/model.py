"""A policy as people write it: names, prose, parameters, conditions and tests. No condition is checked here.

``when`` stays plain data until ``binding`` checks it against a vocabulary. The model is strict: no unknown key, no
number where text belongs. It is read in JSON mode, where a list stands for a tuple.
"""

from enum import StrEnum
from hashlib import sha256
from typing import Annotated, Self

import msgspec
from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator
from pydantic.alias_generators import to_camel

from shared.domain.severities import Severity

Text = Annotated[str, Field(min_length=1, max_length=4_000)]
Name = Annotated[str, Field(pattern=r"^[a-z][A-Za-z0-9]{0,63}$")]
Scalar = str | bool | int | float


class Part(BaseModel):
    model_config = ConfigDict(
        strict=True, extra="forbid", frozen=True, alias_generator=to_camel, serialize_by_alias=True
    )


class Kind(StrEnum):
    """What a policy judges."""

    APP = "app"
    """The state of an app."""
    EVENT = "event"
    """One event by itself."""
    WINDOW = "window"
    """How many events there are within a time."""
    SEQUENCE = "sequence"
    """Events that follow each other."""


class Status(StrEnum):
    EXPERIMENTAL = "experimental"
    STABLE = "stable"
    DEPRECATED = "deprecated"


class State(StrEnum):
    """Whether a policy is in force."""

    ACTIVE = "active"
    AUDIT = "audit"
    """It raises alerts and does nothing else."""
    INACTIVE = "inactive"
    """It is kept and never judged."""


class ActionKind(StrEnum):
    """What may be done beside raising the alert. The routes of alerts and disabling are carried out by the service;
    the others are told to people with the alert, who carry them out.
    """

    NOTIFY = "notify"
    CALL_WEBHOOK = "callWebhook"
    DISABLE_APP = "disableApp"
    REVOKE_GRANTS = "revokeGrants"
    REMOVE_CREDENTIAL = "removeCredential"
    ASK_FOR_APPROVAL = "askForApproval"


_WITH_ROUTE = frozenset({ActionKind.NOTIFY, ActionKind.CALL_WEBHOOK})


class Action(Part):
    """One action. ``route`` names a way out, as health lists them."""

    do: ActionKind
    route: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")] | None = None

    @model_validator(mode="after")
    def _route_where_it_belongs(self) -> Self:
        if (self.do in _WITH_ROUTE) != (self.route is not None):
            needs = "needs a route" if self.do in _WITH_ROUTE else "takes no route"
            raise ValueError(f"{self.do.value} {needs}")
        return self


class ListReference(Part):
    list: Name


class Scope(Part):
    """Which apps a policy is for, by appId: all without one, ``only`` these, or all ``except`` these."""

    only: tuple[str, ...] | ListReference | None = None
    except_: Annotated[tuple[str, ...] | ListReference | None, Field(alias="except")] = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.only is None) == (self.except_ is None):
            raise ValueError("write exactly one of only, except")
        return self


class AlertRule(Part):
    """What a finding becomes. ``by`` names the series; windows and sequences take theirs from the policy.

    ``auto_resolve``: an alert on the state of an app is resolved once the state is gone.
    """

    severity: Severity = Severity.MEDIUM
    by: Annotated[tuple[str, ...], Field(max_length=5)] = ()
    title: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    auto_resolve: bool = False


class Parameter(Part):
    """A value that the owner of the tenant may tune."""

    default: Scalar | tuple[Scalar, ...]
    description: Text
    unit: str | None = None


class ParameterReference(Part):
    parameter: Name


type Quantity = str | ParameterReference
"""A duration such as ``7d``, or the parameter that holds one."""


class Having(Part):
    """What makes a window full: one measure, and one bound that it must reach (``ge``) or pass (``gt``).

    There is no upper bound: more events can only make a window fuller, so the result does not depend on the order
    in which events arrive.
    """

    count: Annotated[str, Field(pattern="^events$")] | None = None
    distinct: str | None = None
    sum: str | None = None
    gt: JsonValue = None
    ge: JsonValue = None

    @model_validator(mode="after")
    def _one_measure_and_one_bound(self) -> Self:
        if sum(measure is not None for measure in (self.count, self.distinct, self.sum)) != 1:
            raise ValueError("write exactly one of count: events, distinct: FACT, sum: FACT")
        if sum(bound is not None for bound in (self.gt, self.ge)) != 1:
            raise ValueError("write exactly one of gt, ge")
        return self


class Step(Part):
    """One step of a sequence."""

    as_: Annotated[str, Field(alias="as", pattern=r"^[a-z][A-Za-z0-9-]{0,39}$")]
    on: Annotated[tuple[str, ...], Field(min_length=1)]
    when: JsonValue = None


class PolicyTest(Part):
    """One example with its outcome; events and apps are decoded by ``examples``. ``baselines`` are what is usual for
    each of its apps: a number, or the values seen.
    """

    name: Text
    fires: bool
    event: dict[str, JsonValue] | None = None
    events: tuple[dict[str, JsonValue], ...] = ()
    app: dict[str, JsonValue] | None = None
    baselines: dict[str, int | float | tuple[str, ...]] = Field(default_factory=dict)


class Policy(Part):
    """One policy or detection. ``version`` counts the edits of a stored policy; a bundled one stays at 1."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
    kind: Kind
    title: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    version: Annotated[int, Field(ge=1)] = 1
    status: Status = Status.EXPERIMENTAL
    description: Text | None = None
    why: Text | None = None
    false_positives: tuple[Text, ...] = ()
    triage: tuple[Text, ...] = ()
    attack: tuple[Annotated[str, Field(pattern=r"^T[0-9]{4}(\.[0-9]{3})?$")], ...] = ()
    sources: tuple[Text, ...] = ()
    licence: Text | None = None
    state: State = State.ACTIVE
    scope: Scope | None = None
    actions: Annotated[tuple[Action, ...], Field(max_length=8)] = ()
    parameters: dict[Name, Parameter] = Field(default_factory=dict)
    alert: AlertRule = AlertRule()
    on: tuple[str, ...] = ()
    when: JsonValue = None
    by: Annotated[tuple[str, ...], Field(max_length=5)] = ()
    within: Quantity | None = None
    having: Having | None = None
    steps: Annotated[tuple[Step, ...], Field(max_length=8)] = ()
    tests: tuple[PolicyTest, ...] = ()

    @property
    def alert_title(self) -> str:
        """The title of its alerts, before ``{app}`` is filled in."""
        return self.alert.title or self.title or self.id

    @property
    def content(self) -> bytes:
        """The policy in canonical JSON: equal policies give equal bytes."""
        return _canonical(self.model_dump(mode="json"))

    @property
    def state_version(self) -> str:
        """Changes exactly when stored matches of the policy lose their meaning."""
        return sha256(_canonical(self.model_dump(mode="json", include=_STATEFUL))).hexdigest()[:12]


_STATEFUL = {"id", "kind", "parameters", "on", "when", "by", "within", "having", "steps"}


def _canonical(value: object) -> bytes:
    return msgspec.json.encode(value, order="sorted")
