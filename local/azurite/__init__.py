"""Azurite, the emulator of Azure Storage: real Table, Queue and Blob protocols on one machine."""

from local.azurite.process import Azurite, AzuriteError

__all__ = ["Azurite", "AzuriteError"]
