"""App settings: local.settings.json into the environment, and the forms that refer to settings."""

import json
import re
from collections.abc import Mapping, MutableMapping
from pathlib import Path

from local.host.errors import HostError

_REFERENCE = re.compile(r"%([^%\s]+)%")
_SHORT_FORM = "usedevelopmentstorage=true"

# The development account's name and key are the same in every storage emulator and published in its
# documentation; the ports are its defaults.
_DEVELOPMENT_STORAGE = (
    "DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;"
    "AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==;"
    "BlobEndpoint=http://127.0.0.1:10000/devstoreaccount1;"
    "QueueEndpoint=http://127.0.0.1:10001/devstoreaccount1;"
    "TableEndpoint=http://127.0.0.1:10002/devstoreaccount1;"
)


def load_local_settings(file: Path, environment: MutableMapping[str, str]) -> None:
    """Put the Values of a local.settings.json into the environment where it has none of that name.

    Raises HostError where the file cannot be used.
    """
    try:
        document = json.loads(file.read_bytes())
    except (OSError, ValueError) as error:
        raise HostError(f"{file} cannot be read: {error}") from error
    values = document.get("Values", {}) if isinstance(document, dict) else None
    if not isinstance(values, dict) or not all(isinstance(value, str) for value in values.values()):
        raise HostError(f"{file} has no Values that are all texts.")
    if document.get("IsEncrypted"):
        raise HostError(f"{file} is encrypted; the local host reads it only with IsEncrypted false.")
    for name, value in values.items():
        environment.setdefault(name, value)


def expand_development_storage(environment: MutableMapping[str, str]) -> None:
    """Write out the short form ``UseDevelopmentStorage=true``, which not every client understands."""
    for name, value in list(environment.items()):
        if value.strip().rstrip(";").lower() == _SHORT_FORM:
            environment[name] = _DEVELOPMENT_STORAGE


def resolve(text: str, environment: Mapping[str, str]) -> str:
    """Replace each %NAME% by the setting of that name. Raises HostError where there is none."""

    def setting(reference: re.Match[str]) -> str:
        try:
            return environment[reference[1]]
        except KeyError:
            raise HostError(f"{reference[0]} does not resolve to an app setting.") from None

    return _REFERENCE.sub(setting, text)


def connection_string(name: str, environment: Mapping[str, str]) -> str:
    """The storage connection that a binding names: the setting AzureWebJobsNAME, else NAME.

    Raises HostError. Connections by identity (``NAME__queueServiceUri``) need Azure and are not served here.
    """
    value = environment.get(f"AzureWebJobs{name}") or environment.get(name)
    if not value:
        raise HostError(f"The app setting {name} is not set; it holds the connection to storage.")
    return value


def is_disabled(function: str, environment: Mapping[str, str]) -> bool:
    """Whether the platform's switch for this function is off; ``_`` stands for ``.`` on Linux."""
    names = (f"AzureWebJobs.{function}.Disabled", f"AzureWebJobs_{function}_Disabled")
    return any(is_true(environment.get(name, "")) for name in names)


def is_true(value: str) -> bool:
    """Whether a setting's text means yes."""
    return value.strip().lower() in {"true", "1"}
