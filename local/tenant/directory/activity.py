"""Sign-ins as the reports of use remember them: of each app and each credential only the last."""

from dataclasses import dataclass, replace
from datetime import datetime


@dataclass(frozen=True, slots=True)
class AppActivity:
    """When an app was last seen, as a client that gets tokens and as the resource that they are for.

    ``delegated`` is on behalf of a user, ``app_only`` with the app's own identity; None is never.
    """

    delegated_client: datetime | None = None
    delegated_resource: datetime | None = None
    app_only_client: datetime | None = None
    app_only_resource: datetime | None = None

    @property
    def last(self) -> datetime | None:
        """The latest of all."""
        seen = (self.delegated_client, self.delegated_resource, self.app_only_client, self.app_only_resource)
        return max((one for one in seen if one is not None), default=None)

    def as_client(self, at: datetime, *, delegated: bool) -> "AppActivity":
        """After one more sign-in of the app; an older one than is known changes nothing."""
        if delegated:
            return replace(self, delegated_client=_later(self.delegated_client, at))
        return replace(self, app_only_client=_later(self.app_only_client, at))

    def as_resource(self, at: datetime, *, delegated: bool) -> "AppActivity":
        """After one more token for the app's API."""
        if delegated:
            return replace(self, delegated_resource=_later(self.delegated_resource, at))
        return replace(self, app_only_resource=_later(self.app_only_resource, at))


@dataclass(frozen=True, slots=True)
class CredentialActivity:
    """The last use of a credential. ``owner_id`` is the application or service principal that carries it."""

    owner_id: str
    resource_id: str
    last: datetime


def _later(known: datetime | None, at: datetime) -> datetime:
    return at if known is None else max(known, at)
