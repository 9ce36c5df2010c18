"""Which app a record speaks of, and how sure we are.

An app is its ``appId``. Records often name it by an object id instead (the registration's or the service
principal's): those resolve through aliases that other records or the inventory have taught. A display name never
joins records in the service: attackers choose names. Only a replay of exported logs may join by name, and says so.
"""

from enum import StrEnum

from msgspec import Struct


class Resolution(StrEnum):
    """How the ``appId`` of a reference was found."""

    RESOLVED = "resolved"
    """The record itself names the appId, or an alias that a record or the inventory taught does."""
    BY_NAME = "byName"
    """A guess from an equal display name: replay only."""
    UNRESOLVED = "unresolved"
    """No appId is known: the object id stands for the app."""


class AppReference(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True, gc=False):
    """The app an event is about: the one suspected, never the API that it has access to."""

    app_id: str | None = None
    service_principal_id: str | None = None
    application_object_id: str | None = None
    display_name: str | None = None
    resolution: Resolution = Resolution.UNRESOLVED

    @property
    def key(self) -> str | None:
        """The value that groups what one app does: its appId, else ``object:ID``; None if the record names no app."""
        if self.app_id:
            return self.app_id
        object_id = self.service_principal_id or self.application_object_id
        return f"object:{object_id}" if object_id else None


class Alias(Struct, frozen=True):
    """One record's word that an object id belongs to an app."""

    object_id: str
    app_id: str
    display_name: str | None = None
