"""The users behind consents and ownership: what of them matters to an app."""

from msgspec import Struct


class Person(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """A user of the directory. ``roles`` are the names of the directory roles held, ``priority`` the mark of priority
    accounts (settings). ``guest`` and ``enabled`` are None where we may not read them.
    """

    id: str
    name: str | None = None
    user_principal_name: str | None = None
    guest: bool | None = None
    enabled: bool | None = None
    roles: tuple[str, ...] = ()
    priority: bool = False

    @property
    def is_marked(self) -> bool:
        """Whether an app that this user consented to, or owns, is another case for it."""
        return bool(self.roles or self.priority or self.guest or self.enabled is False)
