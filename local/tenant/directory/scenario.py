"""Stories that happen in a tenant: read from ``local/tenant/scenarios``, played step by step as their time comes."""

import inspect
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from local.tenant.directory.cast import AppPart, PersonPart
from local.tenant.directory.durations import duration
from local.tenant.directory.stage import Stage
from local.tenant.directory.tenant import Tenant
from local.tenant.directory.verbs import VERBS


class Step(BaseModel):
    """One write: ``by`` a person or app of the scenario, or by ``Microsoft``; what else it needs depends on ``do``."""

    model_config = ConfigDict(extra="allow", frozen=True)

    at: str
    by: str
    do: str

    @property
    def offset(self) -> timedelta:
        """The time after the scenario's start."""
        return duration(self.at)

    @property
    def arguments(self) -> dict[str, object]:
        return dict(self.model_extra or {})

    @model_validator(mode="after")
    def _fits_its_verb(self) -> Self:
        if self.offset < timedelta(0):
            raise ValueError(f"before the start: {self.at!r}")
        if self.do not in VERBS:
            raise ValueError(f"unknown verb {self.do!r}: one of {', '.join(VERBS)}")
        try:
            inspect.signature(VERBS[self.do]).bind(None, None, **self.arguments)
        except TypeError as error:
            raise ValueError(f"{self.do}: {error}") from None
        return self


class Expectation(BaseModel):
    """An alert that the story deserves."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    policy: str
    severity: Literal["informational", "low", "medium", "high"]
    app: str


class Scenario(BaseModel):
    """A story with its cast. ``people`` and ``apps`` are by the names that steps call them by."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    title: str
    story: str
    people: dict[str, PersonPart]
    apps: dict[str, AppPart]
    steps: tuple[Step, ...]
    expects: tuple[Expectation, ...] = Field(description="Empty for ordinary life.")

    @model_validator(mode="after")
    def _names_its_cast(self) -> Self:
        for step in self.steps:
            if step.by not in {*self.people, *self.apps, "Microsoft"}:
                raise ValueError(f"at {step.at}: by nobody who is known: {step.by!r}")
            if (app := step.arguments.get("app")) and app not in self.apps:
                raise ValueError(f"at {step.at}: no app of the scenario: {app!r}")
        if strangers := {one.app for one in self.expects} - set(self.apps):
            raise ValueError(f"expects alerts of unknown apps: {', '.join(sorted(strangers))}")
        return self

    def run(self, tenant: Tenant, *, factor: float = 1) -> "Run":
        """Starts now: puts on the stage who has always been there. ``factor`` 60 makes minutes seconds."""
        return Run(self, tenant, factor)


class Run:
    """A scenario under way. ``app_ids`` are the appIds by the names of the apps, of those that exist by now."""

    def __init__(self, scenario: Scenario, tenant: Tenant, factor: float) -> None:
        self.scenario = scenario
        self._stage = Stage(tenant, scenario.people, scenario.apps)
        self._start = tenant.clock.now()
        self._factor = factor
        self._left = sorted(scenario.steps, key=lambda step: step.offset)

    @property
    def app_ids(self) -> dict[str, str]:
        return dict(self._stage.app_ids)

    def next_due(self) -> datetime | None:
        """When the next step is due, None after the last one."""
        return self._due(self._left[0]) if self._left else None

    def advance(self, now: datetime) -> list[Step]:
        """Plays the steps that are due by ``now``; what they write bears the tenant's time. Raises Refused."""
        played = []
        while self._left and self._due(self._left[0]) <= now:
            step = self._left.pop(0)
            VERBS[step.do](self._stage, self._stage.actor(step.by), **step.arguments)
            played.append(step)
        return played

    def _due(self, step: Step) -> datetime:
        return self._start + step.offset / self._factor


@cache
def load_scenarios() -> Mapping[str, Scenario]:
    """Every scenario by its id. Raises ValueError for a file that is none."""
    folder = files("local.tenant") / "scenarios"
    found = {}
    for file in sorted(folder.iterdir(), key=lambda one: one.name):
        if file.name.endswith(".yaml"):
            scenario = Scenario.model_validate(yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader))
            found[scenario.id] = scenario
    return found
