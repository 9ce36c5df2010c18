"""A tenant with a past, from a seed: the same seed, size and time make the same tenant, to the byte."""

from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from local.tenant.directory.clock import Clock
from local.tenant.directory.collections import Object
from local.tenant.directory.customer_apps import CustomerApps
from local.tenant.directory.deleted_apps import load_deleted
from local.tenant.directory.invented_names import guest, person
from local.tenant.directory.microsoft_apps import microsoft_service_principals
from local.tenant.directory.past_use import load_use
from local.tenant.directory.principals import directory_role, role_assignment, role_definition, user
from local.tenant.directory.privileges import Privileges
from local.tenant.directory.state import graph_time
from local.tenant.directory.tenant import Tenant

_AGE = timedelta(days=5 * 365)
_FEWEST_USERS, _MOST_USERS, _APPS_PER_USER = 30, 20_000, 4
_ONE_GUEST_IN, _ONE_DISABLED_IN = 9, 11
"""The first eight users hold the roles below, and are neither."""
_FEWEST_OF_MICROSOFT, _MOST_OF_MICROSOFT, _APPS_PER_ONE_OF_MICROSOFT = 30, 800, 12

_ROLES = {
    "62e90394-69f5-4237-9190-012177145e10": ("Global Administrator", 2),
    "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3": ("Application Administrator", 1),
    "158c047a-c907-4556-b7ef-446551a6b5f7": ("Cloud Application Administrator", 1),
    "194ae4cb-b126-40b2-bd5b-6091b380977d": ("Security Administrator", 1),
    "e8611ab8-c189-46e8-94e1-60213ab1f814": ("Privileged Role Administrator", 1),
    "f2ef992c-3afb-46b9-b7cf-a126ee74c451": ("Global Reader", 2),
}
"""Built-in roles by template id: the name, and how many users hold it. The first users hold the first roles."""


def generate(*, seed: int, apps: int, tenant_id: str, clock: Clock) -> Tenant:
    """A tenant of ``apps`` service principals of customers and vendors, and those of Microsoft on top.

    Three in ten have a registration here, one in ten is a managed identity; each has about three grants. Nothing of
    this past stands in the audits. 100,000 apps take about ten seconds and 500 MB.
    """
    # Streams of their own: ids that are drawn later must not come again, and one part's draws change no other's.
    random = Random(f"{seed} past")
    born = clock.now() - _AGE
    tenant = Tenant(tenant_id=tenant_id, clock=clock, seed=seed)
    people = _people(tenant, max(_FEWEST_USERS, min(_MOST_USERS, apps // _APPS_PER_USER)), born, random)
    of_microsoft = min(_MOST_OF_MICROSOFT, _FEWEST_OF_MICROSOFT + apps // _APPS_PER_ONE_OF_MICROSOFT)
    tenant.service_principals.load(microsoft_service_principals(of_microsoft, graph_time(born), random))
    customers = CustomerApps(tenant, people, random, Random(f"{seed} details"))
    for number in range(apps):
        customers.add(number)
    Privileges(tenant, people, Random(f"{seed} privileges")).load()
    load_deleted(tenant, apps, Random(f"{seed} deleted"))
    load_use(tenant, Random(f"{seed} use"))
    return tenant


def _people(tenant: Tenant, count: int, born: datetime, random: Random) -> list[Object]:
    """The users, and the directory roles that the first of them hold."""
    people = [_person(number, graph_time(born), random) for number in range(count)]
    tenant.users.load(people)
    holders = iter(people)
    for template_id, (name, members) in _ROLES.items():
        tenant.directory_roles.load([directory_role(_guid(random), name, template_id)])
        tenant.role_definitions.load([role_definition(template_id, name, built_in=True)])
        for _ in range(members):
            tenant.role_assignments.load([role_assignment(_guid(random), next(holders)["id"], template_id)])
    return people


def _person(number: int, born: str, random: Random) -> Object:
    """The n-th user: here and there a guest, or one whose account is disabled."""
    user_id = _guid(random)
    if number % _ONE_GUEST_IN == _ONE_GUEST_IN - 1:
        name, upn, mail = guest(number)
        return {**user(user_id, name, upn, born), "mail": mail, "userType": "Guest"}
    is_disabled = number % _ONE_DISABLED_IN == _ONE_DISABLED_IN - 1
    return {**user(user_id, *person(number), born), "accountEnabled": not is_disabled}


def _guid(random: Random) -> str:
    return str(UUID(int=random.getrandbits(128), version=4))
