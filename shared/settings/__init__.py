"""The settings of the service: ``read`` is the only reader of the environment."""

from shared.settings.model import (
    GraphSettings,
    RemediationSettings,
    Settings,
    StorageSettings,
    TeamsSettings,
    WebhookSettings,
)
from shared.settings.read import read_settings, settings_of_this_process

__all__ = [
    "GraphSettings",
    "RemediationSettings",
    "Settings",
    "StorageSettings",
    "TeamsSettings",
    "WebhookSettings",
    "read_settings",
    "settings_of_this_process",
]
