"""Who plays in a scenario, as its file writes them: people of the tenant, and apps with what they hold at first."""

from typing import Literal

from pydantic import BaseModel, ConfigDict


class PersonPart(BaseModel):
    """A user of the tenant: an employee without a directory role, unless one of the others is asked for.

    ``role`` is a directory role that the user holds, ``group`` a group that the user is in, also through another one.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    role: str | None = None
    group: str | None = None
    account: Literal["employee", "guest", "disabled"] = "employee"
    ip: str


class KeyPart(BaseModel):
    """A secret or a certificate that was made ``age`` ago; an age beyond the lifetime makes an expired one.

    A signing one signs SAML tokens for the app, and stands on its service principal.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    kind: Literal["secret", "certificate", "signing"] = "secret"
    age: str
    lifetime: str


class LinksPart(BaseModel):
    """What the publisher links to."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    marketing: str | None = None
    privacy: str | None = None
    support: str | None = None
    terms: str | None = None


class AppPart(BaseModel):
    """An app. With an ``age`` it has been in the tenant that long; without, a step brings it in.

    ``home`` says whose it is; ``publisher`` is its verified one. All else is what it has from the start: ``appRoles``
    and ``scopes`` (for all users) by the name of their API; ``secrets``, names of secrets as old as the app that last
    another year, and ``keys`` with ages of their own; ``directoryRoles``, and ``groups`` it is a member of; ``owners``,
    people or apps that are told before it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    home: Literal["here", "abroad"]
    age: str | None = None
    publisher: str | None = None
    certification: Literal["attested", "certified"] | None = None
    disabledByMicrosoft: bool = False  # noqa: N815 -- named as in Microsoft Graph, like all keys of a scenario
    homepage: str | None = None
    links: LinksPart = LinksPart()
    replyUrls: tuple[str, ...] = ()  # noqa: N815 -- the same
    appRoles: dict[str, tuple[str, ...]] = {}  # noqa: N815 -- the same
    scopes: dict[str, tuple[str, ...]] = {}
    directoryRoles: tuple[str, ...] = ()  # noqa: N815 -- the same
    groups: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    keys: tuple[KeyPart, ...] = ()
