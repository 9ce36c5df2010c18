"""What the apps of a tenant do on ordinary days: sign-ins, calls of Graph, mail and files, told by every log alike.

Each app has habits: when, from which network, whose data. The same seed gives the same visits, however often they are
asked for.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import Enum
from operator import itemgetter
from random import Random

from local.tenant.directory.cast import AppPart
from local.tenant.directory.collections import Object
from local.tenant.directory.data_use import Manner
from local.tenant.directory.errors import Refused
from local.tenant.directory.stage import Stage
from local.tenant.directory.tenant import Tenant
from shared.domain.microsoft import HOME_TENANTS, MICROSOFT_GRAPH

PAST = timedelta(days=8)
"""A day more than any first reading of mail and files looks back."""
_MOST_APPS = 14
_HOURS = (3, 9, 13, 17)
"""Apps run by schedules."""
_RUNS = (1, 2, 3)
_NETWORKS = (("NL", 64_500), ("NL", 64_501), ("DE", 64_502), ("FR", 64_503), ("US", 64_504))
"""Country and number, both of those that are kept for documentation."""
_AGENTS = ("python-requests/2.32.5", "Microsoft.Graph.Client/5.61", "axios/1.7.7")
_ITEMS, _FILES = (1, 2, 5), (1, 2)
_LABELS = (None, None, "2096f6a2-d2f7-48be-b329-b73aaa526e5d")
_STATUSES = (200, 200, 200, 200, 404)


class Work(Enum):
    """What an app is for, by what it may do."""

    MAIL = "Mail."
    FILES = ("Files.", "Sites.")
    DIRECTORY = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit:
    """Of one app. ``people`` are whose data it works with; it acts for them where it is ``delegated``."""

    app_id: str
    work: Work
    delegated: bool
    people: tuple[Object, ...]
    hours: tuple[int, ...]
    key_id: str | None
    ip: str
    country: str
    asn: int
    user_agent: str


class DailyUse:
    """``regulars`` are apps of scenarios: put here now, they have a past when their scenario begins."""

    def __init__(self, tenant: Tenant, seed: int, regulars: Mapping[str, AppPart]) -> None:
        self._tenant = tenant
        self._seed = seed
        stage = Stage(tenant, {}, regulars)
        tenant.regulars.update({regulars[name].name: app_id for name, app_id in stage.app_ids.items()})
        self.habits = tuple(_habits(tenant, Random(f"{seed} habits")))

    def load(self) -> None:
        """The past, each visit at its own time."""
        now = self._tenant.clock.now()
        for at, habit in self.visits(now - PAST, now):
            self._visit(habit, at)

    def go_on(self, start: datetime, end: datetime) -> None:
        """What would happen from ``start`` to ``end``, all of it now: time may go by faster than by the clock."""
        for _, habit in self.visits(start, end):
            with suppress(Refused):  # Somebody has deleted the app meanwhile.
                self._visit(habit, self._tenant.clock.now())

    def visits(self, start: datetime, end: datetime) -> Iterator[tuple[datetime, Habit]]:
        """After ``start`` and up to ``end``, by time."""
        day = datetime.combine(start.astimezone(UTC), time(), UTC)
        while day <= end:
            found = sorted(self._visits_of(day), key=itemgetter(0))
            yield from ((at, habit) for at, habit in found if start < at <= end)
            day += timedelta(days=1)

    def _visits_of(self, day: datetime) -> Iterator[tuple[datetime, Habit]]:
        for habit in self.habits:
            random = Random(f"{self._seed} {habit.app_id} {day:%Y-%m-%d}")
            for hour in habit.hours:
                yield day + timedelta(hours=hour + random.random()), habit

    def _visit(self, habit: Habit, at: datetime) -> None:
        """Signs in, and works."""
        random = Random(f"{habit.app_id} {at.isoformat()}")
        whose = str(random.choice(habit.people)["id"])
        acting_for = whose if habit.delegated else None
        self._tenant.sign_in(
            habit.app_id,
            at,
            habit.key_id,
            user=acting_for,
            interactive=False,
            ip=habit.ip,
            country=habit.country,
            asn=habit.asn,
            user_agent=habit.user_agent,
        )
        manner = Manner(
            delegated=habit.delegated, at=at, ip=habit.ip, user_agent=habit.user_agent, country=habit.country
        )
        if habit.work is Work.MAIL:
            self._tenant.read_mail(habit.app_id, whose, random.choice(_ITEMS), **manner)
        elif habit.work is Work.FILES:
            files, label = random.choice(_FILES), random.choice(_LABELS)
            self._tenant.download_files(habit.app_id, whose, files, 80_000, label, **manner)
        else:
            self._tenant.call_graph(
                habit.app_id,
                "GET",
                f"/users/{whose}",
                user=acting_for,
                at=at,
                status=random.choice(_STATUSES),
                ip=habit.ip,
                user_agent=habit.user_agent,
                country=habit.country,
            )


def _habits(tenant: Tenant, random: Random) -> Iterator[Habit]:
    """Of the regulars, then of those that reach into data, then of others."""
    regulars = set(tenant.regulars.values())
    people = [one for one in tenant.users.all() if one["accountEnabled"]]
    found = [
        (_held(tenant, one), one)
        for one in tenant.service_principals.all()
        if one["accountEnabled"] and one["appOwnerOrganizationId"] not in HOME_TENANTS
    ]
    held = [(permissions, one) for permissions, one in found if permissions != (frozenset(), frozenset())]
    held.sort(key=lambda pair: (pair[1]["appId"] not in regulars, _work(*pair[0]) is Work.DIRECTORY))
    for (roles, scopes), principal in held[:_MOST_APPS]:
        country, asn = random.choice(_NETWORKS)
        yield Habit(
            app_id=principal["appId"],
            work=_work(roles, scopes),
            delegated=not roles,
            people=tuple(random.sample(people, 3)),
            hours=tuple(sorted(random.sample(_HOURS, random.choice(_RUNS)))),
            key_id=_key_id(tenant, principal) if roles else None,
            ip=f"203.0.113.{asn % 256}",
            country=country,
            asn=asn,
            user_agent=random.choice(_AGENTS),
        )


def _held(tenant: Tenant, principal: Object) -> tuple[frozenset[str], frozenset[str]]:
    """Roles and scopes of Microsoft Graph. What acts for itself needs the former."""
    graph = tenant.service_principal_of(MICROSOFT_GRAPH)
    if graph is None:
        return frozenset(), frozenset()
    names = {role["id"]: role["value"] for role in graph["appRoles"]}
    assigned = tenant.app_role_assignments.where("principalId", principal["id"])
    grants = [one for one in tenant.grants.where("clientId", principal["id"]) if one["resourceId"] == graph["id"]]
    roles = {names[one["appRoleId"]] for one in assigned if one["resourceId"] == graph["id"]}
    return frozenset(roles), frozenset(scope for one in grants for scope in one["scope"].split())


def _work(roles: frozenset[str], scopes: frozenset[str]) -> Work:
    names = roles or scopes
    for work in (Work.MAIL, Work.FILES):
        if any(name.startswith(work.value) and not name.endswith(".Send") for name in names):
            return work
    return Work.DIRECTORY


def _key_id(tenant: Tenant, principal: Object) -> str | None:
    """A secret or certificate that the app has."""
    for half in (*tenant.applications.where("appId", principal["appId"]), principal):
        for key in (*half["passwordCredentials"], *half["keyCredentials"]):
            return str(key["keyId"])
    return None
