"""Where an administrator finds an app in the Entra admin centre: addresses made of ids alone."""

from typing import Final

from msgspec import Struct

from shared.domain.apps import App
from shared.sources.fields import guid

ADMIN_CENTRE: Final = "https://entra.microsoft.com"
"""That of the global cloud. In sovereign clouds the centre has another address; the paths behind it are the same."""


class AdminLinks(Struct, frozen=True, kw_only=True):
    """None where the app has no such half: an app of another tenant has no registration here."""

    overview: str | None
    permissions: str | None
    sign_ins: str | None
    registration: str | None


def admin_links(app: App) -> AdminLinks:
    return AdminLinks(
        overview=_enterprise_app(app, "Overview"),
        permissions=_enterprise_app(app, "Permissions"),
        sign_ins=_enterprise_app(app, "SignIns"),
        registration=_registration(app),
    )


def _enterprise_app(app: App, menu: str) -> str | None:
    principal_id, app_id = guid(app.service_principal_id), guid(app.app_id)
    if principal_id is None or app_id is None:
        return None
    return f"{ADMIN_CENTRE}/#view/Microsoft_AAD_IAM/ManagedAppMenuBlade/~/{menu}/objectId/{principal_id}/appId/{app_id}"


def _registration(app: App) -> str | None:
    app_id = guid(app.app_id)
    if app.application_object_id is None or app_id is None:
        return None
    return f"{ADMIN_CENTRE}/#view/Microsoft_AAD_RegisteredApps/ApplicationMenuBlade/~/Overview/appId/{app_id}"
