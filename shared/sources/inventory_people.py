"""Graph's users into people, as far as they matter to apps."""

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
