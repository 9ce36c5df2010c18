"""Graph's users into people, as far as they matter to apps."""

from collections.abc import Iterable, Mapping

from shared.domain.apps import MOST_CONSENTING_USERS
from shared.domain.people import Person
from shared.sources.fields import Fields, text


def person_of(user: Fields, roles: tuple[str, ...], *, is_priority: bool) -> Person:
    """``user`` carries its id. A property that we may not read is not there: unknown, not false."""
    user_type, enabled = text(user, "userType"), user.get("accountEnabled")
    return Person(
        id=text(user, "id") or "",
        name=text(user, "displayName"),
        user_principal_name=text(user, "userPrincipalName"),
        guest=user_type.lower() == "guest" if user_type else None,
        enabled=enabled if isinstance(enabled, bool) else None,
        roles=roles,
        priority=is_priority,
    )


def consenting_users(user_ids: Iterable[str], people: Mapping[str, Person]) -> tuple[str, ...]:
    """The object ids, and the principal names of the marked ones, all in lower case and in order.

    Of others a name may be known or not, by what else is read at the time, so it is never told. Of more than
    ``MOST_CONSENTING_USERS`` users those go who are not marked.
    """
    users = {each.lower() for each in user_ids}
    marked = {each: people[each] for each in users if each in people and people[each].is_marked}
    ranked = sorted(users, key=lambda each: (each not in marked, each))
    kept = ranked[:MOST_CONSENTING_USERS]
    names = (marked[each].user_principal_name for each in kept if each in marked)
    return tuple(sorted({*kept, *(name.lower() for name in names if name)}))
