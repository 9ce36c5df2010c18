"""The environment of the app: its settings, and what the platform adds."""

from collections.abc import MutableMapping
from pathlib import Path

from local.host.identity.authority import PREFIX
from local.host.identity.personas import API_CLIENT_ID, TENANT_ID
from local.host.settings import expand_development_storage, load_local_settings


def prepare_environment(environment: MutableMapping[str, str], settings: Path | None, address: str) -> None:
    """Fill in what is not set yet: local.settings.json first, then the platform's and authority's names.

    ``address`` is the host's own, like ``http://127.0.0.1:7071``. Raises HostError.
    """
    if settings is not None:
        load_local_settings(settings, environment)
    expand_development_storage(environment)
    added = {
        "WEBSITE_AUTH_ENABLED": "True",
        "WEBSITE_HOSTNAME": address.removeprefix("http://"),
        "AUTHORITY": f"{address}{PREFIX}",
        "TENANT_ID": TENANT_ID,
        "API_CLIENT_ID": API_CLIENT_ID,
    }
    for name, value in added.items():
        # The sample of the settings names them all, empty: that is not set, as for the app.
        environment[name] = environment.get(name) or value
