"""Builds the services once, on first use: nothing is read or opened when a function app is indexed."""

from functools import cache

from shared.bootstrap.build import Application, build
from shared.pipeline.access import Access
from shared.pipeline.services import Services
from shared.settings import settings_of_this_process

__all__ = ["Application", "access", "application", "build", "services"]


@cache
def application() -> Application:
    """The one of this process. Raises Misconfigured, each time it is asked, while a setting is wrong."""
    return build(settings_of_this_process())


def services() -> Services:
    return application().services


def access() -> Access:
    return application().access
